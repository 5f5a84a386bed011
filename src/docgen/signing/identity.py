"""Is what came back what was sent? Bytes first; then, for rewritten files, every page as a reader sees it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from docgen.findings import Finding, Severity
from docgen.numbers import mask_national_numbers
from docgen.signing.carried import carried
from docgen.signing.extract import sent_prefix
from docgen.signing.pages import (
    Page,
    as_png,
    difference,
    page_count,
    pages,
    shown_difference,
    side_by_side,
    slot_boxes,
)
from docgen.signing.reading import blocking, remark

TIME_LIMIT = 60.0
"""Seconds for one comparison; twenty pages take about one."""
_MOST_PAGES = 400
_MOST_WORDS = 12
"""Words shown of a difference on one page."""
_SCANNED = 0.2
"""With less than this part of the words sent, a page has no text layer worth comparing."""
_SAME_SHAPE = 0.02


class Answer(StrEnum):
    """Whether the content is the one that was sent."""

    SAME = "same"
    CHANGED = "changed"
    CANNOT_JUDGE = "cannot judge"


@dataclass(frozen=True, slots=True)
class PageDifference:
    """What differs on one page."""

    page: int
    """1-based."""
    answer: Answer
    """`changed`, or `cannot judge` where only a person can compare."""
    removed: tuple[str, ...]
    """Words that were sent and are no longer there."""
    added: tuple[str, ...]
    picture: bytes
    """PNG: the place with the difference in red, or what was sent beside what came back; empty when one has no such
    page."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The answer, with its reasons."""

    answer: Answer
    exact: bool
    """The first revision is byte for byte what was sent."""
    differences: tuple[PageDifference, ...] = ()
    findings: tuple[Finding, ...] = ()


EXACT = Identity(Answer.SAME, exact=True)
"""The answer for a file that begins with what was sent."""


def compare(sent: bytes, returned: bytes, *, limit: float = TIME_LIMIT) -> Identity:
    """Whether a file that came back has the content that was sent.

    What stands in the signature boxes is left out, as marks belong there. Words and pictures must both be the same:
    words alone miss what is drawn over them, pictures alone miss what is hidden, and both miss what no page shows:
    scripts, attachments, layers. A scan has no words; then nobody but a person can tell, and the pictures are there
    for that.

    Does not promise anything about signatures: `validate` judges those. Nor that it comes to an end: the limit is
    looked at between pages, one hostile page may take for ever, and PDFium may take the process with it. A thread
    would be no help: none can be ended, and PDFium is not safe in two. `docgen.pipeline.examine` does it in a process
    of its own.

    Args:
        sent: the file as it was sent.
        returned: the file as it came back.
        limit: seconds after which no further page is drawn.

    Returns:
        DG-V401 as warning: same, but not the same file. DG-V402 changed, DG-V403 other number of pages, DG-V404 a page
        is a scan, has another shape, or was drawn anew by another program, DG-V405 it cannot be drawn or took too long,
        DG-V406 it carries something that was not sent (`carried`).
    """
    if sent == returned or sent_prefix(sent, returned):
        return EXACT
    try:
        return _compared(sent, returned, until=time.monotonic() + limit)
    except Exception as error:  # whatever a foreign file does to the libraries: no answer, and no crash
        return no_answer("DG-V405", problem=type(error).__name__)


def no_answer(code: str, **parameters: str) -> Identity:
    """The answer of a comparison that did not come to an end, or could not be made."""
    return Identity(Answer.CANNOT_JUDGE, exact=False, findings=(blocking(code, **parameters),))


def _compared(sent: bytes, returned: bytes, *, until: float) -> Identity:
    before, after = page_count(sent), page_count(returned)
    if max(before, after) > _MOST_PAGES:
        return no_answer("DG-V405", problem="pages")
    boxes = slot_boxes(sent)
    different: list[PageDifference] = []
    for number, both in enumerate(zip_longest(pages(sent, hidden=boxes), pages(returned, hidden=boxes)), 1):
        if time.monotonic() > until:
            return no_answer("DG-V405", problem="time")
        found = _compare(number, *both)
        if found is not None:
            different.append(found)
    findings = list(_findings(different))
    if before != after:
        findings.insert(0, blocking("DG-V403", sent=str(before), returned=str(after)))
    more = sorted(carried(returned) - carried(sent))
    if more:
        findings.insert(0, blocking("DG-V406", kinds=", ".join(more)))
    answers = {one.answer for one in different} | ({Answer.CHANGED} if more else set())
    answer = next((each for each in (Answer.CHANGED, Answer.CANNOT_JUDGE) if each in answers), Answer.SAME)
    if answer is Answer.SAME:
        findings.append(remark("DG-V401", Severity.WARNING))
    return Identity(answer, exact=False, differences=tuple(different), findings=tuple(findings))


def _findings(different: Sequence[PageDifference]) -> Iterator[Finding]:
    for one in different:
        if one.answer is Answer.CHANGED:
            removed, added = (" ".join(words) or "-" for words in (one.removed, one.added))
            yield blocking("DG-V402", page=str(one.page), removed=removed, added=added)
    scanned = [str(one.page) for one in different if one.answer is Answer.CANNOT_JUDGE]
    if scanned:
        yield blocking("DG-V404", pages=", ".join(scanned))


def _compare(number: int, sent: Page | None, returned: Page | None) -> PageDifference | None:
    if sent is None or returned is None:
        return _one_sided(number, sent, returned)
    if len(returned.words) < _SCANNED * len(sent.words) or not _same_shape(sent, returned):
        picture = side_by_side(sent.picture, returned.picture)
        return PageDifference(number, Answer.CANNOT_JUDGE, (), (), picture)
    seen = (
        returned.picture.resize(sent.picture.size) if returned.picture.size != sent.picture.size else returned.picture
    )
    found = difference(sent.picture, seen)
    removed, added = _word_changes(sent.words, returned.words)
    if found is None and not removed and not added:
        return None
    unclear = found is not None and found.redrawn and not removed and not added
    if found is None:
        picture = b""
    else:
        picture = side_by_side(sent.picture, seen) if unclear else shown_difference(seen, found.marked)
    return PageDifference(number, Answer.CANNOT_JUDGE if unclear else Answer.CHANGED, removed, added, picture)


def _one_sided(number: int, sent: Page | None, returned: Page | None) -> PageDifference:
    removed, added = (_shown(page.words) if page else () for page in (sent, returned))
    there = returned or sent
    return PageDifference(number, Answer.CHANGED, removed, added, as_png(there.picture) if there else b"")


def _same_shape(sent: Page, returned: Page) -> bool:
    (width, height), (wide, high) = sent.size, returned.size
    return abs(width - wide) <= _SAME_SHAPE * width and abs(height - high) <= _SAME_SHAPE * height


def _word_changes(sent: Sequence[str], returned: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if Counter(sent) == Counter(returned):
        return (), ()  # another program may tell the words in another order; where they stand, the picture shows
    removed: list[str] = []
    added: list[str] = []
    for kind, first, last, start, end in SequenceMatcher(None, sent, returned, autojunk=False).get_opcodes():
        if kind != "equal" and "".join(sent[first:last]) != "".join(returned[start:end]):
            removed += sent[first:last]
            added += returned[start:end]
    return _shown(removed), _shown(added)


def _shown(words: Sequence[str]) -> tuple[str, ...]:
    more = ("…",) if len(words) > _MOST_WORDS else ()
    return (*mask_national_numbers(" ".join(words[:_MOST_WORDS])).split(), *more)
