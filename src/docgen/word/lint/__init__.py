"""Lint of Word templates: everything that is wrong with one, in one run, each at its place in Word.

Nothing is rendered and nothing is fetched; the same file and the same expectations give the same findings. What no
reading can tell (a value that one case leaves empty) comes to light when a document is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.case.fields import BY_PATH, Kind
from docgen.errors import ContentInvalid
from docgen.findings import Finding
from docgen.office.profile import Office
from docgen.word.lint.blocks import Survey, survey
from docgen.word.lint.house import fonts_of, looks
from docgen.word.lint.names import Reader, Used, covers
from docgen.word.lint.opened import Part, WordFile, opened
from docgen.word.lint.package_checks import packaged
from docgen.word.lint.places import controls, signatures
from docgen.word.lint.said import said
from docgen.word.lint.shapes import Shape, context_shape
from docgen.word.lint.tags import Scanner, Tag

_ORDER = {"body": 0, "footnotes": 7, "endnotes": 8, "": 9}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a template should be."""

    office: Office
    kind: str
    lang: str
    twins: Mapping[str, bytes] = field(default_factory=dict)
    """The same kind in other languages, as far as there is one."""
    languages: frozenset[str] = frozenset()
    """Languages in which the office has templates at all, and so should have this one."""
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a clause that contracts must hold, and words by any of which it is recognised."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What only the machine knows."""

    fonts: Mapping[str, str] = field(default_factory=dict)
    """Fonts that are not there, and what is drawn in their place."""


def lint(
    content: bytes,
    file: str,
    expected: Expected | None = None,
    *,
    machine: Machine | None = None,
    leftovers: tuple[str, ...] = (),
) -> tuple[Finding, ...]:
    """Every finding of a template, in the order of the document.

    Args:
        content: the Word file.
        file: its name as the user knows it.
        expected: office, kind and language; without it, only what holds for any template is checked.
        machine: fonts that the machine lacks.
        leftovers: words that no finished document holds, such as `TODO` (rule D-36).

    Raises:
        ContentInvalid: it is not a Word file.
    """
    word = opened(content, file)
    context = context_shape(expected.office if expected else None, expected.kind if expected else "")
    findings: list[Finding] = []
    surveys: dict[str, Survey] = {}
    uses: dict[str, Used] = {}
    for part in word.parts:
        surveys[part.name], uses[part.name], found = _read(word, part, context)
        findings += [*found, *_left(word, part, leftovers)]
        findings += controls(word, part, surveys[part.name], uses[part.name])
    findings += [*packaged(word), *looks(word, expected.lang if expected else "", (machine or Machine()).fonts)]
    if expected is not None:
        findings += _against(word, expected, surveys[word.body.name], _together(uses), context)
    return tuple(sorted(findings, key=_place))


def syntax(content: bytes, file: str, *, filters: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Only how the tags are formed and paired, for templates of any other program too; no names are checked.

    Raises:
        ContentInvalid: it is not a Word file.
    """
    word = opened(content, file)
    found: list[Finding] = []
    for part in word.parts:
        found += _read(word, part, Shape("any"), filters)[2]
    return tuple(sorted(found, key=_place))


def fonts_wanted(content: bytes, file: str) -> frozenset[str]:
    """Names of the fonts that a template asks for.

    Raises:
        ContentInvalid: it is not a Word file.
    """
    return fonts_of(opened(content, file))


def _read(
    word: WordFile, part: Part, context: Shape, filters: frozenset[str] = frozenset()
) -> tuple[Survey, Used, tuple[Finding, ...]]:
    scanner = Scanner(word.file, frozenset(context.names))
    scanned: list[list[Tag | Finding]] = [list(scanner.scan(paragraph)) for paragraph in part.paragraphs]
    surveyed = survey(word.file, part.paragraphs, scanned)
    reader = Reader(word.file, context, filters)
    used = reader.read(surveyed.placed)
    return surveyed, used, (*surveyed.findings, *reader.findings)


def _together(uses: Mapping[str, Used]) -> Used:
    printed = frozenset(path for used in uses.values() for path in used.printed)
    asked = frozenset(path for used in uses.values() for path in used.asked)
    return Used(printed, asked, (), ())


def _against(word: WordFile, expected: Expected, body: Survey, used: Used, context: Shape) -> Iterator[Finding]:
    kind = expected.office.kinds.get(expected.kind)
    if kind is None:
        return
    yield from signatures(word, kind.slot_names, body)
    for path in (wanted.replace("[*]", "") for wanted in kind.requires):
        # A choice may decide which clause is printed; a yes that must be yes may be a clause that is always there.
        kind_of = BY_PATH[path].kind if path in BY_PATH else Kind.TEXT
        shown = used.printed | used.asked if kind_of is Kind.CHOICE else used.printed
        if kind_of is not Kind.FLAG and not covers(shown, path):
            yield said("DG-T209", word.file, name=path)
    yield from _twins(word, expected, used, context)
    if _is_contract(expected):
        yield from _clauses(word, expected)


def _twins(word: WordFile, expected: Expected, used: Used, context: Shape) -> Iterator[Finding]:
    for lang in sorted(expected.languages - {expected.lang} - set(expected.twins)):
        yield said("DG-T411", word.file, lang=lang)
    for lang, content in expected.twins.items():
        try:
            twin = opened(content, word.file)
        except ContentInvalid:
            continue  # which its own lint tells
        shown = _together({part.name: _read(twin, part, context)[1] for part in twin.parts}).printed
        missing = sorted(path for path in shown - used.printed if path in BY_PATH)
        if missing:
            yield said("DG-T210", word.file, lang=lang, names=", ".join(missing))


def _is_contract(expected: Expected) -> bool:
    """Whether the kind is what both parties agree on first, and not a change of it."""
    office, kind = expected.office, expected.office.kinds[expected.kind]
    parties = {office.roles[role].party for slot in kind.slots for role in slot.roles}
    first = (one for one in office.procedures.values() if not one.changes_earlier)
    return kind.published and len(parties) > 1 and any(expected.kind in one.kinds for one in first)


def _clauses(word: WordFile, expected: Expected) -> Iterator[Finding]:
    text = " ".join(" ".join(paragraph.text for paragraph in word.body.paragraphs).split()).casefold()
    for name, signs in expected.clauses.items():
        if not any(sign.casefold() in text for sign in signs):
            yield said("DG-T601", word.file, clause=name, signs=" · ".join(signs))


def _left(word: WordFile, part: Part, leftovers: tuple[str, ...]) -> Iterator[Finding]:
    for words in leftovers:
        sought = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for paragraph in part.paragraphs:
            if sought.search(paragraph.text):
                yield said("DG-T412", word.file, paragraph, name=words)


def _place(finding: Finding) -> tuple[int, str, int, str]:
    part = finding.parameters["part"]
    return (_ORDER.get(part, 5), part, int(finding.parameters["paragraph"] or 0), finding.code)
