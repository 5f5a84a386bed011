"""Conversion with the real LibreOffice."""

from __future__ import annotations


def test_sample(contract_pdf: bytes) -> None:
    assert contract_pdf.startswith(b"%PDF-1.")
