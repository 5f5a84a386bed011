"""`docgen sign`: one signature in one slot."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.secrets import secret
from docgen.cli.work import chosen, means, read_given, trust, trust_option
from docgen.errors import UsageError
from docgen.pipeline.demo_keys import demo_key, open_demo_pki
from docgen.pipeline.sign import KeyFor, sign_slot
from docgen.signing.keys import EID_KEY, EID_TOKEN, SigningKey, card_key, key_from_pkcs12
from docgen.signing.levels import Level


@as_command("sign", example="docgen sign VSA-2026-001 protocol --slot applicant --demo")
@click.argument("reference", metavar="CASE")
@click.argument("kind", metavar="KIND")
@click.option("--slot", required=True, help="Slot of the document, as the office profile names it.")
@click.option("--demo", is_flag=True, help="Sign with a throw-away key made for the person expected in the slot.")
@click.option("--pkcs12", "--p12", type=click.Path(path_type=Path, dir_okay=False), help="Key file (.p12, .pfx).")
@click.option("--pkcs11", type=click.Path(path_type=Path, dir_okay=False), help="PKCS#11 module of a card.")
@click.option("--token", default=EID_TOKEN, show_default=True, help="Label of the token, with --pkcs11.")
@click.option("--key", "label", default=EID_KEY, show_default=True, help="Label of the key, with --pkcs11.")
@click.option("--pinpad", is_flag=True, help="The card reader itself asks for the PIN, with --pkcs11.")
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level], case_sensitive=False),
    help="Level of the signature (PAdES); otherwise as docgen.toml or the office profile asks. Never lowered.",
)
@trust_option
@click.option("--secret-fd", type=int, help="Read passphrase or PIN from this file descriptor instead of a prompt.")
def command(
    desk: Desk,
    reference: str,
    kind: str,
    slot: str,
    demo: bool,
    pkcs12: Path | None,
    pkcs11: Path | None,
    token: str,
    label: str,
    pinpad: bool,
    level: str | None,
    secret_fd: int | None,
) -> Outcome:
    """Fill one slot of a document of CASE, in order; the result lies under cases/CASE/signed/.

    The key comes from a PKCS#12 file, a card, or the throw-away PKI. Passphrase and PIN come from a prompt or from
    --secret-fd, never from the command line. Levels above B-B call the timestamp service and, from B-LT, ask about
    revocation; when one of them does not answer, nothing is signed.
    """
    if sum(bool(way) for way in (demo, pkcs12, pkcs11)) != 1:
        raise UsageError.because("DG-X132")
    with ExitStack() as stack:
        key_for: KeyFor
        if demo:
            key_for = partial(demo_key, open_demo_pki(desk.settings.demo_pki))
        elif pkcs12 is not None:
            asked = secret(desk.text("prompt.passphrase", file=pkcs12.name), secret_fd)
            key_for = _always(key_from_pkcs12(read_given(pkcs12), asked, source=str(pkcs12)))
        else:
            asked = secret(desk.text("prompt.pin"), secret_fd)
            pin = None if pinpad else asked
            key_for = _always(stack.enter_context(card_key(str(pkcs11), pin, token=token, label=label)))
        ((shop, case),) = chosen(desk, [reference])
        trusted = trust(desk, demo_trust=demo)
        # The throw-away PKI has no services: its signatures are B-B unless another level is asked for by name.
        wanted = level or (Level.B_B if demo else None)
        signed = sign_slot(shop.trusting(trusted), case, kind, slot, key_for, means(desk, wanted, trusted))
    path = shop.roots.signed(signed.document.id)
    text = desk.text(
        "sign.done",
        document=str(signed.document.id),
        name=signed.signer,
        role=signed.role,
        level=signed.level,
        path=str(path),
    )
    data = {"document": signed.document.id.stem, "slot": slot, "signer": signed.signer, "role": signed.role}
    data["level"] = signed.level
    return Outcome(text, {**data, "path": str(path), "digest": signed.document.digest})


def _always(key: SigningKey) -> KeyFor:
    return lambda _: key
