"""Signing B-B with a cached key against pyHanko's own signer, on one prepared contract, interleaved.

    .venv/bin/python benchmarks/sign.py PREPARED.pdf [rounds]

PREPARED.pdf is a file of `out/<case>/pdf/` with an empty field `sig_applicant`. Ratios inside one run count, not
milliseconds: machines drift.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.stamp import TextStampStyle

from docgen.documents import DocumentId, ExpectedSignature, SignablePdf, SignedPdf
from docgen.signing.demo_pki import DemoPki
from docgen.signing.keys import SigningKey, key_from_pkcs12
from docgen.signing.mark import MarkWords, compose
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.trust import trust_from
from docgen.signing.validate import validate

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ID = DocumentId("BENCH-1", "contract", "nl")


def rsa_pkcs12() -> bytes:
    """An RSA-2048 key with a self-made certificate; the slow case of key decoding."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Rik Rector")])
    usage = x509.KeyUsage(False, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(None, key, certificate, None, BestAvailableEncryption(b"x"))


def with_pyhanko(content: bytes, signer: signers.SimpleSigner) -> bytes:
    """The shortest way the library's guide shows: visible stamp, PAdES, size found by a trial signature."""
    metadata = signers.PdfSignatureMetadata(
        field_name="sig_applicant", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", certify=True
    )
    style = TextStampStyle(stamp_text="Rik Rector\n%(ts)s")
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signed: bytes = signers.PdfSigner(metadata, signer, stamp_style=style).sign_pdf(writer).getvalue()
    return signed


def with_docgen(content: bytes, key: SigningKey) -> bytes:
    """The whole of it: turn, key and file checked, mark composed with an embedded font."""
    mark = compose(MarkWords("Elektronisch ondertekend"), name=key.holder, role="Rector", moment=MOMENT)
    return sign(SignablePdf(ID, content, ("applicant",)), SigningOrder("applicant", mark, MOMENT), key).content


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    content = Path(sys.argv[1]).read_bytes()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    container = rsa_pkcs12()
    theirs = signers.SimpleSigner.load_pkcs12_data(container, other_certs=[], passphrase=b"x")
    ours = key_from_pkcs12(container, lambda: "x")
    with tempfile.TemporaryDirectory() as folder:
        pki = DemoPki.open(Path(folder))
        card = pki.signer_for("Rik Rector")
        signed = SignedPdf(ID, with_docgen(content, card))
        trust, expected = trust_from([pki.root_certificate]), [ExpectedSignature("applicant", ("r",), ())]
        ways: dict[str, Callable[[], object]] = {
            "pyHanko SimpleSigner, RSA-2048": lambda: with_pyhanko(content, theirs),
            "docgen sign, RSA-2048": lambda: with_docgen(content, ours),
            "docgen sign, P-384": lambda: with_docgen(content, card),
            "docgen validate, one signature": lambda: validate(signed, trust=trust, expected=expected, now=MOMENT),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for work in ways.values():
            work()
        for _ in range(rounds):
            for name, work in ways.items():
                times[name].append(timed(work))
    base = median(times["pyHanko SimpleSigner, RSA-2048"])
    for name, values in times.items():
        print(f"{name:34} {median(values):7.1f} ms   {base / median(values):5.2f} x")


if __name__ == "__main__":
    main()
