"""Word documents: rendering templates, and finding one's way in them."""
