"""`docgen sign --queue`: everything that waits for one signer, reviewed and signed one by one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from docgen.cli import show
from docgen.cli.ask import ask
from docgen.cli.desk import Desk, Outcome
from docgen.cli.means import means
from docgen.cli.sign_keys import KeyChoice, Keyring, keyring
from docgen.cli.table import table
from docgen.cli.work import chosen, trust
from docgen.errors import DocgenError, ExitCode, ToolFailed, UsageError
from docgen.numbers import mask_national_numbers
from docgen.pipeline.queue import Queued, Wanted, queue
from docgen.pipeline.sign import Means, Signed, sign_slot
from docgen.pipeline.workshop import Workshop
from docgen.signing.levels import Level

_ENDS_THE_QUEUE = ("DG-S22", "DG-S24")
"""Troubles with the key itself: trying the next document could block a card."""


@dataclass
class _Run:
    """What became of the queue so far."""

    signed: list[tuple[Queued, Signed]] = field(default_factory=list)
    skipped: list[Queued] = field(default_factory=list)
    failed: list[tuple[Queued, DocgenError]] = field(default_factory=list)
    left: list[Queued] = field(default_factory=list)


def listed(desk: Desk, references: Sequence[str], wanted: Wanted, *, demo: bool) -> Outcome:
    """What waits, without signing anything."""
    found = list(queue(_selected(desk, references, demo=demo), wanted))
    rows = [
        [one.case, one.waiting.document.stem, one.waiting.slot, ", ".join(one.waiting.expected.names), str(one.pages)]
        for one in found
    ]
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "slot", "expected", "pages")]
    text = table(headings, rows) if rows else desk.text("queue.empty")
    return Outcome(text, {"waiting": [_data(one) for one in found]})


def signed_queue(
    desk: Desk, references: Sequence[str], wanted: Wanted, level: str | None, choice: KeyChoice
) -> Outcome:
    """Review and sign what waits; every signature is whole or absent, and a later run goes on with what is left.

    Raises:
        UsageError: DG-X144 there is no terminal to review on.
    """
    if not sys.stdin.isatty():
        raise UsageError.because("DG-X144")
    selected = _selected(desk, references, demo=choice.demo)
    waiting = list(queue(selected, wanted))
    if not waiting:
        return Outcome(desk.text("queue.empty"), _result(desk, _Run()))
    with keyring(desk, choice, pin_once=_pin_once(desk, waiting)) as ring:
        mine = Wanted(wanted.slot, wanted.role, ring.holder)
        trusted = trust(desk, demo_trust=choice.demo)
        asked = means(desk, level or (Level.B_B if choice.demo else None), trusted)
        run = _gone_through(desk, selected, mine, ring, asked)
    return _outcome(desk, run)


def _selected(desk: Desk, references: Sequence[str], *, demo: bool) -> list[tuple[Workshop, str]]:
    trusted = trust(desk, demo_trust=demo)
    return [(shop.trusting(trusted), case) for shop, case in chosen(desk, references)]


def _pin_once(desk: Desk, waiting: Sequence[Queued]) -> bool:
    own = desk.settings.signing.pin
    return own == "once" or (own is None and all(one.office.signing.pin == "once" for one in waiting))


def _gone_through(
    desk: Desk, selected: Sequence[tuple[Workshop, str]], wanted: Wanted, ring: Keyring, asked: Means
) -> _Run:
    run, seen = _Run(), set[tuple[str, str, str]]()
    # A signature may open the gate of a document that did not wait before: look again until nothing new comes.
    while fresh := [one for one in queue(selected, wanted) if one.key not in seen]:
        for number, one in enumerate(fresh, 1):
            seen.add(one.key)
            answer = _review(desk, one, number, len(fresh))
            if answer == "n":
                run.skipped.append(one)
            elif answer == "q":
                run.left += fresh[number - 1 :]
                return run
            elif not _signed(desk, one, ring, asked, run):
                run.left += fresh[number:]
                return run
    return run


def _signed(desk: Desk, one: Queued, ring: Keyring, asked: Means, run: _Run) -> bool:
    """Sign one; false when the queue should end."""
    try:
        with ring.each() as key_for:
            done = sign_slot(
                one.shop, one.case, one.waiting.document.kind, one.waiting.slot, key_for, asked, one.waiting.digest
            )
    except DocgenError as error:
        run.failed.append((one, error))
        _say(show.as_text(desk.shown(error.findings), desk))
        ends = isinstance(error, ToolFailed | UsageError)
        return not ends and not any(finding.code.startswith(_ENDS_THE_QUEUE) for finding in error.findings)
    run.signed.append((one, done))
    _say(desk.text("queue.signed", document=str(done.document.id), name=done.signer, level=done.level))
    return True


def _review(desk: Desk, one: Queued, number: int, total: int) -> str:
    document = one.waiting
    _say("")
    _say(desk.text("queue.document", number=number, total=total, title=one.title, case=one.case, project=one.project))
    slots = {"slot": document.slot, "expected": ", ".join(document.expected.names) or "-"}
    _say(desk.text("queue.facts", path=document.path, pages=one.pages, digest=document.digest, **slots))
    while True:
        answer = ask(desk.text("queue.question")).strip().lower()
        if answer in ("y", "n", "q"):
            return answer
        if answer == "o" and click.launch(str(document.path)):
            _say(desk.text("queue.no_viewer", path=document.path))


def _say(words: str) -> None:
    """Part of the conversation, which --quiet does not end."""
    click.echo(mask_national_numbers(words), err=True)


def _outcome(desk: Desk, run: _Run) -> Outcome:
    rows = [[one.case, one.waiting.document.stem, one.waiting.slot, desk.text(state)] for one, state in _states(run)]
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "slot", "state")]
    code = ExitCode.DONE
    if run.failed:
        code = ExitCode.BATCH_INCOMPLETE if run.signed else run.failed[0][1].exit_code
    return Outcome(table(headings, rows), _result(desk, run), code)


def _states(run: _Run) -> Iterator[tuple[Queued, str]]:
    yield from ((one, "queue.state_signed") for one, _ in run.signed)
    yield from ((one, "queue.state_skipped") for one in run.skipped)
    yield from ((one, "queue.state_failed") for one, _ in run.failed)
    yield from ((one, "queue.state_left") for one in run.left)


def _result(desk: Desk, run: _Run) -> dict[str, Any]:
    failed = [
        {**_data(one), "findings": [each.as_json() for each in desk.shown(error.findings)]} for one, error in run.failed
    ]
    return {
        "signed": [{**_data(one), "level": done.level, "digest": done.document.digest} for one, done in run.signed],
        "skipped": [_data(one) for one in run.skipped],
        "failed": failed,
        "left": [_data(one) for one in run.left],
    }


def _data(one: Queued) -> dict[str, Any]:
    return {
        "case": one.case,
        "document": one.waiting.document.stem,
        "slot": one.waiting.slot,
        "expected": list(one.waiting.expected.names),
        "path": str(one.waiting.path),
        "pages": one.pages,
        "reviewed": one.waiting.digest,
    }
