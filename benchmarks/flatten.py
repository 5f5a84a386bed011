"""Publication copies: flatten against the tools in use, on the same signed files.

    .venv/bin/python benchmarks/run.py flatten
    .venv/bin/python benchmarks/flatten.py SIGNED.pdf… [--rounds N] [--json FILE] [--table FILE]

Measured for each tool: processor time (its own and that of the process it starts), size, what our audit finds left,
whether the text is still there, whether tags are, and whether pages look the same at 60 dpi. Then how time grows with
pages, on one document made longer. Without files, two documents of a request are made and signed: of 6 and 12 pages.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import chain
import pikepdf
import pypdf
import pypdfium2
from PIL import Image, ImageChops
from timing import Plan, interleaved, machine, shown, summary

from docgen.pdf.convert import find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
from docgen.pipeline.collector import collect_rarely
from docgen.publishing.audit import audit
from docgen.publishing.flatten import FlattenPolicy, rewrite
from docgen.signing.typeface import font_program

TOP = Path(__file__).parents[1]
Tool = Callable[[Path], bytes]
GHOSTSCRIPT = "Ghostscript pdfwrite"
PRINTED = "Ghostscript print to PDF (PostScript, then PDF)"
OURS = "docgen flatten, in a running process"
COMMAND = "docgen flatten, the whole command with audit"
LENGTHS = (1, 6, 20, 100, 500)
"""Pages of the documents that show how time grows."""


def cpu() -> float:
    """Processor time of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def policy() -> FlattenPolicy:
    return FlattenPolicy(
        title="Publicatiekopie",
        lang="nl-BE",
        producer="docgen",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        note="Publicatiekopie zonder rechtsgevolg. SHA-256 van het ondertekende origineel: " + "0" * 64,
        note_font=font_program(),
    )


def with_docgen(path: Path) -> bytes:
    return rewrite(path.read_bytes(), policy()).content


def with_process(*command: str) -> Tool:
    """A tool that is a program; `{in}` and `{out}` are its files."""

    def run(path: Path) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.pdf"
            words = [word.replace("{in}", str(path)).replace("{out}", str(out)) for word in command]
            subprocess.run(words, check=True, capture_output=True)
            return out.read_bytes()

    return run


