"""The whole chain against what one would string together: render, convert, sign, publication copy.

    .venv/bin/python benchmarks/run.py chain

The documents are the four that one request of Statbel leads to, from three pages to the contract's eleven.

Ours: compiled template, warm LibreOffice, normalising, signature fields, B-B signature with its mark, flatten, audit;
and once more with judgement and a look at the claims, as `docgen publish` does. Naive: docxtpl, a new LibreOffice for
each document, pyHanko's own signer, Ghostscript's "print to PDF". It makes no PDF/A that is inspected, no tagged
signature, no judgement and no audit.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from pyhanko.sign import signers
from render import ROOTS, with_docxtpl_and_our_values
from sign import MOMENT, rsa_pkcs12, with_pyhanko
from timing import Plan, interleaved, shown, summary, used_by

from docgen.decide.context import context
from docgen.decide.signatories import placements
from docgen.documents import DocumentId, ExpectedSignature, SignedPdf, ValidatedPdf
from docgen.dossier import cases, content
from docgen.pdf.conformance import check
from docgen.pdf.convert import Converter, find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
from docgen.pipeline.collector import collect_rarely
from docgen.pipeline.recipe import Order, fill, finish, printing_of
from docgen.pipeline.release import Scrutiny, release
from docgen.publishing.audit import audit
from docgen.publishing.flatten import FlattenPolicy, flatten, rewrite
from docgen.signing.demo_pki import DemoPki
from docgen.signing.mark import MarkWords, compose
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.trust import Trust, trust_from
from docgen.signing.typeface import font_program
from docgen.signing.validate import validate
from docgen.word.compiled import compile_template
from docgen.word.filters import Filters
from docgen.word.render import Template
from docgen.xmp import Metadata

CASE = "STATBEL-2026-001"
KINDS = ("security_declaration", "dpo_advice", "application", "contract")
"""Of a request that is approved, the shortest first; an archive of 209 requests has some 800 such documents."""
_DEADLINE = 300.0
BATCHES = 12
"""Times the four documents, in a batch: its end, where one process waits for the other, counts little in an archive."""
_MOST_BATCHES = 5
"""Rounds of them at most: each takes half a minute."""


class Desk:
    """What all documents of the case share."""

    def __init__(self) -> None:
        self.case = cases.read(ROOTS, CASE).require().case
        self.office = content.office(ROOTS, self.case.office)
        self.wording = content.wording(ROOTS)
        self.simple = signers.SimpleSigner.load_pkcs12_data(rsa_pkcs12(), other_certs=[], passphrase=b"x")
        with tempfile.TemporaryDirectory() as folder:
            pki = DemoPki.open(Path(folder))
            self.key = pki.signer_for("Rik Rector")
            self.trust: Trust = trust_from([pki.root_certificate])
        self.mark = compose(MarkWords("Elektronisch ondertekend"), name=self.key.holder, role="Rector", moment=MOMENT)
        self.policy = FlattenPolicy(
            title="Publicatiekopie",
            lang="nl-BE",
            producer="docgen",
            created=datetime(2026, 1, 1, tzinfo=UTC),
            note="Publicatiekopie. SHA-256 van het origineel: " + "0" * 64,
            note_font=font_program(),
        )
        self.papers = tuple(_Paper(self, kind) for kind in KINDS)


class _Paper:
    """One document, and what both chains need to make and sign it."""

    def __init__(self, desk: Desk, kind: str) -> None:
        case, office = desk.case, desk.office
        self.desk = desk
        self.id = DocumentId(case.id, kind, case.language)
        template = Template(*content.template(ROOTS, office.id, case.language, kind))
        self.compiled = compile_template(template)
        values = dict(context(case, office, kind, case.language, date(2026, 11, 23)))
        slots = placements(case, office, kind, case.language, desk.wording)[:1]
        metadata = Metadata("", "nl-BE", "docgen", datetime(2026, 11, 23, tzinfo=UTC))
        self.order = Order(self.id, template, values, metadata, slots)
        self.signing = SigningOrder(slots[0].name, desk.mark, MOMENT)
        self.expected = [ExpectedSignature(slots[0].name, ("Rik Rector",), ())]


def prepared_by_us(paper: _Paper, converter: Converter) -> Any:
    """From values to a PDF with its empty field."""
    docx = fill(paper.order, words=paper.desk.wording, template=paper.compiled)
    return finish(printing_of(docx, paper.order), converter=converter, deadline=_DEADLINE)


def signed_by_us(paper: _Paper, converter: Converter) -> SignedPdf:
    """From values to a signed original."""
    return SignedPdf(paper.id, sign(prepared_by_us(paper, converter), paper.signing, paper.desk.key).content)


def ours(paper: _Paper, converter: Converter) -> bytes:
    """From values to a copy that passed the audit: each stage that the naive chain has, and the audit."""
    desk, signed = paper.desk, signed_by_us(paper, converter)
    copy = rewrite(signed.content, desk.policy).content
    report = audit(copy, source=signed.content, private_values=())
    assert report.ok, report.findings
    return copy


def released_by_us(paper: _Paper, converter: Converter) -> bytes:
    """The same with what the naive chain has nothing of: judgement of the signature, and a look at the claims."""
    desk = paper.desk
    released = release(
        signed_by_us(paper, converter),
        expected=paper.expected,
        trust=desk.trust,
        policy=desk.policy,
        scrutiny=Scrutiny(private_values=()),
        now=MOMENT,
    )
    return released.public.flattened.content


def naive(paper: _Paper, soffice: Path) -> bytes:
    """As the guides of the four programs show."""
    order, desk = paper.order, paper.desk
    filters = Filters(desk.wording, paper.id.lang)
    docx = with_docxtpl_and_our_values(order.template.content, dict(order.values), filters)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.docx").write_bytes(docx)
        convert = [
            str(soffice),
            f"-env:UserInstallation={(folder / 'p').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*convert, "--outdir", name, f"{name}/a.docx"], check=True, capture_output=True)
        signed = with_pyhanko((folder / "a.pdf").read_bytes(), desk.simple)
        (folder / "signed.pdf").write_bytes(signed)
        printed = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", f"-sOutputFile={name}/b.pdf"]
        subprocess.run([*printed, f"{name}/signed.pdf"], check=True, capture_output=True)
        return (folder / "b.pdf").read_bytes()


def _each(work: Callable[[_Paper, Any], object], papers: Sequence[_Paper], given: Any) -> None:
    for paper in papers:
        work(paper, given)


def measure(plan: Plan) -> dict[str, Any]:
    engine = find_libreoffice(os.environ)
    installation = find_installation(engine, os.environ)
    assert installation is not None, "install python3-uno"
    desk = Desk()
    # Before anything here starts a thread or a LibreOffice: the batches run in copies of this process.
    batches, seconds = _batches(desk, installation, min(_MOST_BATCHES, plan.rounds))
    with LibreOfficePool(installation, 1) as pool:
        ways: dict[str, Callable[[], object]] = {
            "naive chain": partial(_each, naive, desk.papers, engine.executable),
            "docgen, warm": partial(_each, ours, desk.papers, pool),
            "docgen, warm, with judgement and claims": partial(_each, released_by_us, desk.papers, pool),
            "docgen, warm, up to the signature": partial(_each, signed_by_us, desk.papers, pool),
            "docgen, a new LibreOffice each time": partial(_each, ours, desk.papers, engine),
        }
        _each(ours, desk.papers, pool)
        collect_rarely()  # as batches do after their first case
        chain = summary(interleaved(ways, max(3, plan.rounds // 3)), base="naive chain")
        for row in chain.values():
            row["documents_a_second"] = round(len(KINDS) / row["median_ms"] * 1000, 2)
        print(shown("whole chain, the four documents of a request", chain))
        stages = _stages(desk, pool, plan.rounds)
    both_cores = batches["whole chain"]["whole chain, 2 processes"]["documents_a_second"]
    return {
        "whole chain, four documents": chain,
        "two processes against the naive chain": round(both_cores / chain["naive chain"]["documents_a_second"], 2),
        "batches": batches,
        "stages, four documents": stages,
        "processor seconds a document": seconds,
    }


def _stages(desk: Desk, pool: LibreOfficePool, rounds: int) -> dict[str, Any]:
    """Milliseconds of each stage of ours, for the four documents together."""
    papers = desk.papers
    printings = [printing_of(fill(one.order, words=desk.wording, template=one.compiled), one.order) for one in papers]
    signables = [finish(one, converter=pool, deadline=_DEADLINE) for one in printings]
    signed = [
        SignedPdf(paper.id, sign(signable, paper.signing, desk.key).content)
        for paper, signable in zip(papers, signables, strict=True)
    ]
    reports = [
        validate(one, trust=desk.trust, expected=paper.expected, now=MOMENT)
        for paper, one in zip(papers, signed, strict=True)
    ]
    valid = [ValidatedPdf(one, report) for one, report in zip(signed, reports, strict=True)]
    copies = [flatten(one, desk.policy).content for one in valid]

    def judge() -> None:
        for paper, one in zip(papers, signed, strict=True):
            validate(one, trust=desk.trust, expected=paper.expected, now=MOMENT)

    def put() -> None:
        for paper, signable in zip(papers, signables, strict=True):
            sign(signable, paper.signing, desk.key)

    ways: dict[str, Callable[[], object]] = {
        "convert, normalise, fields": lambda: [finish(one, converter=pool, deadline=_DEADLINE) for one in printings],
        "of it LibreOffice": lambda: [pool.to_pdf(one.docx.content, deadline=_DEADLINE) for one in printings],
        "fill": lambda: [fill(one.order, words=desk.wording, template=one.compiled) for one in papers],
        "sign": put,
        "judge": judge,
        "flatten": lambda: [flatten(one, desk.policy) for one in valid],
        "audit": lambda: [
            audit(copy, source=one.content, private_values=()) for copy, one in zip(copies, signed, strict=True)
        ],
        "claims": lambda: [check(copy, "copy.pdf") for copy in copies],
    }
    rows = summary(interleaved(ways, max(3, rounds // 2)), base="convert, normalise, fields")
    print(shown("stages, four documents", rows))
    return rows


def _batches(desk: Desk, installation: Any, rounds: int) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Both cores, in one process and in two, each with its own LibreOffice; and what they keep the cores busy with."""
    rows: dict[str, Any] = {}
    seconds: dict[str, dict[str, float]] = {}
    parts = (("build", prepared_by_us), ("whole chain", ours), ("with judgement and claims", released_by_us))
    for title, work in parts:
        times: dict[str, list[float]] = {}
        busy: list[_Busy] = []
        for _ in range(rounds):
            for processes in (1, 2):
                name = f"{title}, {processes} process{'es' * (processes > 1)}"
                taken, spent = _together(desk, installation, work, processes)
                times.setdefault(name, []).append(taken)
                busy += [spent] * (processes == 2)
        rows[title] = summary(times, base=f"{title}, 1 process")
        for row in rows[title].values():
            row["documents_a_second"] = round(BATCHES * len(KINDS) / row["median_ms"] * 1000, 2)
        print(shown(f"{title}, a batch of {BATCHES * len(KINDS)}", rows[title]))
        each = {"docgen": median(one.own for one in busy), "LibreOffice": median(one.office for one in busy)}
        seconds[title] = {name: round(value / (BATCHES * len(KINDS)), 3) for name, value in each.items()}
    print(f"  processor seconds a document, both cores in use: {seconds}")
    return rows, seconds


