"""`docgen sign`: one signature in one slot, or a request for a service that makes it."""

from __future__ import annotations

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.means import means
from docgen.cli.sign_keys import KeyChoice, chosen_key, key_options
from docgen.cli.sign_prepare import prepared
from docgen.cli.sign_queue import listed, signed_queue
from docgen.cli.work import chosen, trust, trust_option
from docgen.errors import UsageError
from docgen.pipeline.queue import Wanted
from docgen.pipeline.sign import Signed, expected_in, sign_slot
from docgen.pipeline.standing import stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.levels import Level


@as_command("sign", example="docgen sign VSA-2026-001 protocol --slot applicant --demo")
@click.argument("words", metavar="CASE KIND | --queue [CASE]...", nargs=-1)
@click.option(
    "--slot", default="", help="Slot to sign, as the office profile names it. Without it, docgen says which there are."
)
@key_options
@click.option("--queue", is_flag=True, help="Review and sign, one by one, everything that waits in these cases or all.")
@click.option("--role", help="With --queue: only what this role may sign.")
@click.option("--list", "list_only", is_flag=True, help="With --queue: only show what waits; needs no key.")
@click.option(
    "--prepare",
    type=click.Choice(["bosa"]),
    help="Do not sign: write the request for this signing service. Without KIND: every document that waits.",
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level], case_sensitive=False),
    help="Level of the signature (PAdES); otherwise as docgen.toml or the office profile asks. Never lowered.",
)
@trust_option
def command(
    desk: Desk,
    words: tuple[str, ...],
    slot: str,
    queue: bool,
    role: str | None,
    list_only: bool,
    prepare: str | None,
    level: str | None,
    key: KeyChoice,
) -> Outcome:
    """Fill one slot of a document of CASE, in order; the result lies under cases/CASE/signed/.

    The key comes from a PKCS#12 file, a card, a remote signing service, or the throw-away PKI. Passphrase and PIN come
    from a prompt or from --secret-fd, never from the command line. Levels above B-B call the timestamp service and,
    from B-LT, ask about revocation; when one of them does not answer, nothing is signed.

    With --queue, what waits is shown document by document, with path, pages and digest, and signed when you say so. It
    may be interrupted at any time: every signature is whole or absent, and the next run goes on with what is left.
    """
    if queue:
        return _queue(desk, words, Wanted(slot, role or ""), level, key, list_only=list_only, prepare=prepare)
    if role or list_only:
        raise UsageError.because("DG-X145")
    if not words:
        raise UsageError.because("DG-X134")
    if prepare:
        if key.ways:
            raise UsageError.because("DG-X133")
        return prepared(desk, words[0], words[1:], slot, level)
    if len(words) != 2:
        raise UsageError.because("DG-X134")
    return _signed(desk, words[0], words[1], slot, level, key)


def _queue(
    desk: Desk,
    references: tuple[str, ...],
    wanted: Wanted,
    level: str | None,
    key: KeyChoice,
    *,
    list_only: bool,
    prepare: str | None,
) -> Outcome:
    if prepare:
        raise UsageError.because("DG-X145")
    if list_only:
        return listed(desk, references, wanted, demo=key.demo)
    return signed_queue(desk, references, wanted, level, key)


def _signed(desk: Desk, reference: str, kind: str, slot: str, level: str | None, key: KeyChoice) -> Outcome:
    ((shop, case),) = chosen(desk, [reference])
    if not slot:
        # Whoever does not know the slots yet is told them before any key is asked for.
        expected_in(stand(shop, case), kind, slot)
    with chosen_key(desk, key) as key_for:
        trusted = trust(desk, demo_trust=key.demo)
        # The throw-away PKI has no services: its signatures are B-B unless another level is asked for by name.
        wanted = level or (Level.B_B if key.demo else None)
        signed = sign_slot(shop.trusting(trusted), case, kind, slot, key_for, means(desk, wanted, trusted))
    return Outcome(_text(desk, shop, signed), _data(shop, signed))


def _text(desk: Desk, shop: Workshop, signed: Signed) -> str:
    path = shop.roots.signed(signed.document.id)
    return desk.text(
        "sign.done",
        document=str(signed.document.id),
        name=signed.signer,
        role=signed.role,
        level=signed.level,
        path=str(path),
    )


def _data(shop: Workshop, signed: Signed) -> dict[str, str]:
    return {
        "document": signed.document.id.stem,
        "slot": signed.slot,
        "signer": signed.signer,
        "role": signed.role,
        "level": signed.level,
        "path": str(shop.roots.signed(signed.document.id)),
        "digest": signed.document.digest,
    }