def printed(path: Path) -> bytes:
    """What a printer queue that makes PDF does: the document as PostScript, and that as a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        middle, out = Path(folder) / "out.ps", Path(folder) / "out.pdf"
        for device, into, source in (("ps2write", middle, path), ("pdfwrite", out, middle)):
            words = ["gs", "-q", "-dNOPAUSE", "-dBATCH", f"-sDEVICE={device}", "-o", str(into), str(source)]
            subprocess.run(words, check=True, capture_output=True)
        return out.read_bytes()


def with_command(path: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.pdf"
        command = [str(Path(sys.executable).parent / "docgen"), "flatten", "--templates", str(TOP / "templates")]
        subprocess.run([*command, str(path), str(out)], check=True, capture_output=True)
        return out.read_bytes()


def with_pdfium(path: Path) -> bytes:
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    for page in document:
        page.flatten()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_pikepdf(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        pdf.flatten_annotations("all")
        for key in ("/AcroForm", "/DSS", "/Perms"):
            if key in pdf.Root:
                del pdf.Root[key]
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def with_pypdf(path: Path) -> bytes:
    writer = pypdf.PdfWriter(clone_from=path)
    writer.remove_annotations("/Widget")
    for key in ("/AcroForm", "/DSS", "/Perms"):
        writer.root_object.pop(key, None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


TOOLS: dict[str, Tool] = {
    GHOSTSCRIPT: with_process("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", "{out}", "{in}"),
    PRINTED: printed,
    OURS: with_docgen,
    COMMAND: with_command,
    "poppler pdftocairo": with_process("pdftocairo", "-pdf", "{in}", "{out}"),
    "pdfium flatten": with_pdfium,
    "pikepdf flatten_annotations": with_pikepdf,
    "pypdf remove_annotations": with_pypdf,
}


# --- what the copies are worth ----------------------------------------------------------------------------------------


def text_of(content: bytes) -> set[str]:
    found = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)  # noqa: S607
    return set(found.stdout.decode().split())


def pictures_of(content: bytes, folder: Path) -> list[Image.Image]:
    """Pages without their foot, where our copy has its note."""
    (folder / "p.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "60", folder / "p.pdf", folder / "p"], check=True, capture_output=True)  # noqa: S607
    pages = []
    for path in sorted(folder.glob("p-*.ppm")):
        with Image.open(path) as page:
            pages.append(page.convert("L").crop((0, 0, page.width, int(page.height * 0.96))))
        path.unlink()
    return pages


def difference(one: list[Image.Image], other: list[Image.Image]) -> float:
    """The share of pixels that differ by more than an eighth of the range, in percent, over all pages."""
    if len(one) != len(other):
        return 100.0
    counts = [sum(ImageChops.difference(a, b).histogram()[32:]) for a, b in zip(one, other, strict=True)]
    return 100 * sum(counts) / sum(page.width * page.height for page in one)


def worth(source: bytes, copy: bytes, folder: Path) -> dict[str, Any]:
    report = audit(copy, source=source)
    words, kept = text_of(source), text_of(copy)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        tags = "/StructTreeRoot" in pdf.Root
        archive = "/Metadata" in pdf.Root and b"pdfaid" in bytes(pdf.Root.Metadata.read_bytes())
    return {
        "size": len(copy),
        "audit_ok": report.ok,
        "leaks": sorted({finding.code for finding in report.findings if finding.severity.name == "ERROR"}),
        "words_lost": len(words - kept),
        "tags": tags,
        "pdfa_claim": archive,
        "pixels_differing_percent": round(difference(pictures_of(source, folder), pictures_of(copy, folder)), 3),
    }


# --- growth -----------------------------------------------------------------------------------------------------------


def longer(path: Path, pages: int) -> bytes:
    """The first page of a document, with content and tags of its own, so many times over."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0].obj
        root = pdf.Root.StructTreeRoot
        del pdf.pages[1:]
        for key in ("/AcroForm", "/Outlines", "/DSS", "/Dests", "/Names"):
            if key in pdf.Root:
                del pdf.Root[key]
        top = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, P=root))
        content, kids = bytes(page.Contents.read_bytes()), []
        marks = sorted({int(i.operands[1].MCID) for i in pikepdf.parse_content_stream(page) if _is_mark(i)})
        for number in range(pages):
            if number:
                copy = pikepdf.Dictionary({key: value for key, value in page.items() if key != "/Parent"})
                copy.Contents = pdf.make_stream(content)
                pdf.pages.append(pikepdf.Page(pdf.make_indirect(copy)))
            held = pdf.pages[-1].obj
            for mark in marks:
                tag = pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, P=top, Pg=held, K=mark)
                kids.append(pdf.make_indirect(tag))
        top.K = pikepdf.Array(kids)
        root.K = pikepdf.Array([top])
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _is_mark(instruction: Any) -> bool:
    return str(instruction.operator) == "BDC" and "/MCID" in instruction.operands[1]


def growth(path: Path, folder: Path, rounds: int, lengths: Sequence[int]) -> dict[str, dict[str, float]]:
    found = {}
    for pages in lengths:
        sample = folder / f"{pages}.pdf"
        sample.write_bytes(longer(path, pages))
        ways = {name: partial(TOOLS[name], sample) for name in (GHOSTSCRIPT, PRINTED, OURS)}
        times = interleaved(ways, rounds if pages < 100 else 3, warm_up=int(pages < 100), clock=cpu)
        found[str(pages)] = {name: round(median(values), 1) for name, values in times.items()}
        print(f"  {pages:4} pages", found[str(pages)])
    return found


# --- telling ----------------------------------------------------------------------------------------------------------


