"""Compiled templates: the bytes of the slow way, on every template of the project and on what docxtpl offers."""

from __future__ import annotations

import io
import pickle
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, Listing, RichText, RichTextParagraph
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import specimens
from docgen.documents import DocumentId, Docx
from docgen.errors import DocgenError
from docgen.findings import Finding
from docgen.word import compiled as module
from docgen.word.compiled import CompiledTemplate, compile_template, render_compiled
from docgen.word.controls import FormNote
from docgen.word.environment import environment
from docgen.word.lint import syntax
from docgen.word.package import members_of, reproducible
from docgen.word.render import Template, render
from specimens import wording

ID = DocumentId("TEST-2026-001", "protocol", "nl")
VALUES = {
    "title": "Vertrouwen",
    "applicant": {"name": "Smith & Co <B.V.>", "dpo": None},
    "datasets": ({"source": "SILC", "kind": "survey"}, {"source": "Census\ten\nmeer", "kind": "administrative"}),
    "until": date(2027, 3, 31),
}


class Words:
    """Wording that shows what it was asked."""

    def label(self, path: str, value: str, lang: str) -> str:
        return f"[{path}.{value}]"

    def text(self, key: str, lang: str, **parameters: str) -> str:
        return " ".join([lang, key.rpartition(".")[2], *parameters.values()])


def outcome(make: object, *arguments: object) -> Docx | tuple[type, tuple[Finding, ...]]:
    """The document, or the error with its findings."""
    assert callable(make)
    try:
        made = make(*arguments)
    except DocgenError as error:
        return type(error), error.findings
    assert isinstance(made, Docx)
    return made


@pytest.mark.parametrize("file", specimens.TEMPLATES, ids=specimens.template_name)
def test_every_template_of_the_project_with_every_sample_case(file: Path) -> None:
    template = Template(str(file), file.read_bytes())
    compiled = compile_template(template)
    assert compiled.prepared is not None
    for one in specimens.specimens(file):
        values = specimens.values_of(one)
        expected = render(template, values, one.id, wording())
        assert render_compiled(compiled, values, one.id, wording()) == expected


