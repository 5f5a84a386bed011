"""Content controls of a filled form: made whole after filling, read in document order, and taken out for the PDF.

A template holds what Word accepts in a template: a control, its tag, and the value as text with Jinja in it. What
follows from the value (the date behind the words, the tick behind the box, the prompt in an empty control), unique
numbers, the hidden bookmarks and the repeating sections around rows are added here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lxml import etree

from docgen.case.fields import Kind
from docgen.word.marking import BOX_ON, NAMESPACE, STAND_IN
from docgen.word.package import assemble, members_of, pack
from docgen.word.tags import (
    Tag,
    case_bookmark,
    form_bookmark,
    is_case_bookmark,
    parse_bookmark,
    parse_form_bookmark,
    parse_tag,
)
from docgen.word.values import parsed_date

MAIN_PART = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_TEXT = {f"{W}t": "", f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "\u2011"}
"""What a person reads: the text of the first, and what the others stand for."""
_NOT_READ = tuple(f"{W}{name}" for name in ("del", "moveFrom", "pPr", "tabs"))
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CONTENT = f"{W}sdtContent"
_START, _END = f"{{{NAMESPACE}}}start", f"{{{NAMESPACE}}}end"
_GREY = "5F5F5F"
_FIRST_NUMBER = 100_000
"""Of the controls and bookmarks made here; far from those of a template."""

Prompt = Callable[[Tag, bool], str]
"""Words for an empty control; the flag says whether it stands alone, with room for a longer help."""


@dataclass(frozen=True, slots=True)
class FormNote:
    """What a form says of itself, in hidden bookmarks."""

    kind: str
    lang: str
    case: str = ""
    """Whose values are in it; empty for a form that is sent empty."""

    @property
    def bookmarks(self) -> tuple[str, ...]:
        """Their names."""
        of_case = (case_bookmark(self.case),) if self.case else ()
        return (form_bookmark(self.kind, blank=not self.case), *of_case)


def settled(xml: bytes, note: FormNote, prompt: Prompt | None = None) -> bytes:
    """The main part of a filled document with its controls made whole; other documents are given back as they are.

    Args:
        xml: content of `word/document.xml`, filled.
        note: kind and language of the form.
        prompt: words for controls that stay empty; without it they stay without words.
    """
    if b"<w:sdt>" not in xml:
        return xml
    settle(root := etree.fromstring(xml), note, prompt)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def settle(root: Any, note: FormNote, prompt: Prompt | None = None) -> None:
    """The same for a main part that has been read already; changes it."""
    if next(root.iter(f"{W}sdt"), None) is not None:
        _Settler(note, prompt).settle(root)


def with_main_part(package: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A Word file with its main part changed, and every other part as it was."""
    members = ((name, change(content) if name == MAIN_PART else content) for name, content in members_of(package))
    return assemble(pack(name, content) for name, content in members)


def content_text(element: Any) -> str:
    """The text in a control or paragraph as a person reads it: line breaks and tabs kept, deleted text left out."""
    paragraphs = [_run_text(paragraph) for paragraph in _outer_paragraphs(element)]
    return "\n".join(paragraphs) if paragraphs else _run_text(element)


def _outer_paragraphs(element: Any) -> list[Any]:
    return [] if element.tag == f"{W}p" else list(element.iter(f"{W}p"))


def _run_text(element: Any) -> str:
    pieces = []
    for node in element.iter(*_TEXT):
        if next(node.iterancestors(*_NOT_READ), None) is None:
            pieces.append((node.text or "") if node.tag == f"{W}t" else _TEXT[node.tag])
    return "".join(pieces)


def tag_of(control: Any) -> str:
    """The tag of a control as it stands there; empty when it has none."""
    found = control.find(f"{W}sdtPr/{W}tag")
    return "" if found is None else str(found.get(f"{W}val", ""))


def is_section(control: Any) -> bool:
    """Whether a control is a repeating section."""
    return control.find(f"{W}sdtPr/{W15}repeatingSection") is not None


def is_row(control: Any) -> bool:
    """Whether a control is a row of a repeating section."""
    return control.find(f"{W}sdtPr/{W15}repeatingSectionItem") is not None


