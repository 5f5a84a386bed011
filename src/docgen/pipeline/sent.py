"""Recording that a document went out for signature: the one thing docgen cannot see for itself."""

from __future__ import annotations

from docgen.documents import DocumentId, sha256
from docgen.dossier import files
from docgen.errors import RuleRefused
from docgen.findings import Place
from docgen.pipeline.events import note
from docgen.pipeline.standing import stand
from docgen.pipeline.workshop import Workshop


def record_sent(shop: Workshop, case: str, kind: str) -> DocumentId:
    """Write into the journal that the PDF of a kind was sent, with the digest of the file as it is now.

    Raises:
        RuleRefused: there is no such PDF to send.
    """
    with files.locked(shop.roots.lock(case)):
        document = stand(shop, case).document(kind)
        latest = files.read_if_there(shop.roots.signed(document)) or files.read_if_there(shop.roots.pdf(document))
        if latest is None:
            raise RuleRefused.because("DG-X112", Place(str(shop.roots.pdf(document))), case=case)
        note(shop, document, "sent", sha256(latest))
        return document
