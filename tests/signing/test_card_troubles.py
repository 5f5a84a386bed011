"""What SoftHSM cannot play: readers that are away, cards that block, people who cancel. A middleware made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pkcs11
import pytest
from pkcs11 import exceptions as troubles
from signing_card import PIN
from signing_state import MOMENT, RECTOR

from docgen.errors import SigningFailed
from docgen.signing import card
from docgen.signing.demo_pki import DemoPki

FLAGS = pkcs11.TokenFlag


@dataclass
class Session:
    """An open session: holds objects, and may break when asked for them."""

    objects: list[dict[Any, Any]]
    fails: type[Exception] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def get_objects(self, query: dict[Any, Any]) -> list[dict[Any, Any]]:
        if self.fails:
            raise self.fails
        return [one for one in self.objects if all(one.get(key) == value for key, value in query.items())]


@dataclass
class Token:
    """A card, as python-pkcs11 shows it."""

    slot: Slot
    session: Session
    label: str = card.EID_TOKEN
    serial: bytes = b"1"
    flags: pkcs11.TokenFlag = FLAGS.LOGIN_REQUIRED
    refuses: type[Exception] | None = None
    pins: list[Any] = field(default_factory=list)

    def open(self, user_pin: Any = None) -> Session:
        self.pins.append(user_pin)
        if self.refuses:
            raise self.refuses
        return self.session


@dataclass
class Slot:
    """A reader."""

    token: Token | None = None

    def get_token(self) -> Token:
        assert self.token is not None
        return self.token

    def get_mechanisms(self) -> set[Any]:
        return set()


@dataclass
class Library:
    """The middleware."""

    slots: list[Slot]

    def get_slots(self, token_present: bool = False) -> list[Slot]:
        return [slot for slot in self.slots if slot.token is not None or not token_present]


@pytest.fixture
def reader(pki: DemoPki, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Token]:
    """A card that behaves as told, in a reader."""
    certificate = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.LABEL: card.EID_KEY,
        pkcs11.Attribute.VALUE: pki.signer_for(RECTOR).certificate.dump(),
    }

    def make(fails: type[Exception] | None = None, **behaviour: Any) -> Token:
        slot = Slot()
        slot.token = Token(slot, Session([certificate], fails), **behaviour)
        monkeypatch.setattr(card.pkcs11, "lib", lambda _: Library([slot]))
        return slot.token

    return make


def code_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(SigningFailed) as refused:
        attempt()
    assert PIN not in str(refused.value)
    return refused.value.findings[0].code


def use(pin: Callable[[], str] | None = lambda: PIN) -> None:
    with card.card_key("middleware.so", pin):
        pass


def test_a_card_seen_without_pin(reader: Callable[..., Token]) -> None:
    token = reader(flags=FLAGS.PROTECTED_AUTHENTICATION_PATH | FLAGS.USER_PIN_FINAL_TRY)
    seen = card.look_at_card("middleware.so")
    assert (seen.holder, seen.pinpad, seen.last_try) == (RECTOR, True, True)
    assert seen.valid_until > MOMENT
    assert token.pins == [None]


def test_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card.pkcs11, "lib", lambda _: Library([]))
    assert code_of(use) == "DG-S227"
    assert code_of(lambda: card.look_at_card("middleware.so")) == "DG-S227"


def test_no_card_in_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card.pkcs11, "lib", lambda _: Library([Slot()]))
    assert code_of(use) == "DG-S222"
    assert code_of(lambda: card.look_at_card("middleware.so")) == "DG-S222"


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (troubles.PinIncorrect, "DG-S223"),
        (troubles.PinLenRange, "DG-S223"),
        (troubles.PinLocked, "DG-S224"),
        (troubles.FunctionCancelled, "DG-S228"),
        (troubles.TokenNotPresent, "DG-S226"),
        (troubles.DeviceRemoved, "DG-S226"),
        (troubles.GeneralError, "DG-S226"),
    ],
)
def test_troubles_while_logging_in(trouble: type[Exception], code: str, reader: Callable[..., Token]) -> None:
    reader(refuses=trouble)
    assert code_of(use) == code


def test_a_blocked_card_is_seen_before_anybody_types(reader: Callable[..., Token]) -> None:
    reader(flags=FLAGS.USER_PIN_LOCKED)
    assert code_of(lambda: card.look_at_card("middleware.so")) == "DG-S224"


def test_the_card_is_pulled_out(reader: Callable[..., Token]) -> None:
    reader(fails=troubles.DeviceRemoved)
    assert code_of(lambda: card.look_at_card("middleware.so")) == "DG-S226"


def test_nobody_types_a_pin_when_the_reader_asks(reader: Callable[..., Token]) -> None:
    token = reader(refuses=troubles.FunctionCancelled)
    assert code_of(lambda: use(None)) == "DG-S228"
    assert token.pins == [pkcs11.PROTECTED_AUTH]


def test_no_pin_is_asked_for_a_card_that_is_not_there(reader: Callable[..., Token]) -> None:
    reader(label="OTHER")
    asked: list[str] = []
    assert code_of(lambda: use(lambda: asked.append("pin") or PIN)) == "DG-S222"
    assert asked == []