class _Busy(NamedTuple):
    """Processor seconds of a batch, all processes together."""

    own: float
    office: float


def _together(
    desk: Desk, installation: Any, work: Callable[[_Paper, Any], object], processes: int
) -> tuple[float, _Busy]:
    """Milliseconds for the batch, of which each warm process takes the next, and their processor seconds."""
    copies = multiprocessing.get_context("fork")
    ready, results, waiting = copies.Barrier(processes + 1), copies.SimpleQueue(), copies.SimpleQueue()
    # The longest document first, so that none is left for the end.
    for place in sorted([*range(len(KINDS))] * BATCHES, reverse=True):
        waiting.put(place)
    for _ in range(processes):
        waiting.put(None)

    def serve() -> None:
        with LibreOfficePool(installation, 1) as pool:
            _each(work, desk.papers, pool)
            collect_rarely()  # as batches do after their first case
            ready.wait()
            mine, its = time.process_time(), used_by(pool.pids[0])
            while (place := waiting.get()) is not None:
                work(desk.papers[place], pool)
            results.put(_Busy(time.process_time() - mine, used_by(pool.pids[0]) - its))

    started = [copies.Process(target=serve) for _ in range(processes)]
    for process in started:
        process.start()
    ready.wait()
    began = time.perf_counter()
    spent = [results.get() for _ in started]
    taken = (time.perf_counter() - began) * 1000
    for process in started:
        process.join()
    return taken, _Busy(sum(one.own for one in spent), sum(one.office for one in spent))
