"""What one run of `docgen build` was asked to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run was asked to do."""

    kinds: tuple[str, ...]
    jobs: int | None
    deadline: float | None
    scheduler: str | None
    cache: bool
    explain: bool
    demo_trust: bool
    """Signatures of the throw-away keys count."""
