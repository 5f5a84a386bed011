"""The throw-away PKI of `--demo`: opened, with its root beside it as a certificate that can be trusted on purpose."""

from __future__ import annotations

from pathlib import Path

from docgen.documents import ExpectedSignature
from docgen.dossier import files
from docgen.pipeline.demo_root import ROOT_FILE
from docgen.signing.demo_pki import DemoPki
from docgen.signing.keys import SigningKey


def open_demo_pki(folder: Path) -> DemoPki:
    """The PKI in a folder, made at first use; its root certificate lies there as `root.cert.pem`.

    Raises:
        SigningFailed: the folder cannot be used.
    """
    pki = DemoPki.open(folder)
    if files.read_if_there(folder / ROOT_FILE) != pki.root_certificate:
        files.write(folder / ROOT_FILE, pki.root_certificate)
    return pki


def demo_key(pki: DemoPki, expected: ExpectedSignature) -> SigningKey:
    """The key of the person expected in a slot, or of somebody called like the role when anyone may sign."""
    return pki.signer_for(expected.names[0] if expected.names else expected.roles[0])
