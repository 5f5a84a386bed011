"""How much work the audit may do on one file, so that a crafted file ends in a finding and not in a full memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of one audit; what does not fit is reported as a check that did not run."""

    file_bytes: int = 200 * 1024 * 1024
    """Size of the file, and of the signed source."""
    stream_bytes: int = 64 * 1024 * 1024
    """Decoded size of a single stream."""
    decoded_bytes: int = 512 * 1024 * 1024
    """Decoded size of all streams together."""
    program_bytes: int = 4 * 1024 * 1024
    """Encrypted part of a Type 1 font program; read byte by byte."""
    tokens: int = 20_000_000
    """Tokens outside streams; about 5 bytes each in an ordinary file."""
    objects: int = 1_000_000
    pages: int = 5_000
    letters: int = 32_000_000
    """Of the text that all pages show together, forms counted as often as they are drawn."""


class LimitExceeded(Exception):
    """Raised inside the audit only; it ends as a check that did not run."""


class Unreadable(Exception):
    """Raised inside the audit only: what a check needs cannot be read."""
