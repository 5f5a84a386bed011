"""National register numbers stay in the certificates: nothing that verify and receive say or write holds one."""

from __future__ import annotations

import io
import logging
import re
from pathlib import Path

import pikepdf
import pytest
from tests.cli.conftest import CASE, World
from tests.signing import signing_attacks as attacks

from docgen.numbers import national_numbers

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
PROTOCOL = "protocol.nl.pdf"
NUMBER = "85073003328"
"""Of domain.md B.10: made up."""


def _numbers(text: str) -> list[tuple[int, int]]:
    return list(national_numbers(re.sub(r"base64,[^\"]*|[0-9a-f]{64}|[0-9a-f]{12}(?=\.pdf)", "", text)))


def _drawn_over(content: bytes) -> bytes:
    """A page with the number on it, in a field and in the title."""
    with pikepdf.open(io.BytesIO(content)) as document:
        document.docinfo["/Title"] = f"INSZ {NUMBER}"
        font = next(iter(document.pages[0].obj.Resources.Font.keys()))
        document.pages[0].contents_add(f"BT {font} 12 Tf 60 700 Td (INSZ {NUMBER}) Tj ET".encode())
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


@pytest.fixture
def files(half_signed: World) -> dict[str, Path]:
    """Honest and otherwise; each file's own name holds the number, as what people send does."""
    signed = (half_signed.signed / PROTOCOL).read_bytes()
    unsigned = (half_signed.folder / "out" / CASE / "pdf" / PROTOCOL).read_bytes()
    contents = {
        "honest": signed,
        "attacked": attacks.isa(signed, 3),
        "noted": attacks.incremented(signed, attacks.free_text),
        "with field": attacks.with_text_field(unsigned, f"INSZ {NUMBER}"),
        "drawn over": _drawn_over(unsigned),
        "broken": signed[:-500],
        "no pdf": b"%PDF-1.7\n%%EOF\n",
    }
    made = {}
    for name, content in contents.items():
        made[name] = half_signed.folder / f"{name} {NUMBER}.pdf"
        made[name].write_bytes(content)
    return made


@pytest.mark.parametrize("form", ["text", "json"])
def test_verify_and_receive_tell_no_number(
    form: str,
    half_signed: World,
    files: dict[str, Path],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    (half_signed.signed / PROTOCOL).unlink()
    sent = str(half_signed.folder / "out" / CASE / "pdf" / PROTOCOL)
    for name, path in files.items():
        page = half_signed.folder / "judgement.html"
        half_signed.do("verify", str(path), "--against", sent, "--html", str(page), "--format", form, "-v")
        half_signed.do("receive", CASE, str(path), "--demo", "--kind", "protocol", "--format", form, "-v")
        told = capfd.readouterr()
        for source in (told.out, told.err, page.read_text("utf-8"), caplog.text):
            assert not _numbers(source), name
    half_signed.do("verify", str(half_signed.folder / f"none {NUMBER}.pdf"), "--format", form)
    told = capfd.readouterr()
    assert not _numbers(told.out + told.err)
    kept = half_signed.folder / "cases" / CASE
    assert not _numbers("\n".join(file.name for file in kept.rglob("*")))
    assert not _numbers((kept / "journal.jsonl").read_text("utf-8"))
