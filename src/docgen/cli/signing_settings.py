"""The table `[signing]` of docgen.toml: levels, services, remote keys. Every key and value is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from docgen.errors import UsageError
from docgen.findings import Place
from docgen.office.profile import PadesLevel

LEVELS: tuple[str, ...] = get_args(PadesLevel)
USUAL_TIMEOUT = 15.0
"""Seconds for one request to a timestamp or revocation service."""
TOKEN_VARIABLE = "DOCGEN_CSC_TOKEN"  # noqa: S105 - the name of a variable, not its content
"""Variable of the environment that holds the access token of the signing service, when nothing else is said."""
_LONGEST_WAIT = 300
"""Seconds; longer is no waiting but hanging."""
_REVOCATION = ("soft-fail", "hard-fail", "require")
_ANSWERS = ("file", "fetch")
_PIN = ("each", "once")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_PROFILE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class CscSettings:
    """The table `[signing.csc]`: a remote signing service of the Cloud Signature Consortium. Holds no secret."""

    url: str = ""
    """Base address, before `/csc/v1/`; empty when there is no such service."""
    credential: str = ""
    """Which key of the user; empty when the service has to list it."""
    token_variable: str = TOKEN_VARIABLE
    """Variable of the environment with the access token."""
    token_file: str = ""
    """File with the access token, looked at when the variable is not set."""


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """The table `[signing]` of docgen.toml; `None` where it says nothing."""

    level: str | None = None
    """Instead of the level that the office's profile asks for."""
    timestamp: str | None = None
    """Address of the timestamp service, instead of that of the profile."""
    timeout: float = USUAL_TIMEOUT
    """Seconds for one request to a service."""
    revocation: str = "soft-fail"
    """How missing revocation answers count when a file is judged."""
    answers: Literal["file", "fetch"] = "file"
    """Whether judging a file from elsewhere asks revocation services, or goes by what stands in the file."""
    renew_days: int | None = None
    """Days before its expiry that an archive timestamp is to be renewed, instead of those of the profile."""
    pin: Literal["each", "once"] | None = None
    """Whether a queue asks a card's PIN at each signature, or once, instead of what the profile says."""
    csc: CscSettings = CscSettings()
    bosa_profiles: Mapping[str, str] = field(default_factory=dict)
    """Profiles agreed with the BOSA signing service, by level, beside those it offers everybody."""


def signing_settings(table: object, file: str) -> SigningSettings:
    """The settings of a table as TOML gives it.

    Raises:
        UsageError: DG-X103 an unknown key, which would go unnoticed for years, or a value that cannot be.
    """
    reader = _Reader(Place(file))
    values = reader.table(
        "signing", table, ("level", "timestamp", "timeout", "revocation", "answers", "renew_days", "pin", "csc", "bosa")
    )
    kept = {key: value for key, value in values.items() if key not in ("csc", "bosa")}
    for key in kept:
        reader.check(f"signing.{key}", kept[key], _KINDS[key])
    if "timeout" in kept:
        kept["timeout"] = float(kept["timeout"])
    return SigningSettings(**kept, csc=_csc(reader, values), bosa_profiles=_profiles(reader, values))


def _csc(reader: _Reader, values: Mapping[str, object]) -> CscSettings:
    table = reader.table("signing.csc", values.get("csc", {}), ("url", "credential", "token_variable", "token_file"))
    for key, value in table.items():
        reader.check(f"signing.csc.{key}", value, _VARIABLE if key == "token_variable" else str)
    return CscSettings(**table)


def _profiles(reader: _Reader, values: Mapping[str, object]) -> dict[str, str]:
    table = reader.table("signing.bosa", values.get("bosa", {}), ("profiles",))
    profiles = reader.table("signing.bosa.profiles", table.get("profiles", {}), LEVELS)
    for level, name in profiles.items():
        reader.check(f"signing.bosa.profiles.{level}", name, _PROFILE)
    return {level: str(name) for level, name in profiles.items()}


_Kind = tuple[str, ...] | type | re.Pattern[str]
_KINDS: Mapping[str, _Kind] = {
    "level": LEVELS,
    "timestamp": str,
    "timeout": float,
    "revocation": _REVOCATION,
    "answers": _ANSWERS,
    "renew_days": int,
    "pin": _PIN,
}


@dataclass(frozen=True, slots=True)
class _Reader:
    place: Place

    def table(self, name: str, value: object, known: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise UsageError.because("DG-X103", self.place, name=name, value=str(value), known=f"[{name}]")
        for key in value:
            if key not in known:
                words = ", ".join(sorted(known))
                raise UsageError.because("DG-X103", self.place, name=f"{name}.{key}", value="", known=words)
        return value

    def check(self, name: str, value: object, kind: _Kind) -> None:
        right, words = _fits(value, kind)
        if not right:
            raise UsageError.because("DG-X103", self.place, name=name, value=str(value), known=words)


def _fits(value: object, kind: _Kind) -> tuple[bool, str]:
    """Whether a value is of a kind, and what it might have been."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(kind, tuple):
        return value in kind, ", ".join(kind)
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and bool(kind.fullmatch(value)), kind.pattern
    if kind is float:
        return number and 0 < float(str(value)) <= _LONGEST_WAIT, f"1 - {_LONGEST_WAIT}"
    if kind is int:
        return number and isinstance(value, int) and 0 < value < 10_000, "1 - 9999"
    return isinstance(value, str), "http://…"
