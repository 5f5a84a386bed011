"""What `docgen doctor` looks at for signing: middleware, reader, card, certificate, remote service. Without a PIN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from docgen.cli.desk import Desk
from docgen.cli.sign_keys import remote_service
from docgen.errors import DocgenError
from docgen.signing.card import Card, look_at_card
from docgen.signing.csc import service_name
from docgen.signing.keys import check_usable

_CARD_MODULES = ("libbeidpkcs11.so.0", "libbeidpkcs11.so")
_LIBRARY_FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib")
_STEPS = ("eID middleware", "card reader", "card", "certificate", "validity")
"""What signing with a card needs, each after the one before."""
_FAILS_AT: Mapping[str, str] = MappingProxyType(
    {
        "DG-S221": "eID middleware",
        "DG-S227": "card reader",
        "DG-S222": "card",
        "DG-S224": "card",
        "DG-S226": "card",
        "DG-S225": "certificate",
        "DG-S205": "validity",
        "DG-S206": "validity",
        "DG-S207": "validity",
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked for."""

    name: str
    found: str
    """Version or path; empty when it is not there."""
    needed: bool
    remedy: str = ""
    code: str = ""
    """Code of what is wrong, for `docgen explain`."""


def signing_checks(desk: Desk, module: Path | None, token: str, label: str) -> Iterator[Check]:
    """The checks, in the order in which signing needs them; what comes after a failure is not looked at."""
    needed = module is not None
    library = str(module) if module else next((str(found) for found in _card_modules()), "")
    if not library:
        yield Check("eID middleware", "", needed=False, remedy=desk.text("doctor.card"))
    else:
        yield from _card_checks(desk, library, token, label, needed=needed)
    if desk.settings.signing.csc.url:
        yield _remote(desk)


def _card_checks(desk: Desk, module: str, token: str, label: str, *, needed: bool) -> Iterator[Check]:
    found: Card | None = None
    try:
        found = look_at_card(module, token=token, label=label)
        check_usable(found.certificate, desk.now)
    except DocgenError as error:
        failed = _FAILS_AT.get(error.findings[0].code, "card")
        for step in _STEPS[: _STEPS.index(failed)]:
            yield Check(step, _seen(desk, module, label, found, step), needed)
        yield _failure(desk, failed, error, needed=needed)
        return
    for step in _STEPS:
        yield Check(step, _seen(desk, module, label, found, step), needed)
    if found.last_try:
        yield Check("PIN", "", needed, desk.text("card.last_try"), "DG-S223")


def _seen(desk: Desk, module: str, label: str, card: Card | None, step: str) -> str:
    """What a step that holds has to show; never whose card it is, as the output goes into reports of errors."""
    shown: Mapping[str, Callable[[], str]] = {
        "eID middleware": lambda: module,
        "card reader": lambda: desk.text("doctor.pinpad" if card and card.pinpad else "doctor.there"),
        "card": lambda: desk.text("doctor.there"),
        "certificate": lambda: label,
        "validity": lambda: desk.text("doctor.until", day=f"{card.valid_until:%Y-%m-%d}" if card else ""),
    }
    return shown[step]()


def _failure(desk: Desk, name: str, error: DocgenError, *, needed: bool) -> Check:
    sentence = desk.say(error.findings[0])
    return Check(name, "", needed, f"{sentence.text} {sentence.remedy}".strip(), error.findings[0].code)


def _remote(desk: Desk) -> Check:
    try:
        service = remote_service(desk)
        return Check("signing service", f"{service_name(service)} ({service.url})", needed=False)
    except DocgenError as error:
        return _failure(desk, "signing service", error, needed=False)


def _card_modules() -> Iterator[Path]:
    for folder in _LIBRARY_FOLDERS:
        yield from (Path(folder) / name for name in _CARD_MODULES if (Path(folder) / name).exists())
