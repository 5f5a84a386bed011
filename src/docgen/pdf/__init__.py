"""From Word to a reproducible, tagged PDF/A-2b."""
