"""Where the root of the throw-away PKI lies; apart from the keys, because reading a case should not load them."""

from __future__ import annotations

ROOT_FILE = "root.cert.pem"
"""In the folder of the PKI."""
