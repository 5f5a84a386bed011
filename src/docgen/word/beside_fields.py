"""What was done to a form beside filling in its fields: other fields, tracked changes, comments, changed text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from docgen.findings import Finding, Place, Severity
from docgen.numbers import mask_national_numbers
from docgen.word.controls import W, content_text, tag_of
from docgen.word.found import Found, Known, fields_in, label_of, leaf_controls
from docgen.word.package import members_of
from docgen.word.tags import lists_above, parse_tag
from docgen.word.usual_names import with_usual_names

_COMMENTS = "word/comments.xml"
_SHOWN = 80
_HOLE = "◊"
_INSERTED, _DELETED = ("ins", "moveTo"), ("del", "moveFrom")


def beside_the_fields(
    content: bytes, root: Any, found: Sequence[Found], strangers: Sequence[Any], sent: Sequence[Any], file: str
) -> Iterator[Finding]:
    """All of it, as findings.

    Args:
        content: the received Word file.
        root: its main part.
        found: its fields.
        strangers: its controls of which nothing is known.
        sent: main parts of the form as it may have been sent, the likeliest first; without any, changed text and
            fields that are gone are not told.
        file: name of the file as the user knows it.
    """
    yield from _unknown(root, [one.element for one in found], strangers, file)
    yield from _missing(found, sent, file)
    yield from _tracked(root, file)
    yield from _comments(content, file)
    yield from _changed_text(root, sent, file, {one.element for one in found if one.how is Known.ROW})


def _unknown(root: Any, known: Sequence[Any], strangers: Sequence[Any], file: str) -> Iterator[Finding]:
    for control in leaf_controls(root):
        name = tag_of(control)
        if name and parse_tag(name) is None and control not in known:
            yield _finding("DG-W411", file, content_text(control), name=name)
    for control in strangers:
        yield _finding("DG-W419", file, content_text(control), label=shortened(label_of(control)))


def _missing(found: Sequence[Found], sent: Sequence[Any], file: str) -> Iterator[Finding]:
    if not sent or not found:
        return
    there = {(one.tag.fields_path, one.tag.choice) for one in found}
    expected, _ = fields_in(sent[0])
    gone = dict.fromkeys(
        one.tag.fields_path
        for one in expected
        if (one.tag.fields_path, one.tag.choice) not in there and not lists_above(one.tag.fields_path)
    )
    for path in gone:
        yield Finding("DG-W420", Severity.WARNING, Place(file, path=path), {"path": path})


def _tracked(root: Any, file: str) -> Iterator[Finding]:
    for name in (*_INSERTED, *_DELETED):
        for change in root.iter(f"{W}{name}"):
            text = "".join(node.text or "" for node in change.iter(f"{W}t", f"{W}delText"))
            if text.strip():
                code = "DG-W421" if name in _INSERTED else "DG-W422"
                yield _finding(code, file, text, author=str(change.get(f"{W}author", "")))


def _comments(content: bytes, file: str) -> Iterator[Finding]:
    part = dict(members_of(with_usual_names(content))).get(_COMMENTS)
    if part is None:
        return
    for comment in etree.fromstring(part, etree.XMLParser(resolve_entities=False)).iter(f"{W}comment"):
        yield _finding("DG-W423", file, content_text(comment), author=str(comment.get(f"{W}author", "")))


def _changed_text(root: Any, sent: Sequence[Any], file: str, added: Collection[Any]) -> Iterator[Finding]:
    if not sent:
        return
    beside = (each for each in _paragraphs(root) if not any(above in added for above in _around(each)))
    now = [words for words in map(_fixed_words, beside) if words]
    known = [[words for words in map(_fixed_words, _paragraphs(other)) if words] for other in sent]
    anywhere = {words for each in known for words in each}
    likeliest = max(known, key=lambda each: len(set(each) & set(now)))
    for words in dict.fromkeys(now):
        if words not in anywhere:
            yield _finding("DG-W415", file, words)
    for words in dict.fromkeys(likeliest):
        if words not in set(now):
            yield _finding("DG-W416", file, words)


def _around(paragraph: Any) -> Iterator[Any]:
    """What a paragraph stands in, and the controls that it holds."""
    yield from paragraph.iterancestors()
    yield from paragraph.iter(f"{W}sdt")


def _paragraphs(root: Any) -> Iterator[Any]:
    return (paragraph for paragraph in root.find(f"{W}body").iter(f"{W}p"))


def _fixed_words(paragraph: Any) -> str:
    """The words of a paragraph that nobody fills in; nothing when there are only fields and marks between them."""
    fields = {one.element for one in fields_in(paragraph)[0]}
    if any(above in fields for above in paragraph.iterancestors()):
        return ""
    pieces: list[str] = []
    skipped: set[Any] = set()
    for node in paragraph.iter():
        if node in fields and not any(above in skipped for above in node.iterancestors()):
            skipped.add(node)
            pieces.append(_HOLE)
        elif node.tag == f"{W}t" and not any(above in skipped or _deleted(above) for above in node.iterancestors()):
            pieces.append(node.text or "")
    words = " ".join("".join(pieces).split())
    return words if any(letter.isalpha() for letter in words) else ""


def _deleted(element: Any) -> bool:
    return any(element.tag == f"{W}{name}" for name in _DELETED)


def _finding(code: str, file: str, words: str, **parameters: str) -> Finding:
    shown = mask_national_numbers(shortened(words))
    return Finding(code, Severity.WARNING, Place(file, words=shown), masked({"words": shown, **parameters}))


def masked(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a finding without national register numbers."""
    return {name: mask_national_numbers(text) for name, text in parameters.items()}


def shortened(words: str) -> str:
    """The words on one line, cut where they are long."""
    words = " ".join(words.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
