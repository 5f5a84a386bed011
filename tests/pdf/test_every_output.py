"""Every kind of document at every stage (built, signed, publication copy) keeps to PDF/A-2b and PDF/UA-1.

Judged by our own inspection and by two checkers of accessibility; by veraPDF in `test_verapdf_outputs.py`. Where a
checker says something of a sound document, what it says is looked into here and shown not to hold; anything else it
says fails the test. The reasons, with the clauses, stand in `docs/decisions/0031-what-checkers-say.md`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import outloud
import pikepdf
import pytest
from outloud.content import PageContent, TextRun
from outloud.findings import Finding
from outloud.model import Document
from pdfua import validate

import specimens
from docgen.office.profile import in_language
from docgen.pdf.conformance import check
from outputs import Output
from specimens import TEMPLATES, Specimen, template_name

pytestmark = pytest.mark.soffice

Box = tuple[float, float, float, float]
TOP, FOOT = 770.0, 60.0
"""Points from the foot of the page: what stands above and below is in the margins of all templates."""


@pytest.fixture(params=TEMPLATES, ids=template_name)
def made(request: pytest.FixtureRequest, output_of: Callable[[Specimen], Output]) -> Output:
    return output_of(specimens.specimen(request.param))


def stages(made: Output) -> dict[str, bytes]:
    """A document that nobody signs has only one."""
    if made.signable == made.printed:
        return {"built": made.signable}
    return {"built": made.signable, "signed": made.signed.content, "copy": made.copy}


def test_our_inspection_is_content_and_the_claims_are_made(made: Output) -> None:
    for stage, content in stages(made).items():
        judged = check(content, stage)
        assert (judged.archive, judged.accessibility) == ((), ()), stage
        assert judged.ok, stage


def test_pdfua_finds_nothing_that_holds(made: Output, tmp_path: Path) -> None:
    """It asks for a title in the document information, which a copy leaves to XMP, where the standard asks for it.

    One rule of it stops on every file with an error of its own; heading levels are looked at by our inspection.
    """
    for stage, content in stages(made).items():
        (tmp_path / "x.pdf").write_bytes(content)
        report = validate(str(tmp_path / "x.pdf"))
        expected = {"UA-07-001"} if stage == "copy" else set()
        assert {finding.rule_id for finding in report.findings} == expected, stage
        assert [rule.rule_id for rule in report.skipped] == ["UA-14-001"], stage
        assert Document(str(tmp_path / "x.pdf")).title, stage


def test_outloud_finds_nothing_that_holds(made: Output, tmp_path: Path) -> None:
    for stage, content in stages(made).items():
        path = tmp_path / f"{stage}.pdf"
        path.write_bytes(content)
        result = outloud.check(str(path))
        assert result.error is None
        read = Document(str(path))
        for finding in result.findings:
            if finding.severity != "info":
                assert finding.rule in REFUTED, (stage, finding)
                assert REFUTED[finding.rule](finding, read, stage), (stage, finding)
        read.close()


def test_running_heads_are_called_so_and_who_writes_is_said_first(made: Output, tmp_path: Path) -> None:
    """ISO 14289-1, 7.8; and nothing but the letterhead says which office a document comes from."""
    for stage, content in stages(made).items():
        (tmp_path / "x.pdf").write_bytes(content)
        read = Document(str(tmp_path / "x.pdf"))
        first = read.elements_of("Document")[0].children[0]
        brand = in_language(specimens.office(made.one.case.office).brand, made.one.id.lang)
        assert "".join(text_below(first, read)).strip() == brand, stage
        read.close()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            for page in pdf.pages:
                found = [*furniture(page)]
                assert found, stage
                for height, kind in found:
                    expected = "/Header" if height > TOP else "/Footer" if height < FOOT else None
                    assert kind == expected, (stage, page.index, height)


def furniture(page: pikepdf.Page) -> Iterator[tuple[float, str | None]]:
    """Words of a page that are artifacts: how far above its foot they begin, and what kind of furniture they are."""
    kinds: list[tuple[bool, str | None]] = []
    height = 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            properties = operands[1] if name == "BDC" else pikepdf.Dictionary()
            kinds.append(
                (operands[0] == "/Artifact", str(properties.get("/Subtype")) if properties.get("/Type") else None)
            )
        elif name == "EMC":
            kinds.pop()
        elif name in ("Td", "Tm"):
            height = float(operands[-1])
        elif name in ("Tj", "TJ"):
            yield from ((height, kind) for is_artifact, kind in kinds if is_artifact)


@pytest.mark.parametrize("name", ["statbel/fr/contract", "vsa/nl/application"])
def test_a_table_without_tags_would_be_told(name: str, output_of: Callable[[Specimen], Output], tmp_path: Path) -> None:
    """Whether the look into TBL-014 can fail: the tags of all tables are taken away."""
    made = output_of(specimens.specimen(specimens.ROOTS.templates / f"{name}.docx"))
    (tmp_path / "x.pdf").write_bytes(without_tables(made.signable))
    read = Document(str(tmp_path / "x.pdf"))
    tables = [page.number for page in read.pages if grids(read.content(page.index))]
    assert tables
    assert not any(is_in_tables(Finding("TBL-014", "warning", "", page=page), read, "built") for page in tables)


def without_tables(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") in ("/Table", "/TR", "/TH", "/TD"):
                one.S = pikepdf.Name.Div
        pdf.save(out)
    return out.getvalue()


# --- what outloud says, and why it does not hold ----------------------------------------------------------------------


def is_furniture(finding: Finding, read: Document, stage: str) -> bool:
    """TAG-002: each line of prose that is an artifact is a running head or foot, or a header row said before."""
    headers = {squeezed("".join(text_below(row, read))) for row in read.elements_of("TR")}
    lines = [line for line in content(read, finding).lines if line.artifact_share >= 0.8]
    return all(line.bbox[1] > TOP or line.bbox[3] < FOOT or squeezed(line.text) in headers for line in lines)


def is_said_by_the_field(finding: Finding, read: Document, stage: str) -> bool:
    """TAG-003: each word stands in the mark of a signature, a field with a name for people under a form element."""
    fields = [
        one
        for one in read.annotations
        if one.subtype == "Widget" and one.page == finding.page - 1 and (one.field_tu or "").strip()
        and any(owner.type == "Form" for owner in read.objr_owners.get(one.objgen, ()))
    ]  # fmt: skip
    words = [(box["x0"], box["y0"], box["x1"], box["y1"]) for box in finding.boxes]
    return stage == "signed" and bool(words) and all(any(holds(one.rect, word) for one in fields) for word in words)


def is_in_tables(finding: Finding, read: Document, stage: str) -> bool:
    """TBL-014: each drawn grid by itself, not the box around all of them, holds nothing that is not in a table."""
    page = content(read, finding)
    drawn = [run for run in page.runs if run.text.strip() and not run.artifact]
    inside = [run for grid in grids(page) for run in drawn if holds(grid, run.bbox)]
    return all(in_table(run, read, page.page) for run in inside)


def is_an_address(finding: Finding, read: Document, stage: str) -> bool:
    """LNK-010: addresses that stand in the text for people to copy; nothing asks that they be links."""
    return all("@" in address or address.startswith("https://") for address in finding.evidence.split("; "))


REFUTED: dict[str, Callable[[Finding, Document, str], bool]] = {
    "TAG-002": is_furniture,
    "TAG-003": is_said_by_the_field,
    "TBL-014": is_in_tables,
    "LNK-010": is_an_address,
}
"""Rules that are known to misjudge, each with what must be true for it to be so."""


def content(read: Document, finding: Finding) -> PageContent:
    return read.content(finding.page - 1)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def text_below(element: outloud.model.StructElem, read: Document) -> Iterator[str]:
    """The words of an element, in the order of its children."""
    for reference in element.mcrefs:
        yield read.content(reference.page).mcid_text.get((reference.stream, reference.mcid), "")
    for child in element.children:
        yield from text_below(child, read)


def in_table(run: TextRun, read: Document, page: int) -> bool:
    owners = read.mc_owners.get((page, run.stream, run.mcid), ())
    return bool(owners) and all("/TD" in owner.path or "/TH" in owner.path for owner in owners)


def holds(outer: Box, inner: Box) -> bool:
    """Whether the middle of one box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - 1 <= x <= outer[2] + 1 and outer[1] - 1 <= y <= outer[3] + 1


