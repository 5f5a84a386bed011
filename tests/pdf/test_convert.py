"""Conversion: with the real LibreOffice, and with engines that misbehave."""

from __future__ import annotations

import http.server
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.pdf.test_package import with_field, with_relation

import builders
from docgen.documents import DocumentId, Docx
from docgen.errors import ExitCode, RenderFailed, ToolFailed, ToolMissing
from docgen.pdf import convert as convert_module
from docgen.pdf.convert import OneShotLibreOffice, convert, deadline_for, find_libreoffice
from docgen.pdf.inspect import facts
from docgen.xmp import Metadata
from processes import in_time, is_running

ID = DocumentId("VSA-2026-001", "protocol", "nl")


class Canned:
    """A converter that gives what it was told to give."""

    version = "canned"

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.deadlines: list[float] = []

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        self.deadlines.append(deadline)
        return self.pdf


def as_docx(content: bytes) -> Docx:
    return Docx(ID, content, builders.CONTRACT_TITLE)


def fake_soffice(folder: Path, script: str) -> OneShotLibreOffice:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return OneShotLibreOffice(program)


@pytest.mark.soffice
def test_two_conversions_give_the_same_bytes(
    contract_docx: bytes, contract_pdf: bytes, contract_metadata: Metadata, libreoffice: OneShotLibreOffice
) -> None:
    """Run at the same time in two threads, a second and more after the fixture's own run."""
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(convert, as_docx(contract_docx), converter=libreoffice, metadata=contract_metadata)
            for _ in range(2)
        ]
    assert [run.result().content == contract_pdf for run in runs] == [True, True]


@pytest.mark.soffice
def test_what_the_contract_becomes(contract_pdf: bytes) -> None:
    found = facts(contract_pdf)
    assert found.pages == 2
    assert found.sizes == ((595.3, 841.89),) * 2
    assert found.title == builders.CONTRACT_TITLE
    assert found.lang == builders.CONTRACT_LANG
    assert found.headings[:2] == ("Artikel 1. Partijen", "Artikel 2. Doel")
    assert found.destinations == ("sig5Fapplicant", "sig5Foffice")
    assert found.fonts == ("Carlito", "LiberationSans")