def package(body: str, header: str = "", notes: str = "") -> bytes:
    """A Word file with this XML before the section properties of its body, in its header, and as footnotes."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {nsdecls('w', 'wp', 'a', 'pic', 'r')}>{body}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if notes:
        xml = f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode()
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.core_properties.title = "{{ title }}"
    document.save(out := io.BytesIO())
    return out.getvalue()


def p(*runs: str) -> str:
    texts = "".join(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs)
    return f'<w:p><w:pPr><w:jc w:val="left"/></w:pPr>{texts}</w:p>'


def tc(text: str, properties: str = '<w:tcW w:w="2000" w:type="dxa"/>') -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str, columns: int) -> str:
    grid = '<w:gridCol w:w="2000"/>' * columns
    body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


PICTURE = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="7" name="x"/></wp:inline></w:drawing></w:r></w:p>'
SHADED = '<w:tcW w:w="1" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>'

WAYS = {
    "text": p("Aan {{ applicant.name }}, {{ title }}."),
    "paragraphs": p("{%p for d in datasets %}") + p("{{ d.source }}") + p("{%p endfor %}"),
    "no paragraph at all": p("{%p if applicant.dpo %}") + p("weg") + p("{%p endif %}"),
    "rows": tbl(tc("{%tr for d in datasets %}"), tc("{{ d.source }}") * 2, tc("{%tr endfor %}"), columns=2),
    "no rows": tbl(tc("{%tr for d in () %}"), tc("{{ d.source }}"), tc("{%tr endfor %}"), columns=1),
    "more columns": tbl(tc("{%tc for d in datasets %}") + tc("{{ d.source }}") + tc("{%tc endfor %}"), columns=1),
    "fewer columns": tbl(tc("{%tc for d in datasets %}") + tc("{{ d.source }}") + tc("{%tc endfor %}"), columns=5),
    "table in a table": tbl(f"<w:tc><w:tcPr/>{tbl(tc('{{ title }}'), columns=1)}<w:p/></w:tc>", columns=3),
    "spanned cells": tbl(tc("a") * 2, tc("{{ title }}", '<w:gridSpan w:val="2"/>'), columns=2),
    "colspan": tbl(tc("{% colspan datasets|length %}{{ title }}", '<w:gridSpan w:val="1"/>'), tc("b") * 2, columns=2),
    "cellbg": tbl(tc("{% cellbg 'FF0000' %}{{ title }}", SHADED), columns=1),
    "vm": tbl(
        tc("{%tr for d in datasets %}"),
        tc("{% vm %}{{ title }}") + tc("{{ d.source }}"),
        tc("{%tr endfor %}"),
        columns=2,
    ),
    "hm": tbl(
        tc("{%tc for d in datasets %}") + tc("{% hm %}{{ title }}") + tc("{%tc endfor %}"),
        tc("{%tc for d in datasets %}") + tc("{{ d.kind }}") + tc("{%tc endfor %}"),
        columns=2,
    ),
    "hm over a span": tbl(
        tc("{%tc for d in datasets %}") + tc("{% hm %}x", '<w:gridSpan w:val="2"/>') + tc("{%tc endfor %}"), columns=4
    ),
    "runs": p("voor {{r rich }} na") + p("{%r if title %}", "ja", "{%r endif %}"),
    "rich paragraph": p("{{p rich_paragraph }}"),
    "listing": p("{{ listing }}") + p("zonder"),
    "line breaks": p("{{ lines }}") + "<w:p/>" + p("{{ lines }}", "{{ lines }}"),
    "merged with the paragraph before and after": p("een ") + p("{%- if title -%}") + p("twee") + p("{% endif %}"),
    "comments": p("a{# weg #}b") + p("{#p weg #}") + tbl(tc("{#tr weg #}"), tc("c"), columns=1),
    "split runs": p("{", "{ applicant", ".name", " }", "}") + p("{%", "p if title %}") + p("x") + p("{%p", " endif %}"),
    "smart quotes": p("{{ “groot”|upper }} {{ ‘klein’|lower }} {{ 3 &lt; 4 }}"),
    "escaped tags": p("{_{ geen tag }_} {_% ook niet %_}"),
    "filters": p("{{ until|date }} {{ 'BE'|country }} {{ true|yesno }} {{ 'survey'|label('datasets.kind') }}"),
    "set": p("{% set total = datasets|length %}{{ total }}")
    + p("{% for d in datasets %}{{ loop.index }} {% endfor %}"),
    "pictures": p("{%p for d in datasets %}") + PICTURE + p("{%p endfor %}") + PICTURE,
    "a sentence that ends with a new line": p("a\n") + p("\n{{ title }}\n"),
    "loops in loops of paragraphs": p("{%p for d in datasets %}")
    + p("{{ d.source }}")
    + p("{%p for e in datasets %}")
    + p("{{ loop.index }}. {{ e.kind }} van {{ d.kind }}")
    + p("{%p endfor %}") * 2,
    "loops in loops of rows": tbl(
        tc("{%tr for d in datasets %}"),
        tc("{{ d.source }}") * 2,
        tc("{%tr for e in datasets %}"),
        tc("{% vm %}{{ d.kind }}") + tc("{{ e.kind }}"),
        tc("{%tr endfor %}"),
        tc("{%tr endfor %}"),
        columns=2,
    ),
    "columns in rows": tbl(
        tc("a") + tc("{%tc for d in datasets %}") + tc("{{ d.kind }}") + tc("{%tc endfor %}"),
        tc("{%tr for d in datasets %}"),
        tc("{{ d.source }}")
        + tc("{%tc for e in datasets %}")
        + tc("{% cellbg '00FF00' %}{{ e.kind }}", SHADED)
        + tc("{%tc endfor %}"),
        tc("{%tr endfor %}"),
        tc("{% colspan datasets|length + 1 %}{{ title }}", '<w:gridSpan w:val="1"/>'),
        columns=3,
    ),
    "a table for each": p("{%p for d in datasets %}")
    + tbl(
        tc("{%tr if d.kind == 'survey' %}"),
        tc("{{ d.kind }}"),
        tc("{%tr else %}"),
        tc("b"),
        tc("{%tr endif %}"),
        columns=1,
    )
    + p("{%p endfor %}"),
    "alternatives": p("{%p if not title %}")
    + p("een")
    + p("{%p elif until %}")
    + p("twee")
    + p("{%p else %}")
    + p("drie")
    + p("{%p endif %}"),
    "cells by condition": tbl(
        tc("{%tc if title %}") + tc("ja") + tc("{%tc else %}") + tc("nee") + tc("{%tc endif %}") + tc("slot"), columns=2
    ),
    "runs in a loop": p("{%r for d in datasets %}", "{{ d.kind }}, ", "{%r endfor %}", "slot"),
    "a sentence over several lines": p("Het huis ligt")
    + p("{%- if title -%}")
    + p("\u00a0in de stad")
    + p("{%- else -%}")
    + p("\u00a0op het land")
    + p("{%- endif -%}")
    + p("\u00a0en is mooi."),
    "a sentence over several lines of a paragraph": "<w:p><w:r><w:t>Het huis ligt</w:t><w:br/>"
    '<w:t>{%- if title -%}</w:t><w:br/><w:t xml:space="preserve"> in de stad</w:t><w:br/>'
    "<w:t>{%- endif -%}</w:t><w:br/><w:t>.</w:t></w:r></w:p>",
    "spaces": p("  {{ title }}  ", "   ", "{{ title }} ") + p(" ") + p("{% if title %} {{ title }} {% endif %}"),
    "tabs": "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>{{ title }}</w:t><w:tab/></w:r></w:p>",
    "order": p("{{ 1 if 2 &gt; 1 and 1 &lt; 2 else 0 }}{% if datasets|length &gt;= 2 %}twee{% endif %}"),
    "links": f'<w:p><w:hyperlink w:anchor="plek"><w:r><w:t>{{{{ title }}}}</w:t></w:r></w:hyperlink></w:p>{p("x")}',
    "lists of docxtpl in a cell": tbl(
        tc("a")
        + f"<w:tc><w:tcPr/>{p('{%p for d in datasets %}')}{p('{{ d.kind }}')}{p('{%p endfor %}')}{p('')}</w:tc>",
        columns=2,
    ),
    "fields of Word": '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>{{ title }}</w:t></w:r></w:p>',
}


def rich() -> dict[str, object]:
    words = RichText("vet", bold=True)
    words.add(" & rood\n", color="#FF0000", style="Emphasis", font="eastAsia:Arial")
    return {
        **{name: module.as_template_value(value, name) for name, value in VALUES.items()},
        "rich": words,
        "rich_paragraph": RichTextParagraph(words, parastyle="Heading1"),
        "listing": Listing("een & twee\ndrie\tvier\avijf\fzes"),
        "lines": "een\ntwee\tdrie\avier\fvijf",
    }


@pytest.mark.parametrize("way", WAYS)
def test_document_xml_is_that_of_docxtpl(way: str) -> None:
    given = package(WAYS[way], header="Kop {{ title }}")
    theirs = DocxTemplate(io.BytesIO(given))
    theirs.render(rich(), _environment(), autoescape=True)
    theirs.save(out := io.BytesIO())
    prepared = compile_template(Template("x.docx", given)).prepared
    assert prepared is not None
    ours, title = module._filled(prepared, rich(), _environment(), FormNote("protocol", "nl"))
    assert title == "Vertrouwen"
    mine, expected = dict(members_of(ours)), dict(members_of(out.getvalue()))
    assert [*mine] == [*expected]
    assert {name for name, xml in mine.items() if xml != expected[name]} <= {"docProps/core.xml"}


def with_objects(theirs: DocxTemplate) -> dict[str, object]:
    """What docxtpl puts in for code: a picture, a link in rich text, another document."""
    link = RichText("zie ")
    link.add("de site", url_id=theirs.build_url_id("https://statistiek.example"))
    picture = InlineImage(theirs, io.BytesIO(builders.png()), width=Mm(20))
    return {
        **rich(),
        "link": link,
        "document": _Xml(p("Een ander document") + WAYS["spanned cells"]),
        "picture": picture,
    }


@dataclass(frozen=True)
class _Xml:
    """What a sub-document of docxtpl is to a template; docxtpl itself needs docxcompose to make one."""

    xml: str

    def __str__(self) -> str:
        return self.xml

    __html__ = __str__


@pytest.mark.parametrize("body", [p("{{ picture }}"), p("{{r link }}"), p("a") + p("{{p document }}") + p("b"),
                                  tbl(tc("{{ picture }}") + tc("{{r link }}"), columns=2)])  # fmt: skip
def test_what_code_puts_in_gives_the_same_and_no_false_alarm(body: str) -> None:
    given = package(body)
    theirs = DocxTemplate(io.BytesIO(given))
    theirs.render(with_objects(theirs), _environment(), autoescape=True)
    theirs.save(out := io.BytesIO())
    other = DocxTemplate(io.BytesIO(given))
    other.init_docx()
    other.current_rendering_part = other.docx.part
    prepared = compile_template(Template("x.docx", given)).prepared
    assert prepared is not None
    ours, _ = module._filled(prepared, with_objects(other), _environment(), FormNote("protocol", "nl"))
    assert dict(members_of(ours))["word/document.xml"] == dict(members_of(out.getvalue()))["word/document.xml"]
    assert syntax(given, "x.docx", filters=frozenset()) == ()


def test_headers_and_footers_of_every_page_are_filled_alike() -> None:
    document = docx.Document(io.BytesIO(package(p("x"))))
    section = document.sections[0]
    section.different_first_page_header_footer = document.settings.odd_and_even_pages_header_footer = True
    for part in (section.header, section.footer, section.first_page_header, section.first_page_footer,
                 section.even_page_header, section.even_page_footer):  # fmt: skip
        part.paragraphs[0].text = "{{ title }} van {{ applicant.name }}"
        for text in ("{%p for d in datasets %}", "{{ d.source }}", "{%p endfor %}", "{#p weg #}"):
            part.add_paragraph(text)
        part.add_table(1, 1, Mm(80)).cell(0, 0).text = "{% if until %}{{ until|date }}{% endif %}"
    document.save(out := io.BytesIO())
    theirs = DocxTemplate(io.BytesIO(out.getvalue()))
    theirs.render(rich(), _environment(), autoescape=True)
    theirs.save(made := io.BytesIO())
    prepared = compile_template(Template("x.docx", out.getvalue())).prepared
    assert prepared is not None
    mine = dict(members_of(module._filled(prepared, rich(), _environment(), FormNote("protocol", "nl"))[0]))
    for name, expected in members_of(made.getvalue()):
        assert mine[name] == expected or name == "docProps/core.xml"
    assert sum(b"Smith &amp; Co" in content for content in mine.values()) == 6
    assert syntax(out.getvalue(), "x.docx", filters=frozenset()) == ()


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way not in ("runs", "rich paragraph", "listing", "line breaks")]
)
def test_package_is_that_of_the_slow_way(way: str) -> None:
    template = Template("x.docx", package(WAYS[way], header="Kop {{ title }}", notes=p("Voet {{ applicant.name }}")))
    compiled = compile_template(template)
    assert compiled.prepared is not None
    expected = render(template, VALUES, ID, Words())
    assert module.render_compiled(compiled, VALUES, ID, Words()) == expected
    assert b"Voet Smith &amp; Co" in dict(members_of(expected.content))["word/footnotes.xml"]


def _environment() -> object:
    jinja = environment()
    jinja.filters.update(module.Filters(Words(), "nl").as_mapping())
    return jinja


TEXT = st.text(st.characters(blacklist_categories=("Cs",), max_codepoint=0x2FFFF), max_size=30)
MANY_WAYS = Template("x.docx", package(p("{{ title }} {{ applicant.name }}") + WAYS["rows"], header="{{ title }}"))


@settings(max_examples=60)
@given(TEXT | st.sampled_from(["a\n<w:p b", "{{ title }}", "{_{", "\ta\a\f\n", "]]>", "&amp;", "\ud800"]), TEXT)
def test_any_value_gives_the_same_as_the_slow_way(title: str, source: str) -> None:
    values = {**VALUES, "title": title, "datasets": ({"source": source, "kind": "survey"},)}
    compiled = _compiled_once()
    assert outcome(render_compiled, compiled, values, ID, Words()) == outcome(render, MANY_WAYS, values, ID, Words())


@cache
def _compiled_once() -> CompiledTemplate:
    return compile_template(MANY_WAYS)


WRONG = {
    "misspelt": p("goed") + tbl(tc("a") + tc("{{ applicant.nam }}"), columns=2),
    "unknown": p("{{ nergens }}"),
    "empty": p("{%p for d in datasets %}") + p("{{ d.source }} {{ applicant.dpo }}") + p("{%p endfor %}"),
    "syntax": p("x") + p("{% if title %}"),
    "unknown filter": p("{{ title|bestaatniet }}"),
    "unsafe": p("{{ title.__class__ }}"),
    "method": p("{{ title.format('x') }}{{ datasets.append(1) }}"),
    "zero": p("{{ 1 // 0 }}"),
    "type": p("{{ title + 1 }}"),
    "not a date": p("{{ applicant.dpo|date }}"),
    "torn": p("{{ '&lt;w:r&gt;'|safe }}"),
    "no grid": f"<w:tbl><w:tr>{tc('{{ title }}')}</w:tr></w:tbl>",
}


@pytest.mark.parametrize("fault", WRONG)
def test_errors_are_as_located_as_on_the_slow_way(fault: str) -> None:
    template = Template("templates/x/nl/protocol.docx", package(WRONG[fault]))
    expected = outcome(render, template, VALUES, ID, Words())
    assert not isinstance(expected, Docx)
    assert outcome(render_compiled, compile_template(template), VALUES, ID, Words()) == expected


@pytest.mark.parametrize("content", [b"", b"no zip", package(p("x"))[:-40]])
def test_what_is_no_word_file_is_said_when_it_is_filled(content: bytes) -> None:
    template = Template("x.docx", content)
    expected = outcome(render, template, VALUES, ID, Words())
    assert not isinstance(expected, Docx)
    assert outcome(render_compiled, compile_template(template), VALUES, ID, Words()) == expected


def test_a_fault_in_a_header_or_footnote_is_explained() -> None:
    for parts in ({"header": "{{ source }}"}, {"notes": p("{{ source }}")}):
        template = Template("x.docx", package(p("x"), **parts))
        found = outcome(render_compiled, compile_template(template), {**VALUES, "source": "a\x01b"}, ID, Words())
        assert not isinstance(found, Docx)
        assert [finding.code for finding in found[1]] == ["DG-W105"]
        assert outcome(render, template, {**VALUES, "source": "a\x01b"}, ID, Words()) == found


def test_tags_in_values_are_never_filled_not_even_in_footnotes_of_two_sections() -> None:
    document = docx.Document(io.BytesIO(package(p("x"), notes=p("{{ title }}"))))
    document.add_section()
    document.save(out := io.BytesIO())
    template = Template("x.docx", out.getvalue())
    values = {**VALUES, "title": "{{ applicant.name }}"}
    made = render_compiled(compile_template(template), values, ID, Words())
    assert made == render(template, values, ID, Words())
    assert b"{{ applicant.name }}" in dict(members_of(made.content))["word/footnotes.xml"]


def test_constants_are_said_in_the_language_of_the_document() -> None:
    compiled = compile_template(Template("x.docx", package(p("{{ 'BE'|country }} {{ true|yesno }}"))))
    said = {}
    for lang in ("nl", "fr", "en"):
        made = render_compiled(compiled, VALUES, DocumentId("A", "b", lang), Words())
        said[lang] = docx.Document(io.BytesIO(made.content)).paragraphs[0].text
    assert said == {"nl": "België nl yes", "fr": "Belgique fr yes", "en": "Belgium en yes"}


def test_one_compiled_template_serves_many_threads_and_travels_as_its_source() -> None:
    compiled = compile_template(MANY_WAYS)
    values = [{**VALUES, "title": f"Titel {number}"} for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda one: render_compiled(compiled, one, ID, Words()), values))
    assert made == [render_compiled(compiled, one, ID, Words()) for one in values]
    again = pickle.loads(pickle.dumps(compiled))  # noqa: S301
    assert again == compiled and again.prepared is not None
    assert render_compiled(again, values[3], ID, Words()) == made[3]


def test_packages_are_plain_zip_files() -> None:
    given = package(p("ë"))
    packed = reproducible(given)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert members_of(packed) == members_of(given)
    assert reproducible(packed) == packed
