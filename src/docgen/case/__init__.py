"""Case files: YAML with the place of every value, read into a frozen, typed `Case`."""
