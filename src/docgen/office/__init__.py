"""Office profiles, rule rows and wording: everything in which one office differs from another, as data."""
