"""Rendering: strict, safe, reproducible, and able to say where in Word a tag failed."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.word.documents import box, cell, control, document, note, p, row, table, w

import specimens
from docgen.documents import DocumentId
from docgen.errors import ContentInvalid, ExitCode, RenderFailed
from docgen.word.lint import Expected, lint
from docgen.word.plain import plain_text
from docgen.word.render import Template, render

ID = DocumentId("TEST-2026-001", "protocol", "nl")
VALUES = {
    "title": "Vertrouwen",
    "applicant": {"name": "Smith & Co <B.V.>", "dpo": None},
    "retention": {"until": date(2027, 3, 31), "months": 60},
    "datasets": ({"source": "SILC", "kind": "survey"}, {"source": "Census", "kind": "administrative"}),
    "linkage": None,
}


class Words:
    """Wording small enough to read."""

    def label(self, path: str, value: str, lang: str) -> str:
        return {"survey": "enquête", "administrative": "administratieve bron"}[value]

    def text(self, key: str, lang: str, **parameters: str) -> str:
        return {
            "filter.yes": "ja",
            "filter.no": "nee",
            "filter.months": "{count} maanden",
            "filter.period": "{start} tot en met {end}",
        }[key].format(**parameters)


def template(build: Callable[[docx.document.Document], object] | str) -> Template:
    document = docx.Document()
    if isinstance(build, str):
        document.add_paragraph(build)
    else:
        build(document)
    out = io.BytesIO()
    document.save(out)
    return Template("templates/x/nl/protocol.docx", out.getvalue())


def fill(build: Callable[[docx.document.Document], object] | str, **values: object) -> docx.document.Document:
    rendered = render(template(build), {**VALUES, **values}, ID, Words())
    return docx.Document(io.BytesIO(rendered.content))


def text_of(document: docx.document.Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_markup_in_values_is_text() -> None:
    assert text_of(fill("Tussen {{ applicant.name }} en")) == "Tussen Smith & Co <B.V.> en"


@settings(max_examples=40)
@given(
    st.text(
        st.characters(
            blacklist_categories=("Cs", "Cc", "Cn"), blacklist_characters="\ufffe\uffff{}", max_codepoint=0x2FFFF
        ),
        min_size=1,
    )
    .map(str.strip)
    .filter(bool)
)
def test_any_printable_value_survives(value: str) -> None:
    assert text_of(fill("«{{ title }}»", title=value)) == f"«{value}»"


def test_combining_accents_survive() -> None:
    assert "Zoe\u0308 Ne\u0301e" in text_of(fill("{{ title }}", title="Zoe\u0308 Ne\u0301e"))


def test_line_breaks_stay_line_breaks() -> None:
    assert text_of(fill("{{ title }}", title="een\r\ntwee\rdrie")) == "een\ntwee\ndrie"


def test_filters_speak_the_language_of_the_document() -> None:
    line = "{{ retention.until|date }}, {{ retention.months|months }}, {{ '2004-2018'|period }}, {{ true|yesno }}"
    assert text_of(fill(line)) == "31\u00a0maart\u00a02027, 60\u00a0maanden, 2004 tot en met 2018, ja"
    assert text_of(fill("{{ datasets[0].kind|label('datasets.kind') }}")) == "enquête"
    assert text_of(fill("{{ ['a','b','c']|conjoin }} in {{ 'BE'|country }}")) == "a, b en c in België"


def test_same_input_same_bytes() -> None:
    made = template("{{ title }}")
    first = render(made, VALUES, ID, Words()).content
    time.sleep(2.1)
    assert render(made, VALUES, ID, Words()).content == first


def test_misspelt_field_names_template_place_and_nearest() -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("Eerste alinea")
        table = document.add_table(rows=2, cols=2)
        table.cell(1, 1).text = "Naam: {{ applicant.nam }}"

    with pytest.raises(ContentInvalid) as caught:
        fill(build)
    (finding,) = caught.value.findings
    assert caught.value.exit_code is ExitCode.CONTENT_INVALID
    assert finding.code == "DG-W101"
    assert finding.parameters["name"] == "applicant.nam"
    assert finding.parameters["near"] == "applicant.name"
    assert finding.parameters["tag"] == "{{ applicant.nam }}"
    assert (finding.parameters["table"], finding.parameters["row"], finding.parameters["cell"]) == ("1", "2", "2")
    assert finding.place is not None
    assert finding.place.file == "templates/x/nl/protocol.docx"
    assert finding.place.words == "Naam: {{ applicant.nam }}"


def test_misspelt_condition_after_a_loop_names_its_own_paragraph() -> None:
    def build(document: docx.document.Document) -> None:
        for line in (
            "Begin",
            "{%p for d in datasets %}",
            "Bron {{ d.source }}",
            "{%p endfor %}",
            "{%p if lincage %}",
            "Koppeling",
            "{%p endif %}",
        ):
            document.add_paragraph(line)

    with pytest.raises(ContentInvalid) as caught:
        fill(build)
    (finding,) = caught.value.findings
    assert finding.parameters["paragraph"] == "5"
    assert finding.parameters["near"] == "linkage"
    assert finding.place is not None and finding.place.words == "{%p if lincage %}"


def test_misspelt_field_in_the_footer_is_found_there() -> None:
    def build(document: docx.document.Document) -> None:
        document.add_paragraph("tekst")
        document.sections[0].footer.paragraphs[0].text = "{{ titel }}"

    with pytest.raises(ContentInvalid) as caught:
        fill(build)
    assert caught.value.findings[0].parameters["part"] == "footer1"
    assert caught.value.findings[0].parameters["near"] == "title"


def in_a_nested_table(document: docx.document.Document) -> None:
    outer = document.add_table(rows=3, cols=2)
    outer.cell(0, 0).text = "{%tr for d in datasets %}"
    outer.cell(1, 0).text = "{{ d.source }}"
    outer.cell(2, 0).text = "{%tr endfor %}"
    second = document.add_table(rows=2, cols=2)
    inner = second.cell(1, 1).add_table(rows=2, cols=1)
    inner.cell(0, 0).text = "In orde"
    inner.cell(1, 0).text = "Binnen: {{ titel }}"


def in_the_first_page_header(document: docx.document.Document) -> None:
    document.add_paragraph("{%p for d in datasets %}")
    document.add_paragraph("{{ d.source }}")
    document.add_paragraph("{%p endfor %}")
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].header.paragraphs[0].text = "Kop {{ title }}"
    first = document.sections[0].first_page_header
    first.paragraphs[0].text = "Briefhoofd"
    first.add_paragraph("Eerste: {{ titel }}")


def in_a_condition_inside_a_loop(document: docx.document.Document) -> None:
    for line in (
        "{%p for d in datasets %}",
        "{{ d.source }}",
        "{%p if d.kind %}",
        "Soort: {{ d.kint }}",
        "{%p endif %}",
    ):
        document.add_paragraph(line)
    document.add_paragraph("{%p endfor %}")


PLACES = [
    (in_a_nested_table, "Binnen: {{ titel }}", {"part": "body", "row": "2", "cell": "1"}),
    (in_the_first_page_header, "Eerste: {{ titel }}", {"paragraph": "2"}),
    (in_a_condition_inside_a_loop, "Soort: {{ d.kint }}", {"part": "body", "paragraph": "4"}),
]


@pytest.mark.parametrize(("build", "words", "where"), PLACES, ids=lambda value: getattr(value, "__name__", None))
def test_filling_and_lint_name_the_same_paragraph(
    build: Callable[[docx.document.Document], None], words: str, where: dict[str, str]
) -> None:
    with pytest.raises(ContentInvalid) as caught:
        fill(build)
    (filling,) = caught.value.findings
    expected = Expected(specimens.office("vsa"), "protocol", "nl")
    found = lint(template(build).content, "protocol.docx", expected)
    (linting,) = [one for one in found if one.code in ("DG-T201", "DG-T202") and words in one.parameters["words"]]
    for finding in (filling, linting):
        assert finding.place is not None and finding.place.words == words
        assert {name: finding.parameters[name] for name in where} == where
    assert linting.parameters["part"] == filling.parameters["part"]


GOOD = p(w("Over {{ title }}"), note("footnote", "Noot bij {{ title }}"), note("endnote", "Eind bij {{ title }}"))
MARGINS = {"header default": (p(w("Kop {{ title }}"), box(p(w("Vak {{ title }}")))),)}
SPOTS: dict[str, tuple[bytes, str, dict[str, str]]] = {
    "a text box": (document(GOOD, p(w("Vooraf"), box(p(w("In orde")), p(w("Vak: {{ titel }}"))))), "Vak: {{ titel }}",
                   {"part": "body", "paragraph": "4"}),
    "beside a text box": (document(GOOD, p(w("Met {{ title }} "), box(p(w("In orde"))), w("en {{ titel }}"))),
                          "Met {{ title }} en {{ titel }}", {"part": "body", "paragraph": "2"}),
    "after a text box": (document(p(box(p(w("Een {{ title }}")))), p(w("Na: {{ titel }}"))), "Na: {{ titel }}",
                         {"part": "body", "paragraph": "3"}),
    "a text box in a cell": (document(GOOD, table(row(cell(p(w("x")))), row(cell(p(w("y"))), cell(p(box(p(w(
        "Cel: {{ titel }}")))))))), "Cel: {{ titel }}", {"part": "body", "table": "1", "row": "2", "cell": "2"}),
    "a table in a text box": (document(table(row(cell(p(w("x"))))), p(box(table(row(cell(p(w("Rij: {{ titel }}"))))))),
                              table(row(cell(p(w("z")))))), "Rij: {{ titel }}", {"table": "2", "row": "1"}),
    "a footnote": (document(GOOD, p(w("Tekst"), note("footnote", "Tweede: {{ titel }}"))), "Tweede: {{ titel }}",
                   {"part": "footnotes", "paragraph": "2"}),
    "an endnote": (document(GOOD, p(w("Tekst"), note("endnote", "Tweede: {{ titel }}"))), "Tweede: {{ titel }}",
                   {"part": "endnotes", "paragraph": "2"}),
    "a text box in a header": (document(GOOD, margins={**MARGINS, "header first": (p(box(p(w("Kop: {{ titel }}")))),)}),
                               "Kop: {{ titel }}", {"part": "header2", "paragraph": "2"}),
}  # fmt: skip


@pytest.mark.parametrize("spot", SPOTS)
def test_filling_and_lint_name_the_same_place_in_boxes_and_notes(spot: str) -> None:
    content, words, where = SPOTS[spot]
    with pytest.raises(ContentInvalid) as caught:
        render(Template("protocol.docx", content), VALUES, ID, Words())
    (filling,) = caught.value.findings
    found = lint(content, "protocol.docx", Expected(specimens.office("vsa"), "protocol", "nl"))
    (linting,) = [one for one in found if one.code == "DG-T201"]
    for finding in (filling, linting):
        assert finding.place is not None and finding.place.words == words
        assert {name: finding.parameters[name] for name in where} == where


def test_boxes_and_notes_are_filled_and_give_no_false_alarm() -> None:
    sdt = control("title", w("{{ title }}"))
    content = document(GOOD, p(box(p(sdt), table(row(cell(p(w("{%tr if title %}")))), row(cell(p(w("rij")))),
                                                 row(cell(p(w("{%tr endif %}"))))))), margins=MARGINS)  # fmt: skip
    assert {one.code for one in lint(content, "protocol.docx") if one.code < "DG-T4"} == set()
    made = plain_text(render(Template("protocol.docx", content), VALUES, ID, Words()).content, "protocol.docx")
    assert "{" not in made
    for said in (
        "Over Vertrouwen",
        "Noot bij Vertrouwen",
        "Eind bij Vertrouwen",
        "Vak Vertrouwen",
        "title: Vertrouwen",
    ):
        assert said in made


def test_printing_an_empty_field_is_an_error_but_asking_for_it_is_not() -> None:
    assert text_of(fill("A{% if linkage %} koppeling{% endif %}{% if applicant.dpo is given %} dpo{% endif %}")) == "A"
    with pytest.raises(RenderFailed) as caught:
        fill("DPO: {{ applicant.dpo.name }}")
    assert caught.value.findings[0].code == "DG-W102"
    assert caught.value.findings[0].parameters["name"] == "applicant.dpo"


def test_unknown_name_in_a_given_test_is_still_an_error() -> None:
    with pytest.raises(ContentInvalid):
        fill("{% if aplicant is given %}x{% endif %}")


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ applicant.__class__ }}",
        "{{ applicant._values }}",
        "{{ title.__init__.__globals__ }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{{ range(10) }}",
        "{{ cycler }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__}'.format(title) }}",
        "{{ '%(a)s' % {'a': title.__class__} }}",
        "{{ title.format.__globals__ }}",
        "{{ [title]|map(attribute='__class__')|list }}",
        "{{ [title]|map(attribute='__class__')|first }}",
        "{% for one in [1] %}{{ loop.__class__ }}{% endfor %}",
        "{% for one in [1] %}{{ loop._iterable }}{% endfor %}",
        "{% macro m() %}{{ m.__globals__ }}{% endmacro %}{{ m() }}",
        "{% set x = applicant %}{{ x.items() }}",
        "{{ self.__init__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ namespace(a=1) }}",
        "{{ joiner() }}",
        "{% extends 'x' %}",
        "{% from 'x' import y %}",
        "{% debug %}",
    ],
)
def test_templates_reach_nothing_but_their_fields(hostile: str) -> None:
    with pytest.raises((ContentInvalid, RenderFailed)):
        fill(hostile)


@pytest.mark.parametrize("tag", ["{{ applicant }}", "{{ [title, 'x'] }}", "{% if title %}{{ retention }}{% endif %}"])
def test_several_values_together_are_not_printed(tag: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        fill(f"Voor {tag} geldt dit.")
    (finding,) = caught.value.findings
    assert (finding.code, finding.parameters["paragraph"]) == ("DG-W108", "1")
    assert finding.parameters["words"] == f"Voor {tag} geldt dit."


def test_broken_tag_is_a_template_error() -> None:
    with pytest.raises(ContentInvalid) as caught:
        fill("{% if title %} zonder einde")
    assert caught.value.findings[0].code == "DG-W103"


def test_properties_hold_the_ampersand_once() -> None:
    def build(document: docx.document.Document) -> None:
        document.core_properties.title = "Protocol {{ applicant.name }}"

    assert fill(build).core_properties.title == "Protocol Smith & Co <B.V.>"


def test_not_a_word_file() -> None:
    for content in (b"", b"PK", b"not a zip at all"):
        with pytest.raises(ContentInvalid) as caught:
            render(Template("x.docx", content), VALUES, ID, Words())
        assert caught.value.findings[0].code == "DG-W100"


def test_no_stamp_is_left_behind() -> None:
    content = render(template("{{ title }}"), VALUES, ID, Words()).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"docgen=" not in package.read("word/document.xml")
