"""The whole chain for one contract against what one would string together: render, convert, sign, publication copy.

    .venv/bin/python benchmarks/run.py chain

Ours: compiled template, warm LibreOffice, normalising, signature fields, B-B signature with its mark, judgement,
flatten, audit. Naive: docxtpl, a new LibreOffice for each document, pyHanko's own signer, Ghostscript's "print to PDF".
The naive chain makes no PDF/A that is inspected, no tagged signature, no judgement and no audit.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pyhanko.sign import signers
from render import ROOTS, with_docxtpl_and_our_values
from sign import MOMENT, rsa_pkcs12, with_pyhanko
from timing import interleaved, shown, summary

from docgen.decide.context import context
from docgen.decide.signatories import placements
from docgen.documents import DocumentId, ExpectedSignature, SignedPdf
from docgen.dossier import cases, content
from docgen.pdf.convert import Converter, find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
from docgen.pipeline.recipe import Order, fill, finish, printing_of
from docgen.pipeline.release import Scrutiny, release
from docgen.publishing.flatten import FlattenPolicy
from docgen.signing.demo_pki import DemoPki
from docgen.signing.mark import MarkWords, compose
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.trust import Trust, trust_from
from docgen.signing.typeface import font_program
from docgen.word.compiled import compile_template
from docgen.word.filters import Filters
from docgen.word.render import Template
from docgen.xmp import Metadata

CASE, KIND = "STATBEL-2026-001", "contract"
_DEADLINE = 300.0
BATCH = 12


class Contract:
    """One contract, and what both chains need to make and sign it."""

    def __init__(self) -> None:
        case = cases.read(ROOTS, CASE).require().case
        office = content.office(ROOTS, case.office)
        self.wording = content.wording(ROOTS)
        self.id = DocumentId(case.id, KIND, case.language)
        self.template = Template(*content.template(ROOTS, office.id, case.language, KIND))
        self.compiled = compile_template(self.template)
        self.values = dict(context(case, office, KIND, case.language, date(2026, 11, 23)))
        self.slots = placements(case, office, KIND, case.language, self.wording)
        self.metadata = Metadata("", "nl-BE", "docgen", datetime(2026, 11, 23, tzinfo=UTC))
        self.simple = signers.SimpleSigner.load_pkcs12_data(rsa_pkcs12(), other_certs=[], passphrase=b"x")
        with tempfile.TemporaryDirectory() as folder:
            pki = DemoPki.open(Path(folder))
            self.key = pki.signer_for("Rik Rector")
            self.trust: Trust = trust_from([pki.root_certificate])
        self.mark = compose(MarkWords("Elektronisch ondertekend"), name=self.key.holder, role="Rector", moment=MOMENT)
        self.expected = [ExpectedSignature(self.slots[0].name, ("Rik Rector",), ())]
        created = datetime(2026, 1, 1, tzinfo=UTC)
        note = "Publicatiekopie. SHA-256 van het origineel: " + "0" * 64
        self.policy = FlattenPolicy(
            title="Publicatiekopie",
            lang="nl-BE",
            producer="docgen",
            created=created,
            note=note,
            note_font=font_program(),
        )


def signed_by_us(one: Contract, converter: Converter) -> SignedPdf:
    """From values to a signed original."""
    order = Order(one.id, one.template, one.values, one.metadata, one.slots[:1])
    docx = fill(order, words=one.wording, template=one.compiled)
    signable = finish(printing_of(docx, order), converter=converter, deadline=_DEADLINE)
    return SignedPdf(one.id, sign(signable, SigningOrder(one.slots[0].name, one.mark, MOMENT), one.key).content)


def ours(one: Contract, converter: Converter) -> bytes:
    """From values to a copy that passed the audit."""
    scrutiny = Scrutiny(private_values=())
    released = release(
        signed_by_us(one, converter),
        expected=one.expected,
        trust=one.trust,
        policy=one.policy,
        scrutiny=scrutiny,
        now=MOMENT,
    )
    return released.public.flattened.content


def naive(one: Contract, soffice: Path) -> bytes:
    """As the guides of the four programs show."""
    docx = with_docxtpl_and_our_values(one.template.content, one.values, Filters(one.wording, one.id.lang))
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
        signed = with_pyhanko((folder / "a.pdf").read_bytes(), one.simple)
        (folder / "signed.pdf").write_bytes(signed)
        printed = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", f"-sOutputFile={name}/b.pdf"]
        subprocess.run([*printed, f"{name}/signed.pdf"], check=True, capture_output=True)
        return (folder / "b.pdf").read_bytes()


def measure(rounds: int) -> dict[str, Any]:
    engine = find_libreoffice(os.environ)
    installation = find_installation(engine, os.environ)
    assert installation is not None, "install python3-uno"
    one = Contract()
    with LibreOfficePool(installation, 1) as pool:
        ways: dict[str, Callable[[], object]] = {
            "naive chain": partial(naive, one, engine.executable),
            "docgen, warm": partial(ours, one, pool),
            "docgen, warm, up to the signature": partial(signed_by_us, one, pool),
            "docgen, a new LibreOffice each time": partial(ours, one, engine),
        }
        chain = summary(interleaved(ways, max(3, rounds // 2)), base="naive chain")
        print(shown("whole chain, one contract", chain))
    batch = _batches(one, installation, rounds)
    return {"whole chain": chain, "batches": batch, "stages": _stages(one, installation, rounds)}


def _stages(one: Contract, installation: Any, rounds: int) -> dict[str, Any]:
    """Milliseconds of each stage of ours."""
    order = Order(one.id, one.template, one.values, one.metadata, one.slots[:1])
    with LibreOfficePool(installation, 1) as pool:
        printing = printing_of(fill(order, words=one.wording, template=one.compiled), order)
        signable = finish(printing, converter=pool, deadline=_DEADLINE)
        signed = SignedPdf(one.id, sign(signable, SigningOrder(one.slots[0].name, one.mark, MOMENT), one.key).content)
        given = {"expected": one.expected, "trust": one.trust, "policy": one.policy, "now": MOMENT}
        ways: dict[str, Callable[[], object]] = {
            "convert, normalise, fields": partial(finish, printing, converter=pool, deadline=_DEADLINE),
            "of it LibreOffice": partial(pool.to_pdf, printing.docx.content, deadline=_DEADLINE),
            "fill": partial(fill, order, words=one.wording, template=one.compiled),
            "sign": partial(sign, signable, SigningOrder(one.slots[0].name, one.mark, MOMENT), one.key),
            "judge, flatten, audit": partial(release, signed, scrutiny=Scrutiny(private_values=()), **given),
        }
        rows = summary(interleaved(ways, rounds), base="convert, normalise, fields")
    print(shown("stages", rows))
    return rows


def _batches(one: Contract, installation: Any, rounds: int) -> dict[str, Any]:
    """The build part (fill to fields) of a batch in processes, as `docgen build` over Dask does; 1 and 2 workers."""
    rows: dict[str, Any] = {}
    order = Order(one.id, one.template, one.values, one.metadata, one.slots[:1])

    def work(pool: LibreOfficePool, _: int) -> bytes:
        docx = fill(order, words=one.wording, template=one.compiled)
        return finish(printing_of(docx, order), converter=pool, deadline=_DEADLINE).content

    with ExitStack() as stack:
        runs = {}
        for workers in (1, 2):
            pool = stack.enter_context(LibreOfficePool(installation, workers))
            threads = stack.enter_context(ThreadPoolExecutor(workers))
            runs[f"build, {workers} worker{'s' * (workers > 1)}"] = partial(
                lambda pool, threads: [*threads.map(partial(work, pool), range(BATCH))], pool, threads
            )
        rows = summary(interleaved(runs, max(3, rounds // 3)), base="build, 1 worker")
    for row in rows.values():
        row["documents_a_second"] = round(BATCH / row["median_ms"] * 1000, 2)
    print(shown(f"fill to fields, a batch of {BATCH}", rows))
    rows["processor seconds a document, fill to fields"] = _processor_seconds(installation, work)
    return rows


def _processor_seconds(installation: Any, work: Callable[[LibreOfficePool, int], bytes]) -> dict[str, float]:
    """Of this process and of LibreOffice, without the first documents."""
    with LibreOfficePool(installation, 1) as pool:
        for number in range(3):
            work(pool, number)
        own, office = time.process_time(), _used_by(pool.pids[0])
        for number in range(BATCH):
            work(pool, number)
        own, office = time.process_time() - own, _used_by(pool.pids[0]) - office
    found = {"docgen": round(own / BATCH, 3), "LibreOffice": round(office / BATCH, 3)}
    print(f"  processor seconds a document: {found}")
    return found


def _used_by(pid: int) -> float:
    """Seconds; a process that nobody waits for is in no one's sum, so it is asked itself."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
