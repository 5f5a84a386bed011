"""Word files whose parts have other names, as Word on the web gives them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest

from docgen.decide.context import context
from docgen.documents import DocumentId
from docgen.dossier import cases, content
from docgen.dossier.roots import Roots
from docgen.errors import ContentInvalid
from docgen.pdf.package import require_harmless
from docgen.word.comments import Remark, with_comments
from docgen.word.compiled import compile_template, render_compiled
from docgen.word.forms import read_form
from docgen.word.package import assemble, members_of, pack
from docgen.word.render import Template, render
from docgen.word.usual_names import with_usual_names
from specimens import office, wording

ROOT = Path(__file__).parents[2]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", ROOT / "out")
CASE = cases.read(ROOTS, "VSA-2026-001").require().case
ID = DocumentId(CASE.id, "application", CASE.language)
TEMPLATE = Template(*content.template(ROOTS, CASE.office, CASE.language, "application"))
VALUES = context(CASE, office(CASE.office), "application", CASE.language, date(2026, 11, 23))
ONES = ("document", "styles", "settings", "numbering", "comments")


def from_the_web(package: bytes, *ones: str) -> bytes:
    """The file with these parts called by their name with a 2, and nothing else changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in members_of(package):
            for one in ones:
                name = name.replace(f"word/{one}.xml", f"word/{one}2.xml").replace(f"_rels/{one}.", f"_rels/{one}2.")
                if name.endswith(".rels") or name == "[Content_Types].xml":
                    part = part.replace(f"{one}.xml".encode(), f"{one}2.xml".encode())
            target.writestr(name, part)
    return out.getvalue()


def filled() -> bytes:
    return render(TEMPLATE, VALUES, ID, wording()).content


@pytest.mark.parametrize("ones", [("document",), ONES])
def test_a_form_says_the_same(ones: tuple[str, ...]) -> None:
    sent = filled()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    remarked = with_comments(sent, [Remark(3, "Waarom zo lang?")], author="A. Anoniem", initials="AA", at=at)
    there = from_the_web(remarked, *ones)
    assert "word/document.xml" not in dict(members_of(there))
    usual = read_form(remarked, "form.docx", "nl", wording(), [sent])
    assert read_form(there, "form.docx", "nl", wording(), [sent]) == usual
    assert usual.fields and "DG-W423" in {finding.code for finding in usual.findings}


def test_remarks_stand_in_it() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    remark = Remark(3, "Waarom zo lang?")
    there = with_comments(from_the_web(filled(), *ONES), [remark], author="DPO-team", initials="DT", at=at)
    assert dict(members_of(there)) == dict(
        members_of(with_comments(filled(), [remark], author="DPO-team", initials="DT", at=at))
    ) | {name: dict(members_of(there))[name] for name in ("[Content_Types].xml", "_rels/.rels")}
    assert len(docx.Document(io.BytesIO(there)).paragraphs) == len(docx.Document(io.BytesIO(filled())).paragraphs)


def test_a_template_makes_the_same_document() -> None:
    there = Template(TEMPLATE.file, from_the_web(TEMPLATE.content, *ONES))
    by_name = dict(members_of(filled()))
    for made in (render(there, VALUES, ID, wording()), render_compiled(compile_template(there), VALUES, ID, wording())):
        require_harmless(made.content, name="application.docx")
        members = dict(members_of(made.content))
        assert members.keys() == by_name.keys()
        for name in ("word/document.xml", "word/styles.xml", "word/numbering.xml"):
            assert members[name] == by_name[name]


def test_usual_names_stay() -> None:
    assert with_usual_names(TEMPLATE.content) is TEMPLATE.content


@pytest.mark.parametrize(
    ("part", "new"),
    [
        ("_rels/.rels", b"<Relationships/>"),
        ("_rels/.rels", b"<Relationships"),
        ("[Content_Types].xml", b"<Types"),
    ],
)
def test_what_cannot_be_told_is_no_word_file(part: str, new: bytes) -> None:
    members = {**dict(members_of(from_the_web(TEMPLATE.content, *ONES))), part: new}
    strange = assemble(pack(name, each) for name, each in members.items())
    assert with_usual_names(strange) == strange
    with pytest.raises(ContentInvalid) as refused:
        read_form(strange, "form.docx", "nl", wording())
    assert [finding.code for finding in refused.value.findings] == ["DG-W410"]
    assert compile_template(Template("a.docx", strange)).prepared is None
    with pytest.raises(ContentInvalid):
        render(Template("a.docx", strange), VALUES, ID, wording())