def grids(page: PageContent) -> list[Box]:
    """The drawn grids of a page: lines that touch each other, two columns at least; less is a frame around words."""
    lines = [path.bbox for path in page.paths if path.stroked or path.filled]
    lines = [box for box in lines if min(box[2] - box[0], box[3] - box[1]) <= 2.5]
    groups: list[list[Box]] = []
    for line in lines:
        near = [group for group in groups if any(touch(line, other) for other in group)]
        groups = [group for group in groups if group not in near] + [[line, *(one for group in near for one in group)]]
    return [bounds(group) for group in groups if is_grid(group)]


def touch(one: Box, other: Box) -> bool:
    return (
        one[0] - 1.5 <= other[2] and other[0] - 1.5 <= one[2] and one[1] - 1.5 <= other[3] and other[1] - 1.5 <= one[3]
    )


def is_grid(group: list[Box]) -> bool:
    across = {round(box[1]) for box in group if box[2] - box[0] >= 12 and box[3] - box[1] <= 2.5}
    down = {round(box[0]) for box in group if box[3] - box[1] >= 8 and box[2] - box[0] <= 2.5}
    return places(down) >= 3 and places(across) >= 2


def places(found: set[int]) -> int:
    """Different places, those a point or two apart taken as one."""
    return bool(found) + sum(after - before > 2 for before, after in pairwise(sorted(found)))


def bounds(group: list[Box]) -> Box:
    return (
        min(box[0] for box in group),
        min(box[1] for box in group),
        max(box[2] for box in group),
        max(box[3] for box in group),
    )