def table(results: dict[str, Any]) -> str:
    """The page of `docs/`: no figure in it is typed by hand."""
    lines = [
        "# Publication copies: flatten and the tools in use",
        "",
        "Made by `make bench` (`benchmarks/flatten.py`), do not edit. Processor time, medians, tools in turn in one",
        "run; figures of one run may be compared with each other, not with those of another. *In a running process* is",
        "what a program that makes many copies sees, such as the nightly `docgen publish`; *the whole command* starts",
        "Python twice (once apart, for the deadline), reads the original, flattens, and audits against it with other",
        "parsers. *Print to PDF* is what a printer queue does: PostScript, then PDF. *Leaks*: error codes of the leak",
        "audit against the signed original. *Words lost*: different words of the original's text that the copy's text",
        "has not.",
        "*Pixels*: share that differs at 60 dpi, foot of the page aside.",
    ]
    for name, rows in results["files"].items():
        lines += [
            "",
            f"## {name}",
            "",
            "| tool | ms | × pdfwrite | × print to PDF | kB | leaks | words lost | tags | PDF/A | pixels % |",
        ]
        lines += ["|---|---|---|---|---|---|---|---|---|---|"]
        for tool, row in rows.items():
            leaks = ", ".join(row["leaks"]) or ("none" if row["audit_ok"] else "audit not done")
            marks = ["yes" if row[key] else "no" for key in ("tags", "pdfa_claim")]
            cells = [
                tool,
                row["median_ms"],
                row["times_as_fast"],
                row["times_print_to_pdf"],
                row["size"] // 1024,
                leaks,
                row["words_lost"],
                *marks,
            ]
            lines.append("| " + " | ".join(map(str, [*cells, row["pixels_differing_percent"]])) + " |")
    lines += [
        "",
        "## Growth with pages",
        "",
        "| pages | pdfwrite ms | print to PDF ms | docgen ms | × pdfwrite | × print to PDF | docgen ms a page |",
        "|---|---|---|---|---|---|---|",
    ]
    for pages, row in results["growth"].items():
        one, two, ours = row[GHOSTSCRIPT], row[PRINTED], row[OURS]
        ratios = f"{one / ours:.2f} | {two / ours:.2f} | {ours / int(pages):.1f}"
        lines.append(f"| {pages} | {one} | {two} | {ours} | {ratios} |")
    return "\n".join([*lines, ""])


def compared(files: Sequence[Path], rounds: int, lengths: Sequence[int]) -> dict[str, Any]:
    """Each tool on each file, and the growth with pages of the first."""
    results: dict[str, Any] = {"files": {}}
    collect_rarely()  # as processes that make copies do
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in files:
            ways: dict[str, Callable[[], object]] = {tool: partial(work, path) for tool, work in TOOLS.items()}
            rows: dict[str, Any] = summary(interleaved(ways, rounds, clock=cpu), base=GHOSTSCRIPT)
            with pikepdf.open(path) as pdf:
                title = f"{path.stem}, {len(pdf.pages)} pages"
            print(shown(title, rows))
            for tool, row in rows.items():
                row |= worth(path.read_bytes(), TOOLS[tool](path), folder)
                row["times_print_to_pdf"] = round(rows[PRINTED]["median_ms"] / row["median_ms"], 2)
            results["files"][title] = rows
        print("growth")
        results["growth"] = growth(files[0], folder, rounds, lengths)
    results["against print to PDF"] = next(iter(results["files"].values()))[OURS]["times_print_to_pdf"]
    page = {int(pages): row[OURS] / int(pages) for pages, row in results["growth"].items()}
    results["a page of the longest against one of 20"] = round(page[max(page)] / page[20], 2)
    return results


def measure(plan: Plan) -> dict[str, Any]:
    """On an advice and a contract that were made for it."""
    installation = find_installation(find_libreoffice(os.environ), os.environ)
    assert installation is not None, "install python3-uno"
    with tempfile.TemporaryDirectory() as folder, LibreOfficePool(installation, 1) as pool:
        files = []
        for paper in chain.Desk().papers:
            if paper.id.kind in ("dpo_advice", "contract"):
                files.append(Path(folder) / f"{paper.id.kind}.pdf")
                files[-1].write_bytes(chain.signed_by_us(paper, pool).content)
        lengths = LENGTHS if plan.rounds > 3 else LENGTHS[:3]
        return compared(files, max(3, plan.rounds // 2), lengths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, default=TOP / "out/benchmark-flatten.json")
    parser.add_argument("--table", type=Path, default=TOP / "out/benchmark-flatten.md")
    given = parser.parse_args()
    results = {"machine": machine(), **compared(given.files, given.rounds, LENGTHS)}
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    given.table.write_text(table(results), "utf-8")


if __name__ == "__main__":
    main()
