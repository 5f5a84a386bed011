"""Forms: filled from a case, blank, through LibreOffice, and read back."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from docgen.case.fields import BY_PATH, Kind
from docgen.case.model import Case
from docgen.case.source import dotted
from docgen.decide.context import context
from docgen.documents import DocumentId
from docgen.dossier import cases, content
from docgen.dossier.roots import Roots
from docgen.errors import ContentInvalid
from docgen.pipeline import form as forms
from docgen.pipeline.form import forms_of
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import trust_from
from docgen.word.controls import W14, W15, W, content_text, is_section, tag_of, with_main_part
from docgen.word.forms import FormReading, read_form
from docgen.word.found import leaf_controls
from docgen.word.plain import plain_text
from docgen.word.render import Template, render
from docgen.word.tags import LONGEST_TAG, parse_bookmark, parse_tag
from specimens import office, plain, wording

ROOT = Path(__file__).parents[2]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", ROOT / "out")
FORMS = [
    ("VSA-2026-001", "application"),
    ("VSA-2026-001", "security_declaration"),
    ("VSA-2026-002", "application_simplified"),
    ("STATBEL-2026-001", "application"),
    ("STATBEL-2026-001", "security_declaration"),
]
every_form = pytest.mark.parametrize(("case", "kind"), FORMS)


@cache
def sample(name: str) -> Case:
    return cases.read(ROOTS, name).require().case


def template(case: Case, kind: str) -> Template:
    return Template(*content.template(ROOTS, case.office, case.language, kind))


def filled(case: Case, kind: str) -> bytes:
    values = context(case, office(case.office), kind, case.language, date(2026, 11, 23))
    return render(template(case, kind), values, DocumentId(case.id, kind, case.language), wording()).content


@cache
def blank(name: str, kind: str, lang: str = "nl") -> bytes:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    shop = Workshop.equipped(ROOTS, wording(), content.rules(ROOTS), moment, trust_from([]))
    return forms.blank(shop, office(name), kind, lang).content


def reading(form: bytes, *sent: bytes, unsure: bool = False) -> FormReading:
    return read_form(form, "form.docx", "nl", wording(), sent, unsure=unsure)


def changed(form: bytes, change: Callable[[Any], None]) -> bytes:
    def of_xml(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        change(root)
        return etree.tostring(root)

    return with_main_part(form, of_xml)


def control(root: Any, tag: str) -> Any:
    return next(each for each in root.iter(f"{W}sdt") if tag_of(each) == tag)


def write(element: Any, words: str) -> None:
    """Type into a control, as Word does it: the prompt is gone."""
    run = next(element.find(f"{W}sdtContent").iter(f"{W}r"))
    for child in list(run):
        if child.tag != f"{W}rPr":
            run.remove(child)
    etree.SubElement(run, f"{W}t").text = words
    for prompt in element.findall(f"{W}sdtPr/{W}showingPlcHdr"):
        prompt.getparent().remove(prompt)


def said_by_the_case(case: Case, reading: FormReading) -> dict[str, str]:
    """What the case says for every field that the form shows, as text."""
    dumped = case.model_dump(mode="json", by_alias=True)
    found = {}
    for one in reading.fields:
        value: Any = dumped
        for step in one.path:
            value = value[step] if value is not None else None
        found[dotted(one.path)] = as_text(value)
    return found


def as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def said_by_the_form(reading: FormReading) -> dict[str, str]:
    return {dotted(one.path): as_text(one.value) for one in reading.fields}


@every_form
def test_a_filled_form_says_what_the_case_says(case: str, kind: str) -> None:
    form = filled(sample(case), kind)
    read = reading(form, form)
    assert (read.kind, read.blank) == (kind, False)
    assert len(read.fields) > 25
    assert said_by_the_form(read) == said_by_the_case(sample(case), read)
    assert all(one.sure and one.how == "tag" for one in read.fields)
    assert read.findings == ()


@every_form
def test_a_form_comes_back_from_libreoffice(case: str, kind: str, libreoffice_saved: Callable[[bytes], bytes]) -> None:
    form = filled(sample(case), kind)
    read = reading(libreoffice_saved(form), form)
    assert {one.how for one in read.fields} == {"bookmark"}
    assert read.kind == kind
    assert said_by_the_form(read) == said_by_the_form(reading(form))
    assert read.findings == ()


def test_a_blank_form_comes_back_from_libreoffice(libreoffice_saved: Callable[[bytes], bytes]) -> None:
    def fill(root: Any) -> None:
        write(control(root, "purpose.description"), "Eerste regel")
        write(control(root, "datasets[0].source"), "SCV-survey")

    form = changed(blank("vsa", "application"), fill)
    read = reading(libreoffice_saved(form), form)
    assert read.blank
    assert read.values["purpose"] == {"description": "Eerste regel"}
    assert read.values["datasets"] == [{"source": "SCV-survey"}]


def test_what_was_filled_in_counts_though_its_program_left_it_marked_as_a_prompt() -> None:
    def fill(root: Any) -> None:
        given = control(root, "retention.motivation")
        next(given.iter(f"{W}t")).text = "Tot de laatste publicatie."
        assert given.find(f"{W}sdtPr/{W}showingPlcHdr") is not None

    sent = blank("vsa", "application")
    assert reading(changed(sent, fill), sent).values["retention"] == {"motivation": "Tot de laatste publicatie."}
    assert "retention" not in reading(changed(sent, fill)).values, "without the form that was sent nobody can tell"
    assert "retention" not in reading(sent, sent).values


def without_names(root: Any) -> None:
    """As a program leaves it that knows neither tags nor bookmarks."""
    for each in root.xpath("//w:tag | //w:alias | //w:bookmarkStart | //w:bookmarkEnd", namespaces={"w": W[1:-1]}):
        each.getparent().remove(each)


def test_without_names_nothing_is_taken_over_unless_asked() -> None:
    form = filled(sample("VSA-2026-001"), "application")
    stripped = changed(form, without_names)
    read = reading(stripped, form)
    assert read.values == {}
    assert {one.how for one in read.fields} == {"order"}
    assert not any(one.sure for one in read.fields)
    doubts = [finding for finding in read.findings if finding.code == "DG-W414"]
    assert len(doubts) == sum(one.value is not None for one in read.fields) > 80
    asked = reading(stripped, form, unsure=True)
    assert asked.values == reading(form).values


def test_without_controls_labels_tell_and_it_is_not_sure() -> None:
    form = filled(sample("VSA-2026-001"), "application")
    bare = changed(plain(form), without_names)
    read = reading(bare, form)
    by_path = {dotted(one.path): one for one in read.fields}
    assert by_path["title"].value == sample("VSA-2026-001").title
    assert by_path["title"].how == "label"
    assert not by_path["title"].sure


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in ("vsa", "statbel") for kind in forms_of(office(name))]
)
def test_a_blank_form_has_every_control_once_and_empty(name: str, kind: str) -> None:
    if not (ROOTS.templates / name / "nl" / f"{kind}.docx").is_file():
        pytest.fail(f"{name} has no template of {kind}")
    form = blank(name, kind)
    read = reading(form, form)
    in_template = {
        re.sub(r"\[\{\{.*?\}\}\]|\{\{.*?\}\}", "", tag)
        for tag in (tag_of(each) for each in leaf_controls(main(content.template(ROOTS, name, "nl", kind)[1])))
    }
    shown = {re.sub(r"\[\d+\]", "", tag_of(each)) for each in leaf_controls(main(form))}
    assert len(shown) >= len({tag.partition("=")[0].rpartition(".")[2] for tag in in_template})
    assert read.blank and read.kind == kind
    filled_in = {dotted(one.path) for one in read.fields if one.value is not None}
    assert all(path.endswith("kind") for path in filled_in)
    assert [finding.code for finding in read.findings] == []
    assert "()" not in [content_text(paragraph).strip() for paragraph in main(form).iter(f"{W}p")]
    for each in leaf_controls(main(form)):
        if each.find(f"{W}sdtPr/{W14}checkbox") is None and not tag_of(each).partition("=")[2]:
            assert each.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
            assert content_text(each).startswith("[")


@pytest.mark.parametrize("name", ["vsa", "statbel"])
def test_every_list_of_a_blank_form_can_grow_in_word(name: str) -> None:
    """Word shows a plus at the end of a repeating section; without one an applicant has one row and no more."""
    root = main(blank(name, "application"))
    sections = [each for each in root.iter(f"{W}sdt") if is_section(each)]
    lists = {re.sub(r"\[0\]", "", path) for each in leaf_controls(root)
             for path in re.findall(r"^(.*)\[0\]\.", tag_of(each))}  # fmt: skip
    assert {"partners", "datasets", "datasets.variables"} <= lists <= {tag_of(each) for each in sections}
    assert all(len(each.find(f"{W}sdtContent")) == 1 for each in sections)


def test_a_blank_form_of_several_procedures_leaves_out_the_part_of_none() -> None:
    papers = {
        ("vsa", "nl"): [
            "het aanvraagformulier;",
            "het protocol voor de elektronische",
            "het addendum bij het protocol",
        ],
        ("statbel", "nl"): [
            "aanvraagformulier (deel",
            "geaggregeerde",
            "het vertrouwelijkheidscontract;",
            "de aanpassing",
        ],
        ("statbel", "fr"): [
            "formulaire de demande (partie",
            "agrégées",
            "le contrat de confidentialité\u00a0;",
            "l’avenant",
        ],
    }
    for (name, lang), named in papers.items():
        text = plain_text(blank(name, "delegation_proof", lang), "blank.docx")
        assert [text.count(words) for words in named] == [1] * len(named)


PRINTED_ONLY = {"researcher_declaration": {"pseudonymised"}}
"""The researcher signs for what the applicant asked; it is not hers to answer."""


@pytest.mark.parametrize(
    ("name", "lang", "kind"),
    [
        (path.parts[-3], path.parts[-2], path.stem)
        for path in sorted(ROOTS.templates.glob("*/??/*.docx"))
        if path.stem in forms_of(office(path.parts[-3]))
    ],
)
def test_a_yes_or_no_on_which_a_form_depends_can_be_answered_in_it(name: str, lang: str, kind: str) -> None:
    file, template = content.template(ROOTS, name, lang, kind)
    asked = set(re.findall(r"\w+", " ".join(re.findall(r"\{[{%].*?[%}]\}", plain_text(template, file)))))
    flags = {path.rpartition(".")[2] for path, known in BY_PATH.items() if known.kind is Kind.FLAG}
    boxes = {tag_of(each).rpartition(".")[2] for each in leaf_controls(main(blank(name, kind, lang)))}
    for flag in (flags & asked) - PRINTED_ONLY.get(kind, set()):
        assert {f"{flag}=true", f"{flag}=false"} <= boxes


def main(form: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        return etree.fromstring(package.read("word/document.xml"))


@every_form
def test_controls_are_as_word_wants_them(case: str, kind: str) -> None:
    root = main(filled(sample(case), kind))
    controls = list(root.iter(f"{W}sdt"))
    ids = [each.find(f"{W}sdtPr/{W}id").get(f"{W}val") for each in controls]
    assert len(set(ids)) == len(ids)
    names = [each.get(f"{W}name") for each in root.iter(f"{W}bookmarkStart")]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 40 for name in names)
    assert len([name for name in names if parse_bookmark(name)]) == len(list(leaf_controls(root)))
    for each in leaf_controls(root):
        tag = parse_tag(tag_of(each))
        assert tag is not None and len(str(tag)) <= LONGEST_TAG
        assert parse_bookmark(tag.bookmark) == tag
        assert len(each.find(f"{W}sdtPr/{W}alias").get(f"{W}val")) <= LONGEST_TAG
    for section in root.iter(f"{W15}repeatingSection"):
        rows = section.getparent().getparent().find(f"{W}sdtContent")
        assert all(row.find(f"{W}sdtPr/{W15}repeatingSectionItem") is not None for row in rows)
    assert "urn:docgen" not in etree.tostring(root, encoding="unicode")
    assert not set("\ufdd0\ufdd1\ufdd2") & set("".join(root.itertext()))


def test_dates_boxes_and_choices_are_set() -> None:
    root = main(filled(sample("VSA-2026-001"), "application"))
    until = control(root, "retention.until").find(f"{W}sdtPr/{W}date")
    assert until.get(f"{W}fullDate") == f"{sample('VSA-2026-001').retention.until}T00:00:00Z"  # type: ignore[union-attr]
    ticked = control(root, "purpose.kinds=scientific").find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
    assert ticked.get(f"{W14}val") == "1"
    items = control(root, "datasets[0].kind").findall(f"{W}sdtPr/{W}dropDownList/{W}listItem")
    assert [each.get(f"{W}value") for each in items] == ["survey", "administrative", "third_party"]


def rows_of(root: Any, path: str) -> Any:
    return control(root, path).find(f"{W}sdtContent")


def test_rows_are_counted_by_their_order() -> None:
    form = filled(sample("VSA-2026-001"), "application")
    before = reading(form).values["purpose"]["research_questions"]  # type: ignore[index, call-overload]

    def add_and_take_out(root: Any) -> None:
        rows = rows_of(root, "purpose.research_questions")
        added = copy.deepcopy(rows[1])
        rows[1].addnext(added)
        write(next(added.iter(f"{W}sdt")).find(f".//{W}sdt"), "Een nieuwe vraag?")
        rows.remove(rows[0])

    read = reading(changed(form, add_and_take_out), form)
    questions = read.values["purpose"]["research_questions"]  # type: ignore[index, call-overload]
    assert questions == [before[1], "Een nieuwe vraag?", *before[2:]]
    assert read.rows["purpose.research_questions"] == (1, -1, 2, 3)


def test_a_copied_block_takes_its_rows_along() -> None:
    form = filled(sample("VSA-2026-001"), "application")

    def copied(root: Any) -> None:
        rows = rows_of(root, "datasets")
        rows[-1].addnext(copy.deepcopy(rows[-1]))

    read = reading(changed(form, copied), form)
    datasets = read.values["datasets"]
    assert isinstance(datasets, list)
    assert len(datasets) == 3
    assert datasets[2] == datasets[1]
    assert read.rows["datasets"] == (0, 1, -1)


def with_a_row_more(root: Any, *, controls: bool) -> None:
    """A row put under the last variable, as a program adds it that copies no names; or one without any control."""
    row = next(control(root, "datasets[0].variables[9].name").iterancestors(f"{W}tr"))
    added = copy.deepcopy(row)
    for cell, words in zip(added.iter(f"{W}tc"), ("inkomen", "Inkomensgroep", "Nodig & nuttig.", ""), strict=True):
        for each in cell.xpath(".//w:tag | .//w:bookmarkStart | .//w:bookmarkEnd", namespaces={"w": W[1:-1]}):
            each.getparent().remove(each)
        write(next(cell.iter(f"{W}sdt")), words or "Zoals in het bestand.")
        paragraph = next(cell.iter(f"{W}p"))
        if not controls:
            for each in list(paragraph.iter(f"{W}sdt")):
                each.getparent().remove(each)
            etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = words
    around = row if row.getparent().tag == f"{W}tbl" else next(each for each in row.iterancestors(f"{W}sdt"))
    around.addnext(added)


@pytest.mark.parametrize("controls", [True, False])
def test_a_row_added_without_names_is_told_by_the_row_above(
    controls: bool, libreoffice_saved: Callable[[bytes], bytes]
) -> None:
    form = filled(sample("VSA-2026-001"), "application")
    grown = changed(form, partial(with_a_row_more, controls=controls))
    for came in (grown, libreoffice_saved(grown)):
        read = reading(came, form)
        assert read.values == reading(form).values, "nothing is taken over unasked"
        unsure = {dotted(one.path): one.value for one in read.fields if not one.sure}
        new = "datasets[0].variables[10]"
        said = {f"{new}.name": "inkomen", f"{new}.label": "Inkomensgroep", f"{new}.motivation": "Nodig & nuttig."}
        assert {path: value for path, value in unsure.items() if value is not None} == said
        assert {one.how for one in read.fields if not one.sure} == {"row"}
        assert [finding.code for finding in read.findings] == ["DG-W414"] * 3
        asked = reading(came, form, unsure=True)
        assert asked.rows["datasets[0].variables"] == (*range(10), -1)
        rows: Any = asked.values["datasets"]
        assert rows[0]["variables"][10] == {path.removeprefix(f"{new}."): text for path, text in said.items()}


def test_a_row_of_the_form_itself_below_a_list_is_no_added_row() -> None:
    """What is printed under another label was there all along."""
    case = sample("STATBEL-2026-001")
    linked = case.linkage and case.linkage.model_copy(update={"third_parties": (), "datasets": ("EAK",), "key": None})
    form = filled(case.model_copy(update={"linkage": linked}), "application")
    read = reading(form, form)
    assert [dotted(one.path) for one in read.fields if one.path[:2] == ("linkage", "datasets")] == [
        "linkage.datasets[0]"
    ]
    assert all(one.sure for one in read.fields)


def test_tracked_changes_and_comments_are_told() -> None:
    form = filled(sample("VSA-2026-001"), "application")

    def track(root: Any) -> None:
        run = next(control(root, "purpose.description").find(f"{W}sdtContent").iter(f"{W}r"))
        old = etree.Element(f"{W}del", {f"{W}author": "Jan"})
        new = etree.Element(f"{W}ins", {f"{W}author": "Jan"})
        added = copy.deepcopy(run)
        added.find(f"{W}t").text = "Anders."
        run.addprevious(new)
        new.append(added)
        run.addprevious(old)
        old.append(run)
        for text in run.iter(f"{W}t"):
            text.tag = f"{W}delText"

    read = reading(changed(form, track), form)
    assert read.values["purpose"]["description"] == "Anders."  # type: ignore[index, call-overload]
    assert [finding.code for finding in read.findings] == ["DG-W421", "DG-W422"]
    assert read.findings[0].parameters["author"] == "Jan"


def test_text_beside_the_fields_is_told() -> None:
    form = filled(sample("VSA-2026-001"), "application")

    def scribble(root: Any) -> None:
        for text in root.iter(f"{W}t"):
            if text.text == "dit formulier juist en volledig is ingevuld;":
                text.text = "dit formulier ongeveer juist is;"

    read = reading(changed(form, scribble), form)
    assert [(finding.code, finding.parameters["words"]) for finding in read.findings] == [
        ("DG-W415", "dit formulier ongeveer juist is;"),
        ("DG-W416", "dit formulier juist en volledig is ingevuld;"),
    ]


def test_unknown_missing_and_double_fields_are_told() -> None:
    form = filled(sample("VSA-2026-001"), "application")

    def spoil(root: Any) -> None:
        funder = control(root, "purpose.funder")
        funder.find(f"{W}sdtPr/{W}tag").set(f"{W}val", "purpose.sponsor")
        funder.getparent().remove(funder.getnext())
        twice = copy.deepcopy(control(root, "applicant.kbo"))
        control(root, "applicant.kbo").addnext(twice)
        write(twice, "iets anders")

    found = {finding.code: finding for finding in reading(changed(form, spoil), form).findings}
    assert found["DG-W411"].parameters["name"] == "purpose.sponsor"
    assert found["DG-W420"].place is not None and found["DG-W420"].place.path == "purpose.funder"
    assert found["DG-W413"].parameters["second"] == "iets anders"


@pytest.mark.parametrize(
    ("tag", "words", "code"),
    [("retention.until", "ooit", "DG-W412"), ("datasets[0].kind", "iets", "DG-W412")],
)
def test_what_cannot_be_understood_is_told_and_left_out(tag: str, words: str, code: str) -> None:
    form = filled(sample("VSA-2026-001"), "application")
    read = reading(changed(form, lambda root: write(control(root, tag), words)), form)
    assert [finding.code for finding in read.findings] == [code]
    assert tag not in {dotted(one.path) for one in read.fields if one.value is not None}


def test_both_boxes_of_a_yes_or_no_are_no_answer() -> None:
    form = filled(sample("VSA-2026-001"), "application")

    def tick(root: Any) -> None:
        for choice in ("true", "false"):
            box = control(root, f"applicant.student={choice}")
            box.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", "1")
            next(box.iter(f"{W}t")).text = "☒"

    assert [finding.code for finding in reading(changed(form, tick), form).findings] == ["DG-W418"]


@pytest.mark.parametrize("rubbish", [b"", b"PK\x03\x04", b"%PDF-1.7", b"PK" + bytes(200)])
def test_what_is_no_word_file_is_refused(rubbish: bytes) -> None:
    with pytest.raises(ContentInvalid) as raised:
        reading(rubbish)
    assert raised.value.findings[0].code == "DG-W410"


def test_the_pdf_is_made_without_controls() -> None:
    form = filled(sample("VSA-2026-001"), "application")
    root = main(plain(form))
    assert not list(root.iter(f"{W}sdt"))
    names = [each.get(f"{W}name") for each in root.iter(f"{W}bookmarkStart")]
    assert names == ["sig_applicant"]
    words = ["".join(paragraph.itertext()) for paragraph in main(form).iter(f"{W}p")]
    assert ["".join(paragraph.itertext()) for paragraph in root.iter(f"{W}p")] == words
    assert docx.Document(io.BytesIO(plain(form))).paragraphs