@pytest.mark.soffice
def test_nothing_is_left_behind(
    contract_docx: bytes, libreoffice: OneShotLibreOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert libreoffice.to_pdf(contract_docx, deadline=120).startswith(b"%PDF-1.")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.soffice
def test_rubbish_that_slips_through_is_not_laid_out_as_text(libreoffice: OneShotLibreOffice) -> None:
    """Without the named import filter LibreOffice makes a PDF of it."""
    with pytest.raises(ToolFailed) as caught:
        libreoffice.to_pdf(b"just some words, no Word file\n" * 20, deadline=120)
    assert caught.value.findings[0].code == "DG-P103"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine and the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - names the library looks for

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()


@pytest.mark.soffice
def test_libreoffice_itself_fetches_nothing(
    contract_docx: bytes, libreoffice: OneShotLibreOffice, listener: tuple[str, list[str]]
) -> None:
    """The second line of defence: a linked picture that never passed `require_harmless`."""
    address, asked = listener
    linked = builders.with_linked_picture(contract_docx, f"{address}/pixel.png")
    assert libreoffice.to_pdf(linked, deadline=120).startswith(b"%PDF")
    assert asked == []
    with pytest.raises(RenderFailed) as caught:
        convert(as_docx(linked), converter=libreoffice, metadata=Metadata("t", "nl-BE", "d", builders.MOMENT))
    assert caught.value.findings[0].code == "DG-P112"
    assert caught.value.findings[0].parameters["target"] == f"{address}/pixel.png"


@pytest.mark.soffice
def test_libreoffice_itself_follows_no_field_and_no_template(
    contract_docx: bytes, libreoffice: OneShotLibreOffice, listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    """The second line of defence for what `require_harmless` refuses: fields, a remote template, a data source."""
    address, asked = listener
    (tmp_path / "secret.txt").write_text("GEHEIM VAN DEZE MACHINE")
    hostile = contract_docx
    for field in (
        f'INCLUDEPICTURE "{address}/field.png" \\d',
        f'INCLUDETEXT "{(tmp_path / "secret.txt").as_uri()}"',
        f'INCLUDETEXT "{address}/text.docx"',
        f'LINK Word.Document.8 "{address}/link.docx" \\a',
        "DDEAUTO soffice x y",
    ):
        hostile = with_field(hostile, field)
    for kind in ("attachedTemplate", "mailMergeSource", "subDocument", "aFChunk", "frame"):
        hostile = with_relation(hostile, kind, f"{address}/{kind}")
    pdf = libreoffice.to_pdf(hostile, deadline=120)
    assert asked == []
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    assert b"Overeenkomst over mededeling" in text
    assert b"GEHEIM" not in text


@pytest.mark.soffice
def test_without_our_profile_libreoffice_would_fetch(
    contract_docx: bytes,
    libreoffice: OneShotLibreOffice,
    listener: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proof that the test above can fail."""
    address, asked = listener
    guarded = convert_module.office_environment
    monkeypatch.setattr(convert_module, "write_profile", Path.mkdir)
    monkeypatch.setattr(
        convert_module,
        "office_environment",
        lambda folder: {key: value for key, value in guarded(folder).items() if "proxy" not in key},
    )
    libreoffice.to_pdf(builders.with_linked_picture(contract_docx, f"{address}/pixel.png"), deadline=120)
    assert "/pixel.png" in asked


@pytest.mark.soffice
def test_the_version_names_the_program(libreoffice: OneShotLibreOffice) -> None:
    assert libreoffice.version.startswith("LibreOffice ")
    assert "\n" not in libreoffice.version


def test_a_hanging_engine_is_ended_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    engine = fake_soffice(tmp_path, f"sleep 600 &\necho $$ $! > {pids}\ntrap '' TERM INT\nwait\nsleep 600")
    with pytest.raises(ToolFailed) as caught:
        engine.to_pdf(b"", deadline=1.0)
    assert caught.value.findings[0].code == "DG-P102"
    assert caught.value.findings[0].parameters == {"seconds": "1"}
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 2
    assert in_time(lambda: not any(is_running(pid) for pid in started))


def test_an_engine_that_leaves_a_child_behind_is_cleaned_up_after(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    engine = fake_soffice(tmp_path, f"sleep 600 &\necho $! > {pids}\nprintf '%%PDF' > document.pdf")
    assert engine.to_pdf(b"", deadline=20) == b"%PDF"
    assert in_time(lambda: not is_running(int(pids.read_text())))


def test_an_engine_that_says_it_is_done_but_gives_nothing(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed) as caught:
        fake_soffice(tmp_path, "echo 'Error: source file could not be loaded'; exit 0").to_pdf(b"", deadline=20)
    assert caught.value.findings[0].code == "DG-P103"
    assert caught.value.findings[0].parameters["message"] == "Error: source file could not be loaded"


def test_an_engine_cannot_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert_module, "LARGEST_OUTPUT", 1_000_000)
    engine = fake_soffice(tmp_path, f"sleep 0.2\nhead -c 9000000 /dev/zero > {tmp_path}/filled")
    with pytest.raises(ToolFailed):
        engine.to_pdf(b"", deadline=20)
    assert (tmp_path / "filled").stat().st_size <= 1_000_000


@pytest.mark.parametrize("output", [b"", b"%PDF-1.6\n", b"<html>no PDF</html>"])
def test_an_engine_that_gives_rubbish(contract_docx: bytes, contract_metadata: Metadata, output: bytes) -> None:
    with pytest.raises(ToolFailed) as caught:
        convert(as_docx(contract_docx), converter=Canned(output), metadata=contract_metadata)
    assert caught.value.findings[0].code == "DG-P104"


def test_without_libreoffice_the_finding_says_what_to_install(tmp_path: Path) -> None:
    for environment in ({"PATH": str(tmp_path)}, {"PATH": os.defpath, "DOCGEN_SOFFICE": "/nowhere/soffice"}):
        with pytest.raises(ToolMissing) as caught:
            find_libreoffice(environment)
        assert caught.value.exit_code == ExitCode.TOOL_FAILED == 6
        assert caught.value.findings[0].parameters["package"] == "libreoffice-writer-nogui"
    with pytest.raises(ToolMissing):
        OneShotLibreOffice(tmp_path / "gone").to_pdf(b"", deadline=5)


def test_the_variable_wins_over_the_path(tmp_path: Path) -> None:
    program = fake_soffice(tmp_path, "exit 0").executable
    assert find_libreoffice({"PATH": os.defpath, "DOCGEN_SOFFICE": str(program)}).executable == program


def test_no_engine_ever_sees_a_file_that_is_no_word_file(contract_docx: bytes, contract_metadata: Metadata) -> None:
    engine = Canned(b"")
    for content in (b"", b"%PDF-1.7", contract_docx[: len(contract_docx) // 2]):
        with pytest.raises(RenderFailed) as caught:
            convert(as_docx(content), converter=engine, metadata=contract_metadata)
        assert caught.value.findings[0].place is not None
        assert caught.value.findings[0].place.file == "protocol.nl.docx"
    assert engine.deadlines == []


def test_the_deadline_grows_with_the_document(contract_docx: bytes, contract_metadata: Metadata) -> None:
    assert deadline_for(b"x" * 2_000_000) - deadline_for(b"") == pytest.approx(60)
    engine = Canned(b"")
    for given in (None, 7.5):
        with pytest.raises(ToolFailed):
            convert(as_docx(contract_docx), converter=engine, metadata=contract_metadata, deadline=given)
    assert engine.deadlines == [deadline_for(contract_docx), 7.5]
