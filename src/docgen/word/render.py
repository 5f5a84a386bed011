"""Filling a Word template with the values of a case.

docxtpl does the filling; here it is made strict (an unknown or empty field is an error with its place), safe
(autoescape, sandbox, no loader), and reproducible (same template and values, same bytes).
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from docx.opc.constants import CONTENT_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import Environment, TemplateSyntaxError
from jinja2.exceptions import SecurityError, TemplateError
from lxml import etree

from docgen.documents import DocumentId, Docx
from docgen.errors import ContentInvalid, DocgenError, RenderFailed
from docgen.findings import Finding, Place, Severity
from docgen.word.controls import FormNote, W, settled, with_main_part
from docgen.word.environment import UnknownName, environment
from docgen.word.filters import Filters, Words
from docgen.word.guard import guarded, unguarded
from docgen.word.locate import Spot, Stamps, line_of, without_stamps
from docgen.word.record import EmptyField, PrintedGroup, Record, as_template_value
from docgen.word.usual_names import with_usual_names

_Text = TypeVar("_Text", str, bytes)
_TYPES = "[Content_Types].xml"
_OTHER_SORTS = (
    (re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE), "DG-W109"),
    (re.compile(rb"wordprocessingml\.template\.main"), "DG-W110"),
)
"""Content types by which a file is told, and what is said of it."""

LONGEST_PROPERTY = 255
"""python-docx and Word refuse longer core properties."""
NOTES = (CONTENT_TYPE.WML_FOOTNOTES, CONTENT_TYPE.WML_ENDNOTES)
"""Content types of the parts that hold notes with tags."""
PROPERTIES = ("title", "subject", "author", "comments", "keywords", "category", "language")
"""Core properties that may hold tags."""


@dataclass(frozen=True, slots=True)
class Template:
    """A Word template."""

    file: str
    """Path as the user knows it, for messages."""
    content: bytes


def render(template: Template, values: Mapping[str, object], id: DocumentId, words: Words) -> Docx:
    """The filled document.

    Args:
        template: the Word file with its tags.
        values: plain values by field name; see `docgen.word.record`.
        id: which document this is; its language chooses how dates and lists are written.
        words: wording for the filters.

    Raises:
        ContentInvalid: the template is not a Word file, or has a tag that cannot be right for any case.
        RenderFailed: this case and this template do not fit, for example an empty field is printed.
    """
    require_document(template)
    jinja = environment()
    jinja.filters.update(Filters(words, id.lang).as_mapping())
    context = {name: as_template_value(guarded(value), name) for name, value in values.items()}
    document = _opened(template)
    try:
        document.render(context, jinja, autoescape=True)
    except (KeyError, etree.XMLSyntaxError) as error:  # a part that is opened only now
        raise ContentInvalid.because("DG-W100", Place(template.file)) from error
    except (TemplateError, _MalformedResult, TypeError, ValueError, ArithmeticError) as error:
        raise _explained(error, template, document, context) from error
    out = io.BytesIO()
    document.save(out)
    note = FormNote(id.kind, id.lang, id.case)
    content = with_main_part(out.getvalue(), lambda xml: settled(xml, note))
    return Docx(id, content, str(document.docx.core_properties.title))


def _opened(template: Template) -> _StrictTemplate:
    try:
        document = _StrictTemplate(template.content)
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, AttributeError, etree.XMLSyntaxError) as error:
        raise ContentInvalid.because("DG-W100", Place(template.file)) from error
    return document


def require_document(template: Template) -> None:
    """Returns if the file is a Word document, and neither one that may hold macros nor a template of Word.

    Raises:
        ContentInvalid: it is another sort of file, whatever its name says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(template.content)) as package:
            types = package.read(_TYPES)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise ContentInvalid.because("DG-W100", Place(template.file)) from error
    for mark, code in _OTHER_SORTS:
        if mark.search(types):
            raise ContentInvalid.because(code, Place(template.file))


class _MalformedResult(Exception):
    """The filled part is not well-formed XML."""


