"""Taking out of content that is written what its reading as a whole has found: covered text and redacted values."""

from __future__ import annotations

from docgen.publishing.flatten.content import Toolbox
from docgen.publishing.flatten.graphics import Matrix, TextState
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.lexing import pieces_of, spelled, spelled_pieces
from docgen.publishing.flatten.reading import Run
from docgen.publishing.flatten.runs import Bar, shift_of, without


def take_out(tools: Toolbox) -> bool:
    """Removes what may not be shown from the content of pages and forms; gives whether a value was redacted.

    Raises:
        PublicationRefused: `DG-F120` where a value cannot be taken out cleanly, `DG-F112` where covered text cannot.
    """
    policy, reader = tools.job.policy, tools.reader
    for run in reader.leave_out(tools.covered):
        _leave_out(run, tools.job)
    hits = reader.hits(policy.redact, numbers=policy.redact_national_numbers)
    if policy.redact and not reader.readable:
        tools.job.refuse("DG-F120", "file", reason="font")
    changed = reader.runs(hits) if hits else []
    for run in changed:
        _redact(run, hits[run.key], tools.job)
    touched = {id(run.block.out) for run in changed}
    for form, written in tools.forms.values():
        if id(written.out) in touched:
            form.write(written.content)
    return bool(changed)


def _leave_out(run: Run, job: Job) -> None:
    if run.state.mode == 7:
        job.refuse("DG-F112", "file", kind="covered")
    job.drop("invisible text (covered)")
    run.block.out[run.place] = shift_of(run.advance, run.state, vertical=run.font.vertical)


def _redact(run: Run, taken: frozenset[int], job: Job) -> None:
    """Writes a run without some of its codes, and a bar in their place when the text object has ended."""
    if run.font.vertical:
        job.refuse("DG-F120", "file", reason="vertical text")
    items, bars = without(pieces_of(run.raw, run.shown), run.font, run.state, taken)
    job.drop("redacted characters", len(taken))
    out, block = run.block.out, run.block
    out[run.place] = spelled_pieces(items) + b" TJ"
    drawn = [_bar(bar, run.matrix, run.state, block.bar_mark) for bar in bars]
    out[block.end] = b"\n".join([out[block.end], *drawn])


def _bar(bar: Bar, matrix: Matrix, state: TextState, mark: bytes) -> bytes:
    sides = (bar.start, state.rise - 0.2 * state.size, bar.end - bar.start, state.size)
    box = b" ".join(spelled(round(number, 3)) for number in sides)
    drawn = [b"q", b" ".join(map(spelled, matrix)) + b" cm", b"0 g", box + b" re", b"f", b"Q"]
    return b"\n".join([mark, *drawn, b"EMC"] if mark else drawn)
