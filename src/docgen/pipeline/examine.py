"""Judging files from elsewhere, in a process that is ended when they take too long.

PDFium is not safe in threads, and no thread can be ended: a hostile file would go on working behind a judgement that
gave up on it. Whatever happens in the process, its end is a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from docgen.documents import ExpectedSignature, SignedPdf, ValidationReport
from docgen.errors import ValidationFailed
from docgen.pipeline.guarded import Runner, Unfinished
from docgen.signing.extract import form_slots, sent_prefix
from docgen.signing.identity import EXACT, Identity, compare, no_answer
from docgen.signing.trust import Trust
from docgen.signing.validate import refused, validate


def examined(
    run: Runner,
    signed: SignedPdf,
    expected: Sequence[ExpectedSignature],
    *,
    trust: Trust,
    now: datetime,
    judge_only: bool = False,
) -> ValidationReport:
    """The report of `docgen.signing.validate`; DG-V105 or DG-V106 when there was none."""
    try:
        return run(validate, signed, trust=trust, expected=tuple(expected), now=now, judge_only=judge_only)
    except Unfinished as error:
        return refused(signed.digest, reason=error.reason)


def compared(run: Runner, sent: bytes, returned: bytes) -> Identity:
    """The comparison of `docgen.signing.identity`; DG-V405 when there was none. Equal bytes need no process."""
    if sent == returned or sent_prefix(sent, returned):
        return EXACT
    try:
        return run(compare, sent, returned)
    except Unfinished as error:
        return no_answer("DG-V405", problem=error.reason)


def slots_of(run: Runner, content: bytes) -> tuple[str, ...]:
    """The slots of a file's form; none when it cannot be read."""
    try:
        return run(form_slots, content)
    except (ValidationFailed, Unfinished):
        return ()
