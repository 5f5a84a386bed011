"""The version of docgen, in one place: the package, the manifest and `docgen --version` read it here."""

VERSION = "0.1.0"
