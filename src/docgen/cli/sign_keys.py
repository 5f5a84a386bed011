"""Which key signs: options of `docgen sign`, and the key they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from docgen.cli.desk import Desk
from docgen.cli.given import read_given
from docgen.cli.secrets import secret, token
from docgen.errors import UsageError
from docgen.pipeline.demo_keys import demo_key, open_demo_pki
from docgen.pipeline.sign import KeyFor
from docgen.signing.card import EID_KEY, EID_TOKEN, card_key, look_at_card
from docgen.signing.csc import RemoteService, Secrets, remote_key
from docgen.signing.keys import SigningKey, key_from_pkcs12


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """What was said about the key on the command line."""

    demo: bool
    pkcs12: Path | None
    pkcs11: Path | None
    token: str
    label: str
    pinpad: bool
    csc: bool
    secret_fd: int | None

    @property
    def ways(self) -> int:
        """How many kinds of key were named."""
        return sum(bool(way) for way in (self.demo, self.pkcs12, self.pkcs11, self.csc))


_OPTIONS = (
    click.option("--demo", is_flag=True, help="Sign with a throw-away key made for the person expected in the slot."),
    click.option("--pkcs12", "--p12", type=click.Path(path_type=Path, dir_okay=False), help="Key file (.p12, .pfx)."),
    click.option("--pkcs11", type=click.Path(path_type=Path, dir_okay=False), help="PKCS#11 module of a card."),
    click.option("--token", default=EID_TOKEN, show_default=True, help="Label of the token, with --pkcs11."),
    click.option("--key", "label", default=EID_KEY, show_default=True, help="Label of the key, with --pkcs11."),
    click.option("--pinpad", is_flag=True, help="The card reader itself asks for the PIN, with --pkcs11."),
    click.option("--csc", is_flag=True, help="A key at the remote signing service of docgen.toml, [signing.csc]."),
    click.option(
        "--secret-fd",
        type=int,
        help="Read passphrase, PIN or one-time password from this file descriptor, a line each, instead of a prompt.",
    ),
)
_NAMES = ("demo", "pkcs12", "pkcs11", "token", "label", "pinpad", "csc", "secret_fd")


def key_options(body: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options of a key; its body takes them together as `key`, a `KeyChoice`."""

    def taking(desk: Desk, **given: Any) -> Any:
        return body(desk, key=KeyChoice(**{name: given.pop(name) for name in _NAMES}), **given)

    taking.__doc__ = body.__doc__
    taking.__click_params__ = list(getattr(body, "__click_params__", []))  # type: ignore[attr-defined]
    wrapped: Callable[..., Any] = taking
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@dataclass(frozen=True, slots=True)
class Keyring:
    """A key for one signature or for many."""

    holder: str
    """Whose key it is; empty when it becomes the key of whoever is expected."""
    each: Callable[[], AbstractContextManager[KeyFor]]
    """The key for one signature; asks for what the key demands of each."""


@contextmanager
def keyring(desk: Desk, choice: KeyChoice, *, pin_once: bool = False) -> Iterator[Keyring]:
    """The chosen key, for as long as the block lasts.

    A card is looked at without PIN to learn whose it is, and asks for the PIN at each signature. With `pin_once` it is
    logged in once and stays so for the block, unless its key wants the PIN each time. The PIN itself is not kept.

    Raises:
        UsageError: DG-X132 not exactly one kind of key was named.
        ToolMissing, SigningFailed: those of `docgen.signing.keys`, `.card` and `.csc`.
    """
    if choice.ways != 1:
        raise UsageError.because("DG-X132")
    if choice.demo:
        yield Keyring("", _kept(partial(demo_key, open_demo_pki(desk.settings.demo_pki))))
    elif choice.pkcs12 is not None:
        asked = secret(desk.text("prompt.passphrase", file=choice.pkcs12.name), choice.secret_fd)
        yield _ready(key_from_pkcs12(read_given(choice.pkcs12), asked, source=str(choice.pkcs12)))
    elif choice.csc:
        yield _ready(remote_key(remote_service(desk), _remote_secrets(desk, choice.secret_fd)))
    else:
        with _card(desk, choice, pin_once=pin_once) as ring:
            yield ring


@contextmanager
def chosen_key(desk: Desk, choice: KeyChoice) -> Iterator[KeyFor]:
    """The chosen key for one signature; raises what `keyring` does."""
    with keyring(desk, choice) as ring, ring.each() as key_for:
        yield key_for


@contextmanager
def _card(desk: Desk, choice: KeyChoice, *, pin_once: bool) -> Iterator[Keyring]:
    module = str(choice.pkcs11)
    card = look_at_card(module, token=choice.token, label=choice.label)
    if card.last_try:
        desk.talk(desk.text("card.last_try"))
    pin = None if choice.pinpad else secret(desk.text("prompt.pin"), choice.secret_fd)

    @contextmanager
    def each() -> Iterator[KeyFor]:
        with card_key(module, pin, token=choice.token, label=choice.label) as key:
            yield _always(key)

    if not pin_once:
        yield Keyring(card.holder, each)
        return
    with each() as key_for:
        yield Keyring(card.holder, _kept(key_for))


def _ready(key: SigningKey) -> Keyring:
    return Keyring(key.holder, _kept(_always(key)))


def _kept(key_for: KeyFor) -> Callable[[], AbstractContextManager[KeyFor]]:
    return lambda: nullcontext(key_for)


def remote_service(desk: Desk) -> RemoteService:
    """The remote signing service of the settings.

    Raises:
        UsageError: DG-X137 there is none, DG-S241 its address is none to send secrets to.
    """
    own = desk.settings.signing
    if not own.csc.url:
        raise UsageError.because("DG-X137")
    return RemoteService(own.csc.url, own.csc.credential, own.timeout)


def _remote_secrets(desk: Desk, descriptor: int | None) -> Secrets:
    own = desk.settings.signing.csc
    return Secrets(
        token(desk.text("prompt.token"), desk.environment, own.token_variable, own.token_file),
        secret(desk.text("prompt.remote_pin"), descriptor),
        secret(desk.text("prompt.otp"), descriptor),
    )


def _always(key: SigningKey) -> KeyFor:
    return lambda _: key
