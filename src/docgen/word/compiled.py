"""A Word template prepared once and filled many times.

Preparing means: opening the package, docxtpl's rewriting of the XML, and compiling the tags. None of it depends on the
case. Filling is then only Jinja, one reading of the result, and packing. The bytes are those of
`docgen.word.render.render`; where this way cannot promise that, and wherever something is wrong, that one is taken.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import CodeType
from typing import cast

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.coreprops import CoreProperties
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import serialize_part_xml
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from jinja2 import Environment, TemplateError
from jinja2 import Template as JinjaTemplate
from lxml import etree

from docgen.documents import DocumentId, Docx
from docgen.errors import ContentInvalid
from docgen.word.controls import FormNote, settle
from docgen.word.environment import environment
from docgen.word.filled import filled_body, resolved
from docgen.word.filters import Filters, Words
from docgen.word.guard import guarded, unguarded
from docgen.word.package import Member, assemble, members_of, pack
from docgen.word.record import as_template_value
from docgen.word.render import LONGEST_PROPERTY, NOTES, PROPERTIES, Template, render, require_document
from docgen.word.usual_names import with_usual_names

_FAULTS = (TemplateError, etree.XMLSyntaxError, TypeError, ValueError, ArithmeticError, AttributeError, KeyError)


_NO_FORM = FormNote("", "")


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template ready to be filled. Pickles as its source, and may be used by several threads at once."""

    template: Template
    prepared: _Prepared | None = field(compare=False, repr=False)
    """Nothing when the template has something that only the slow way does, or a fault that it will explain."""

    def __reduce__(self) -> tuple[Callable[[Template], CompiledTemplate], tuple[Template]]:
        return compile_template, (self.template,)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part with tags."""

    code: CodeType
    finish: Callable[[str, FormNote], bytes]
    """From the filled text, and what a form says of itself, to the content of the member."""


@dataclass(frozen=True, slots=True)
class _Properties:
    """The core properties, of which only those with tags are left to fill."""

    xml: bytes
    blank: tuple[str, ...]
    """Without text; set once more, because an element set to nothing is written otherwise than one that was read."""
    codes: tuple[tuple[str, CodeType], ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
    members: tuple[Member | str, ...]
    """In the order of the package; a name stands for a part to be filled."""
    parts: Mapping[str, _Part]
    properties: _Properties
    properties_name: str


def compile_template(template: Template) -> CompiledTemplate:
    """The template, compiled. Never fails: what is wrong with it comes to light, with its place, when it is filled."""
    try:
        require_document(template)
        return CompiledTemplate(template, _prepared(template.content))
    except (ContentInvalid, *_FAULTS, PackageNotFoundError, zipfile.BadZipFile, _NotCovered):
        return CompiledTemplate(template, None)


def render_compiled(compiled: CompiledTemplate, values: Mapping[str, object], id: DocumentId, words: Words) -> Docx:
    """The filled document; the same bytes, and the same errors, as `docgen.word.render.render`."""
    if compiled.prepared is None:
        return render(compiled.template, values, id, words)
    context = {name: as_template_value(guarded(value), name) for name, value in values.items()}
    jinja = environment()
    jinja.filters.update(Filters(words, id.lang).as_mapping())
    try:
        content, title = _filled(compiled.prepared, context, jinja, FormNote(id.kind, id.lang, id.case))
    except _FAULTS:
        return render(compiled.template, values, id, words)
    return Docx(id, content, title)


class _NotCovered(Exception):
    """This template needs the slow way."""


def _filled(
    prepared: _Prepared, context: Mapping[str, object], jinja: Environment, note: FormNote = _NO_FORM
) -> tuple[bytes, str]:
    contents = {name: part.finish(_text(part.code, context, jinja), note) for name, part in prepared.parts.items()}
    properties, title = _filled_properties(prepared.properties, context, jinja.overlay(autoescape=False))
    contents[prepared.properties_name] = properties
    members = (pack(one, contents[one]) if isinstance(one, str) else one for one in prepared.members)
    return assemble(members), title


def _text(code: CodeType, context: Mapping[str, object], jinja: Environment) -> str:
    return JinjaTemplate.from_code(jinja, code, jinja.globals).render(context)


def _filled_properties(wanted: _Properties, context: Mapping[str, object], plain: Environment) -> tuple[bytes, str]:
    element = parse_xml(wanted.xml)
    properties = CoreProperties(cast(CT_CoreProperties, element))
    for name in wanted.blank:
        setattr(properties, name, "")
    for name, code in wanted.codes:
        setattr(properties, name, unguarded(_text(code, context, plain))[:LONGEST_PROPERTY])
    return serialize_part_xml(element), str(properties.title)


def _prepared(content: bytes) -> _Prepared:
    jinja = _compiling()
    document = DocxTemplate(io.BytesIO(with_usual_names(content)))
    document.render_init()
    body = _body(document, jinja)
    parts = {**body, **_margins(document, jinja), **_notes(document, jinja)}
    properties_name, properties = _properties(document, jinja.overlay(autoescape=False))
    document.save(out := io.BytesIO())
    names = {*parts, properties_name}
    members = tuple(name if name in names else pack(name, given) for name, given in members_of(out.getvalue()))
    if len({one if isinstance(one, str) else one.name for one in members}) != len(members):
        raise _NotCovered
    return _Prepared(members, parts, properties, properties_name)


def _compiling() -> Environment:
    # Jinja works out filters of constants when it compiles, unless they fail: the language is not known here yet.
    jinja = environment()
    jinja.filters.update(dict.fromkeys(Filters.NAMES, _not_yet))
    return jinja


def _not_yet(*_: object) -> object:
    raise _NotCovered


def _code(document: DocxTemplate, xml: str, jinja: Environment) -> CodeType:
    # docxtpl begins each paragraph on a new line and takes the new lines away afterwards; so does `resolved`.
    source = document.patch_xml(xml).replace("<w:p ", "\n<w:p ").replace("<w:p>", "\n<w:p>")
    return jinja.compile(source)


def _body(document: DocxTemplate, jinja: Environment) -> dict[str, _Part]:
    code = _code(document, document.get_xml(), jinja)
    root = parse_xml(serialize_part_xml(document.docx._element))
    (empty,) = root.iterchildren(qn("w:body"))
    empty.clear()
    shell = serialize_part_xml(root)
    name = document.docx.part.partname.membername
    return {name: _Part(code, partial(_filled_main, shell))}


def _filled_main(shell: bytes, text: str, note: FormNote) -> bytes:
    settle(root := filled_body(shell, resolved(text)), note)
    return bytes(serialize_part_xml(root))


def _margins(document: DocxTemplate, jinja: Environment) -> dict[str, _Part]:
    made: dict[str, _Part] = {}
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for _, part in document.get_headers_footers(uri):
            name = part.partname.membername
            if name in made:
                raise _NotCovered
            made[name] = _Part(_code(document, document.get_part_xml(part), jinja), _filled_margin)
    return made


def _filled_margin(text: str, _: FormNote) -> bytes:
    return bytes(serialize_part_xml(parse_xml(resolved(text).encode())))


def _notes(document: DocxTemplate, jinja: Environment) -> dict[str, _Part]:
    notes: Iterable[object] = (part for part in document.docx.part.package.parts if part.content_type in NOTES)
    return {
        part.partname.membername: _Part(  # type: ignore[attr-defined]
            _code(document, part.blob.decode(), jinja),  # type: ignore[attr-defined]
            _filled_notes,
        )
        for part in notes
    }


def _filled_notes(text: str, _: FormNote) -> bytes:
    content = resolved(text).encode()
    etree.fromstring(content)
    return content


def _properties(document: DocxTemplate, plain: Environment) -> tuple[str, _Properties]:
    package = document.docx.part.package
    # Without this part python-docx makes one that holds the time of day.
    part = package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    properties = part.core_properties
    codes = []
    for name in PROPERTIES:
        source = getattr(properties, name) or ""
        if "{" in source:
            codes.append((name, plain.compile(source)))
        else:
            setattr(properties, name, plain.from_string(source).render()[:LONGEST_PROPERTY])
    blank = tuple(name for name in PROPERTIES if not getattr(properties, name))
    return part.partname.membername, _Properties(part.blob, blank, tuple(codes))
