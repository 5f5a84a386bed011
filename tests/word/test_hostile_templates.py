"""What a hostile author may put into a Word template: the lint tells of it, and no PDF is made of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.pdf.test_package import with_field, with_parts, with_relation
from tests.word.documents import box, cell, document, note, p, row, table, w
from tests.word.test_render import ID, VALUES, Words

from docgen.errors import ContentInvalid, DocgenError
from docgen.pdf.package import require_harmless
from docgen.word.blank import BlankForm, blank_form
from docgen.word.compiled import compile_template, render_compiled
from docgen.word.lint import lint
from docgen.word.render import Template, render

GOOD = document(p(w("{{ title }}")))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def declared(content: bytes, name: str, kind: str, inside: bytes = b"x") -> bytes:
    """One more part, of this content type."""
    more = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
    return with_parts(content, {"[Content_Types].xml": lambda old: old.replace(b"</Types>", more)}, {name: inside})


def of_type(kind: str) -> bytes:
    """The document under another content type: what renaming a .docm or .dotx to .docx gives."""
    known = f"{WORD}.document.main+xml".encode()
    return with_parts(GOOD, {"[Content_Types].xml": lambda old: old.replace(known, kind.encode())})


def embedded(kind: str, target: str) -> bytes:
    content = with_relation(GOOD, kind, target.removeprefix("word/"), mode="")
    return declared(content, target, "application/octet-stream")


def in_main(words: bytes) -> bytes:
    return with_parts(GOOD, {"word/document.xml": lambda old: old.replace(b"<w:body>", b"<w:body>" + words)})


FIELD = b'<w:p><w:fldSimple w:instr="INCLUDETEXT /etc/hostname"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
SETTINGS = "word/settings.xml"
MERGE = (
    b'<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:mailMerge>'
    b'<w:connectString w:val="Provider=x"/></w:mailMerge></w:settings>'
)
SVG = b'<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="https://example.org/a.png"/></svg>'
TRICKS: Mapping[str, tuple[bytes, str, str]] = {
    "docm renamed": (of_type("application/vnd.ms-word.document.macroEnabled.main+xml"), "DG-T502", "DG-W109"),
    "dotm renamed": (of_type("application/vnd.ms-word.template.macroEnabledTemplate.main+xml"), "DG-T502", "DG-W109"),
    "dotx renamed": (of_type(f"{WORD}.template.main+xml"), "DG-T505", "DG-W110"),
    "macros in a docx": (
        declared(GOOD, "word/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
        "DG-T502",
        "DG-W109",
    ),
    "macros under another name": (embedded("vbaProject", "word/plain.dat"), "DG-T502", "DG-P113"),
    "OLE": (embedded("oleObject", "word/embeddings/o.bin"), "DG-T503", "DG-P114"),
    "OLE elsewhere": (with_relation(GOOD, "oleObject", "file:///c:/x.xlsx"), "DG-T501", "DG-P114"),
    "a package": (embedded("package", "word/embeddings/o.xlsx"), "DG-T503", "DG-P114"),
    "ActiveX": (embedded("control", "word/activeX/a.bin"), "DG-T503", "DG-P114"),
    "altChunk": (embedded("aFChunk", "word/part.html"), "DG-T503", "DG-P114"),
    "altChunk elsewhere": (with_relation(GOOD, "aFChunk", "https://example.org/x.html"), "DG-T501", "DG-P114"),
    "subDocument": (with_relation(GOOD, "subDocument", "https://example.org/x.docx"), "DG-T501", "DG-P114"),
    "attachedTemplate": (with_relation(GOOD, "attachedTemplate", "https://example.org/x.dotm"), "DG-T501", "DG-P112"),
    "linked picture": (with_relation(GOOD, "image", "https://example.org/x.png"), "DG-T501", "DG-P112"),
    "DDE": (with_field(GOOD, "DDEAUTO cmd /c calc"), "DG-T504", "DG-P112"),
    "a field in pieces": (with_field(GOOD, " INC", "LUDE", "PICTURE x"), "DG-T504", "DG-P112"),
    "a simple field": (in_main(FIELD), "DG-T504", "DG-P112"),
    "a field in a footnote": (
        with_parts(
            document(p(w("{{ title }}"), note("footnote", "x"))),
            {"word/footnotes.xml": lambda old: old.replace(b"</w:p></w:footnote></w:footnotes>", b"</w:p>" + FIELD
                                                           + b"</w:footnote></w:footnotes>")},
        ),
        "DG-T504",
        "DG-P112",
    ),
    "a field in a text box": (
        with_parts(
            document(p(w("{{ title }}"), box(p(w("x"))))),
            {"word/document.xml": lambda old: old.replace(b"<w:txbxContent>", b"<w:txbxContent>" + FIELD)},
        ),
        "DG-T504",
        "DG-P112",
    ),
    "a picture that fetches": (
        declared(with_relation(GOOD, "image", "media/a.svg", ""), "word/media/a.svg", "image/svg+xml", SVG),
        "DG-T501",
        "DG-P112",
    ),
    "a source of letters": (
        declared(with_relation(GOOD, "settings", "settings.xml", ""), SETTINGS, f"{WORD}.settings+xml", MERGE),
        "DG-T501",
        "DG-P112",
    ),
}  # fmt: skip
"""Template, code of the lint, code of the refusal."""


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_is_told_by_the_lint_and_never_becomes_a_pdf(trick: str) -> None:
    content, told, refused = TRICKS[trick]
    codes = {one.code for one in lint(content, "protocol.docx") if one.code.startswith("DG-T5")}
    assert codes == {told}
    with pytest.raises(DocgenError) as caught:
        require_harmless(made(content), name="protocol.docx")
    assert {one.code for one in caught.value.findings} == {refused}


def made(content: bytes) -> bytes:
    return render_compiled(compile_template(Template("protocol.docx", content)), VALUES, ID, Words()).content


@pytest.mark.parametrize("trick", ["docm renamed", "dotx renamed", "macros in a docx"])
def test_another_sort_of_file_is_refused_as_such_by_every_way_of_filling(trick: str) -> None:
    content, _, code = TRICKS[trick]
    template = Template("protocol.docx", content)
    for fill in (
        lambda: render(template, VALUES, ID, Words()),
        lambda: blank_form(template, BlankForm({}, "Protocol"), ID, Words()),
    ):
        with pytest.raises(ContentInvalid) as caught:
            fill()
        assert [one.code for one in caught.value.findings] == [code]


def test_the_parts_that_a_trick_hides_in_are_all_looked_at() -> None:
    """A part of XML counts whatever its name ends in, and whichever of the two namespaces of Word it is written in."""
    strict = b'<w:x xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:fldSimple w:instr="DDE a b"/></w:x>'
    for name in ("word/header9.xml", "word/header9.dat", "other/x.xml"):
        with pytest.raises(DocgenError) as caught:
            require_harmless(with_parts(GOOD, {}, {name: strict}), name="protocol.docx")
        assert [(one.code, one.place and one.place.path) for one in caught.value.findings] == [("DG-P112", name)]
    require_harmless(document(table(row(cell(p(w("x")))))), name="protocol.docx")