class _StrictTemplate(DocxTemplate):  # type: ignore[misc]
    """docxtpl that stamps paragraphs, refuses malformed results, and keeps `&` in document properties."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(with_usual_names(content)))
        self.stamps = Stamps("body")
        self.template_xml = ""
        self._number = ""

    def get_part_xml(self, part: Part) -> str:
        # Of headers and footers there are several; their root does not say which it is.
        self._number = "".join(filter(str.isdigit, part.partname.filename))
        return str(super().get_part_xml(part))

    def patch_xml(self, src_xml: str) -> str:
        self.stamps = Stamps(_part_of(src_xml, self._number))
        return str(super().patch_xml(self.stamps.stamp(src_xml)))

    def render_xml_part(self, src_xml: str, part: object, context: object, jinja_env: Environment) -> str:
        # docxtpl begins each paragraph on a new line before Jinja counts lines; the same here, to count alike.
        self.template_xml = src_xml.replace("<w:p ", "\n<w:p ").replace("<w:p>", "\n<w:p>")
        return without_stamps(unguarded(super().render_xml_part(src_xml, part, context, jinja_env)))

    def fix_tables(self, xml: str) -> etree._Element:
        # docxtpl parses with `recover`, which drops what it cannot read without a word, and counts on tables' grids.
        if any(table.find(f"{W}tblGrid") is None for table in etree.fromstring(_well_formed(xml)).iter(f"{W}tbl")):
            raise _MalformedResult("w:tbl without w:tblGrid")
        fixed: etree._Element = super().fix_tables(xml)
        return fixed

    def render_footnotes(self, context: dict[str, object], jinja_env: Environment) -> None:
        # docxtpl fills them once for every section, and so would take tags in values for its own the second time;
        # and it leaves endnotes as they are.
        for part in self.docx.part.package.parts:
            if part.content_type in NOTES:
                filled = self.render_xml_part(self.patch_xml(part.blob.decode()), part, context, jinja_env)
                part._blob = _well_formed(filled).encode()

    def build_headers_footers_xml(
        self, context: object, uri: str, jinja_env: Environment
    ) -> Iterator[tuple[str, bytes]]:
        for relation, xml in super().build_headers_footers_xml(context, uri, jinja_env):
            yield relation, _well_formed(xml)

    def render_properties(self, context: dict[str, object], jinja_env: Environment) -> None:
        # Properties are set as text, not as XML: escaping here would print `&amp;`.
        plain = jinja_env.overlay(autoescape=False)
        properties = self.docx.core_properties
        for name in PROPERTIES:
            rendered = unguarded(plain.from_string(getattr(properties, name) or "").render(context))
            setattr(properties, name, rendered[:LONGEST_PROPERTY])


def _well_formed(xml: _Text) -> _Text:
    try:
        etree.fromstring(xml)
    except etree.XMLSyntaxError as error:
        raise _MalformedResult(str(error)) from error
    return xml


def _part_of(xml: str, number: str) -> str:
    root = etree.fromstring(xml.encode() if xml.lstrip().startswith("<?xml") else xml)
    name = etree.QName(root).localname
    return {"hdr": f"header{number}", "ftr": f"footer{number}"}.get(name, name)


def _explained(
    error: Exception, template: Template, document: _StrictTemplate, context: Mapping[str, object]
) -> DocgenError:
    line = getattr(error, "lineno", None) or line_of(error.__traceback__)
    match error:
        case UnknownName():
            return _unknown_name(error, template, document, context, line)
        case EmptyField():
            spot = document.stamps.at_line(document.template_xml, line, error.path.rpartition(".")[2])
            return _failed(RenderFailed, "DG-W102", template, spot, name=error.path)
        case PrintedGroup():
            spot = document.stamps.at_line(document.template_xml, line, str(error).rpartition(".")[2])
            return _failed(ContentInvalid, "DG-W108", template, spot)
        case TemplateSyntaxError():
            spot = document.stamps.at_line(document.template_xml, line, "")
            return _failed(ContentInvalid, "DG-W103", template, spot, problem=str(error.message))
        case SecurityError():
            spot = document.stamps.at_line(document.template_xml, line, "")
            return _failed(ContentInvalid, "DG-W104", template, spot, problem=str(error))
        case _MalformedResult():
            return _failed(RenderFailed, "DG-W105", template, Spot(document.stamps.part, 0), problem=str(error))
        case _:
            spot = document.stamps.at_line(document.template_xml, line, "")
            return _failed(RenderFailed, "DG-W106", template, spot, problem=str(error))


def _unknown_name(
    error: UnknownName, template: Template, document: _StrictTemplate, context: Mapping[str, object], line: int
) -> DocgenError:
    known = tuple(context) if error.at_top else error.owner_names
    near = difflib.get_close_matches(error.name, known, n=1, cutoff=0.6)
    prefix = f"{error.owner_path}." if error.owner_path else ""
    spot = document.stamps.at_line(document.template_xml, line, error.name)
    return _failed(
        ContentInvalid,
        "DG-W101" if near else "DG-W107",
        template,
        spot,
        name=prefix + error.name,
        near=prefix + near[0] if near else "",
        known=", ".join(sorted(known)),
    )


def _failed(kind: type[DocgenError], code: str, template: Template, spot: Spot, **parameters: str) -> DocgenError:
    table = {"table": str(spot.table), "row": str(spot.row), "cell": str(spot.cell)} if spot.table else {}
    place = Place(template.file, path=_path_of(spot), words=spot.words)
    words = {"part": spot.part, "paragraph": str(spot.paragraph), "words": spot.words, "tag": spot.tag}
    return kind([Finding(code, Severity.ERROR, place, {**words, **table, **parameters})])


def _path_of(spot: Spot) -> str:
    cell = f", table {spot.table} row {spot.row} cell {spot.cell}" if spot.table else ""
    return f"{spot.part}, paragraph {spot.paragraph}{cell}"


__all__ = ["Record", "Template", "render"]
