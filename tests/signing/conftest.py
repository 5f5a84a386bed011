"""A contract with two slots, a demo PKI, and the file in each state of its life."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import docx
import pytest
from signing_increments import Objects, objects_of
from signing_live import LivePki, live_pki, now, with_store
from signing_paper import with_text_changed
from signing_state import CHIEF, EXPECTED, ID, LATER, NOW, RECTOR, SLOTS, Judge, order

from docgen.documents import Docx, Pdf, SignablePdf, SignedPdf, ValidationReport
from docgen.pdf.convert import OneShotLibreOffice, convert
from docgen.signing.demo_pki import DemoPki
from docgen.signing.fields import prepare
from docgen.signing.keys import SigningKey
from docgen.signing.levels import Level
from docgen.signing.sign import sign
from docgen.signing.trust import Trust, trust_from
from docgen.signing.validate import validate
from docgen.xmp import Metadata


def _converted(contract: bytes, libreoffice: OneShotLibreOffice, metadata: Metadata) -> Pdf:
    """The contract with a paragraph behind the table: LibreOffice 7.4 drops a bookmark in the very last, empty one."""
    document = docx.Document(io.BytesIO(contract))
    document.add_paragraph("Einde van de overeenkomst.")
    target = io.BytesIO()
    document.save(target)
    return convert(Docx(ID, target.getvalue(), metadata.title), converter=libreoffice, metadata=metadata)


@pytest.fixture(scope="session")
def pdf(contract_docx: bytes, libreoffice: OneShotLibreOffice, contract_metadata: Metadata) -> Pdf:
    return _converted(contract_docx, libreoffice, contract_metadata)


@pytest.fixture(scope="session")
def other_signable(contract_docx: bytes, libreoffice: OneShotLibreOffice, contract_metadata: Metadata) -> SignablePdf:
    """The same contract with one digit changed in the Word document."""
    other = with_text_changed(contract_docx, "golf 9", "golf 6")
    return prepare(_converted(other, libreoffice, contract_metadata), SLOTS)


@pytest.fixture(scope="session")
def signable(pdf: Pdf) -> SignablePdf:
    return prepare(pdf, SLOTS)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return DemoPki.open(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def stranger_pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """A PKI nobody trusts, with the same names in it."""
    return DemoPki.open(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="session")
def trust(pki: DemoPki) -> Trust:
    return trust_from([pki.root_certificate])


@pytest.fixture(scope="session")
def rector(pki: DemoPki) -> SigningKey:
    return pki.signer_for(RECTOR)


@pytest.fixture(scope="session")
def chief(pki: DemoPki) -> SigningKey:
    return pki.signer_for(CHIEF)


@pytest.fixture(scope="session")
def half_signed(signable: SignablePdf, rector: SigningKey) -> SignedPdf:
    return sign(signable, order("applicant", rector), rector)


@pytest.fixture(scope="session")
def fully_signed(half_signed: SignedPdf, chief: SigningKey) -> SignedPdf:
    return sign(half_signed, order("office", chief, LATER, "Hoofdstatisticus"), chief)


@pytest.fixture(scope="session")
def judged(trust: Trust) -> Judge:
    """Validation of bytes against the two expected signatures."""

    def judge(content: bytes, **changes: object) -> ValidationReport:
        settings = {"trust": trust, "expected": EXPECTED, "now": NOW} | changes
        return validate(SignedPdf(ID, content), **settings)  # type: ignore[arg-type]

    return judge


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePki]:
    with live_pki(tmp_path_factory.mktemp("live")) as pki:
        yield pki


@pytest.fixture(scope="session")
def timestamped(live: LivePki, signable: SignablePdf) -> SignedPdf:
    """Signed by the applicant at B-T: what services append proofs to."""
    key = live.key("rik")
    return sign(signable, replace(order("applicant", key, now()), level=Level.B_T), key, services=live.services())


@pytest.fixture(scope="session")
def store(live: LivePki, timestamped: SignedPdf) -> Objects:
    """The objects that such a service appends."""
    return objects_of(timestamped.content, with_store(timestamped.content, live))