@dataclass
class _Settler:
    note: FormNote
    prompt: Prompt | None
    numbers: Iterator[int] = field(default_factory=lambda: count(_FIRST_NUMBER))

    def settle(self, root: Any) -> None:
        for parent in list(dict.fromkeys(mark.getparent() for mark in root.iter(_START))):
            self._gather_rows(parent)
        for mark in list(root.iter(_START, _END)):
            _drop(mark)
        found = False
        for control in list(root.iter(f"{W}sdt")):
            tag = parse_tag(tag_of(control))
            if tag is not None:
                self._complete(control, tag)
                found = True
            _put(control, "id", val=str(next(self.numbers)))
        if found:
            self._name_form(root)

    def _gather_rows(self, parent: Any) -> None:
        """Put what stands between the marks of a row into an item, and items that follow each other in a section."""
        done: list[Any] = []
        open_rows: list[tuple[str, list[Any]]] = []
        sections: dict[Any, str] = {}
        for child in list(parent):
            around = open_rows[-1][1] if open_rows else done
            if child.tag == _START:
                open_rows.append((str(child.get("path")), []))
            elif child.tag == _END and open_rows:
                path, elements = open_rows.pop()
                outside = open_rows[-1][1] if open_rows else done
                if elements:
                    self._add_row(outside, sections, path, elements)
            else:
                around.append(child)
        for _, elements in open_rows:
            done += elements
        parent[:] = done

    def _add_row(
        self,
        outside: list[Any],
        sections: dict[Any, str],
        path: str,
        elements: list[Any],
    ) -> None:
        if not outside or sections.get(outside[-1]) != path:
            section = _control(path, "repeatingSection")
            sections[section] = path
            outside.append(section)
        row = _control("", "repeatingSectionItem")
        row[-1].extend(elements)
        outside[-1][-1].append(row)

    def _complete(self, control: Any, tag: Tag) -> None:
        content = control.find(f"{W}sdtContent")
        text = content_text(content)
        if text.startswith(STAND_IN):
            _remove_stand_in(content)
            _put(control, "showingPlcHdr")
        elif not text and self.prompt is not None:
            _set_prompt(content, self.prompt(tag, _stands_alone(control)))
            _put(control, "showingPlcHdr")
        elif control.find(f"{W}sdtPr/{W14}checkbox") is not None:
            control.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", str(int(text == BOX_ON)))
        elif tag.field.kind is Kind.DATE:
            self._set_date(control, text)
        if not tag.rows:
            _put(control, "lock", val="sdtLocked")
        elif tag.choice and not tag.field.many and tag.field.kind is Kind.CHOICE:
            _put(control, "lock", val="sdtContentLocked")
        self._bookmark(control, tag.bookmark)

    def _set_date(self, control: Any, text: str) -> None:
        day, date = parsed_date(text, self.note.lang), control.find(f"{W}sdtPr/{W}date")
        if day and date is not None:
            date.set(f"{W}fullDate", f"{day.isoformat()}T00:00:00Z")

    def _bookmark(self, control: Any, name: str) -> None:
        start, end = _bookmark(control.getparent(), next(self.numbers), name)
        control.addprevious(start)
        control.addnext(end)
        # lxml moves the text after an element along with it; between elements of Word there is none that counts.

    def _name_form(self, root: Any) -> None:
        body = root.find(f"{W}body")
        first = body.find(f".//{W}p")
        position = 1 if first.find(f"{W}pPr") is not None else 0
        for name in reversed(self.note.bookmarks):
            for element in reversed(_bookmark(first, next(self.numbers), name)):
                first.insert(position, element)


def _bookmark(parent: Any, number: int, name: str) -> tuple[Any, Any]:
    start = etree.SubElement(parent, f"{W}bookmarkStart", {f"{W}id": str(number), f"{W}name": name})
    return start, etree.SubElement(parent, f"{W}bookmarkEnd", {f"{W}id": str(number)})


def _control(tag: str, kind: str) -> Any:
    control = etree.Element(f"{W}sdt")
    properties = etree.SubElement(control, f"{W}sdtPr")
    if tag:
        etree.SubElement(properties, f"{W}tag", {f"{W}val": tag})
    etree.SubElement(properties, f"{W15}{kind}", nsmap={"w15": W15[1:-1]})
    etree.SubElement(control, f"{W}sdtContent")
    return control


_ORDER = ("rPr", "alias", "tag", "id", "lock", "placeholder", "temporary", "showingPlcHdr")
_BEFORE = {name: frozenset(f"{W}{other}" for other in _ORDER[:position]) for position, name in enumerate(_ORDER)}


def _put(control: Any, name: str, **attributes: str) -> None:
    """Set a property of a control, in the place that the schema gives it."""
    properties = control.find(f"{W}sdtPr")
    tag, earlier, position = f"{W}{name}", _BEFORE[name], 0
    for child in list(properties):
        if child.tag == tag:
            properties.remove(child)
        else:
            position += child.tag in earlier
    element = etree.SubElement(properties, tag, {f"{W}{key}": value for key, value in attributes.items()})
    properties.insert(position, element)  # made in its place: one that is made outside of a document takes longer


def _remove_stand_in(content: Any) -> None:
    first = next(text for text in content.iter(f"{W}t") if text.text)
    first.text = str(first.text).removeprefix(STAND_IN)


def _set_prompt(content: Any, words: str) -> None:
    run = next(content.iter(f"{W}r"))
    for child in list(run):
        if child.tag != f"{W}rPr":
            run.remove(child)
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    etree.SubElement(properties, f"{W}color", {f"{W}val": _GREY})
    text = etree.SubElement(run, f"{W}t", {_XML_SPACE: "preserve"})
    text.text = words


def _stands_alone(control: Any) -> bool:
    paragraph = next(control.iterancestors(f"{W}p"), None)
    if paragraph is None:
        return True
    own = content_text(control)
    others = [other for other in paragraph.iter(f"{W}sdt") if other is not control]
    return not others and content_text(paragraph).strip() == own.strip()


def take_out(root: Any) -> None:
    """Puts the content of every control in its place, and takes the controls' bookmarks away.

    The PDF is made of this, so that it looks the same whatever a program draws around controls.
    """
    controls = [*root.iter(f"{W}sdt")]
    if not controls:
        return
    ours = set()
    for start in list(root.iter(f"{W}bookmarkStart")):
        name = str(start.get(f"{W}name"))
        if parse_bookmark(name) or parse_form_bookmark(name) or is_case_bookmark(name):
            ours.add(start.get(f"{W}id"))
            _drop(start)
    for end in list(root.iter(f"{W}bookmarkEnd")):
        if end.get(f"{W}id") in ours:
            _drop(end)
    for control in controls:
        unwrap(control)


def _drop(element: Any) -> None:
    element.getparent().remove(element)


def unwrap(control: Any) -> None:
    """Put the content of a control in its place."""
    content = next(control.iterchildren(_CONTENT), None)
    for child in list(content) if content is not None else []:
        control.addprevious(child)
    _drop(control)
