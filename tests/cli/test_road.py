"""The whole way through the commands, and each way in which it ends early with its own exit code and advice."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.cli.conftest import ACCENTS, CASE, NASTY_NAME, World, new_world

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout


def test_the_protocol_is_signed_twice_and_published_clean(whole: World) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    public = whole.folder / "out" / CASE / "public" / "protocol.nl.pdf"
    seen = subprocess.run(["pdfsig", "-nocert", str(signed)], capture_output=True, text=True, check=True).stdout
    assert seen.count("Signature is Valid") == 2
    subprocess.run(["qpdf", "--check", str(signed)], check=True, capture_output=True)
    subprocess.run(["qpdf", "--check", str(public)], check=True, capture_output=True)
    unsigned = subprocess.run(["pdfsig", str(public)], capture_output=True, text=True, check=False).stdout
    assert "Signature #" not in unsigned
    with pikepdf.open(public) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "nl-BE"
        assert "/AcroForm" not in pdf.Root
    assert public.read_bytes().count(b"%%EOF") == 1


def test_no_national_number_of_the_signers_is_in_the_publication_copy(whole: World) -> None:
    signed = (whole.signed / "protocol.nl.pdf").read_bytes()
    public = (whole.folder / "out" / CASE / "public" / "protocol.nl.pdf").read_bytes()
    numbers = set(_serial_numbers(signed))
    assert len(numbers) == 2
    with pikepdf.open(io.BytesIO(public)) as pdf:
        decoded = b"".join(
            obj.read_bytes() if isinstance(obj, pikepdf.Stream) else obj.unparse() for obj in pdf.objects
        )
    for number in numbers:
        dotted = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
        for spelling in (number.encode(), dotted.encode(), number.encode("utf-16-be"), number.encode().hex().encode()):
            assert spelling not in public
            assert spelling not in decoded


def _serial_numbers(signed: bytes) -> list[str]:
    from asn1crypto import cms

    found = []
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            content = cms.ContentInfo.load(bytes(field.V.Contents).rstrip(b"\0"))["content"]
            subjects = [certificate.chosen.subject.native for certificate in content["certificates"]]
            found += [str(subject["serial_number"]) for subject in subjects if "serial_number" in subject]
    return found


def test_markup_and_combining_accents_in_names_are_printed_as_they_are(whole: World) -> None:
    text = text_of(whole.signed / "protocol.nl.pdf")
    assert NASTY_NAME in text
    assert "Zoë Réctor" in text or ACCENTS in text
    page = (whole.folder / "out" / "site" / f"{CASE}.html").read_text("utf-8")
    assert "Smith &amp; Co &lt;B.V.&gt;" in page


def test_rebuilding_and_republishing_change_nothing(whole: World, printed: Callable[[], Any]) -> None:
    before = _kept(whole.folder)
    assert whole.do("build", CASE, "--format", "json") == 0
    states = {document["kind"]: document["state"] for document in printed()["documents"]}
    assert states == {
        "application": "signed",
        "security_declaration": "signed",
        "dpo_advice": "up to date",
        "protocol": "signed",
    }
    assert whole.do("publish", "--demo", "--format", "json") == 0
    result = printed()
    assert [document["state"] for document in result["documents"]] == ["up to date"]
    assert result["site_changed"] is False
    assert _kept(whole.folder) == before


def _kept(folder: Path) -> dict[Path, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")
    return {file: file.read_bytes() for file in files if ".cache" not in file.parts}


def test_verify_tells_who_signed_in_which_role(whole: World, printed: Callable[[], Any]) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    assert whole.do("verify", str(signed), "--demo", "--format", "json") == ExitCode.DONE
    (judged,) = printed()["files"]
    assert [(one["slot"], one["role"], one["valid"]) for one in judged["signatures"]] == [
        ("applicant", "controller", True),
        ("chief_statistician", "chief_statistician", True),
    ]
    assert judged["whole_file_covered"] is True


def test_without_trust_nothing_is_valid(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert whole.do("verify", str(whole.signed / "protocol.nl.pdf"), "--lang", "nl") == ExitCode.VALIDATION_FAILED
    assert "niet vertrouwd" in capsys.readouterr().out


def test_half_signed_protocol_is_not_published(half_signed: World, capsys: pytest.CaptureFixture[str]) -> None:
    code = half_signed.do("publish", CASE, "--demo", "--lang", "nl", "--log-format", "text")
    assert code == ExitCode.PUBLICATION_REFUSED
    told = capsys.readouterr().err
    assert "D-28" in told
    assert "→" in told
    assert not (half_signed.folder / "out" / CASE / "public").exists()


def test_protocol_changed_after_signing_does_not_hold(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    content = bytearray(signed.read_bytes())
    content[len(content) // 3] ^= 1
    signed.write_bytes(content)
    assert whole.do("verify", str(signed), "--demo", "--lang", "nl") == ExitCode.VALIDATION_FAILED
    assert "→" in capsys.readouterr().out
    assert whole.do("publish", CASE, "--demo") in (ExitCode.VALIDATION_FAILED, ExitCode.PUBLICATION_REFUSED)


def test_security_declaration_is_never_published(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--kind", "security_declaration", "--demo", "--lang", "nl", "--log-format", "text"]
    code = whole.do("publish", CASE, *arguments)
    assert code == ExitCode.PUBLICATION_REFUSED
    assert "DG-R110" in capsys.readouterr().err
    assert not list((whole.folder / "out" / "site").glob("*declaration*"))


def test_the_office_cannot_sign_first(road: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = road.copy(tmp_path / "fresh")
    (world.signed / "protocol.nl.pdf").unlink()
    assert world.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == ExitCode.RULE_REFUSES
    assert "D-25" in capsys.readouterr().err


def test_nobody_signs_while_a_rule_finds_an_error(half_signed: World, capsys: pytest.CaptureFixture[str]) -> None:
    with half_signed.case_file.open("a", encoding="utf-8") as file:
        file.write("delegation: {signer: {name: Dirk Deepeeo}, granted_by: {name: X}, proof: volmacht.pdf}\n")
    proof = half_signed.folder / "cases" / CASE / "received" / "volmacht.pdf"
    proof.parent.mkdir(exist_ok=True)
    proof.write_bytes(b"%PDF-1.7 proof")
    before = (half_signed.signed / "protocol.nl.pdf").read_bytes()
    assert half_signed.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == ExitCode.RULE_REFUSES
    assert "D-24c" in capsys.readouterr().err
    assert (half_signed.signed / "protocol.nl.pdf").read_bytes() == before


def test_a_slot_is_signed_once(half_signed: World) -> None:
    before = (half_signed.signed / "protocol.nl.pdf").read_bytes()
    assert half_signed.do("sign", CASE, "protocol", "--slot", "applicant", "--demo") == ExitCode.SIGNING_FAILED
    assert (half_signed.signed / "protocol.nl.pdf").read_bytes() == before


def test_signing_with_a_key_file_and_a_passphrase_from_a_descriptor(half_signed: World, tmp_path: Path) -> None:
    from docgen.signing.demo_pki import DemoPki

    pki = DemoPki.open(half_signed.folder / "out" / "demo" / "pki")
    office = (half_signed.folder / "templates" / "vsa" / "office.yaml").read_text("utf-8")
    name = "Hanne Hoofdcijfer"
    assert name in office
    key = tmp_path / "chief.p12"
    key.write_bytes(pki.pkcs12_for(name, lambda: "geheim"))
    root = half_signed.folder / "out" / "demo" / "pki" / "root.cert.pem"
    arguments = ["sign", CASE, "protocol", "--slot", "chief_statistician", "--trust", str(root)]
    arguments += ["--pkcs12", str(key), "--secret-fd"]
    for passphrase, expected in (("fout\n", ExitCode.SIGNING_FAILED), ("geheim\n", ExitCode.DONE)):
        secret = tmp_path / "secret"
        secret.write_text(passphrase)
        with secret.open("rb") as stream:
            assert half_signed.do(*arguments, str(stream.fileno())) == expected


def test_a_stranger_cannot_sign(half_signed: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from docgen.signing.demo_pki import DemoPki

    key = tmp_path / "stranger.p12"
    key.write_bytes(DemoPki.open(half_signed.folder / "out" / "demo" / "pki").pkcs12_for("Mallory", lambda: "x"))
    (tmp_path / "secret").write_text("x\n")
    with (tmp_path / "secret").open("rb") as stream:
        arguments = ["--slot", "chief_statistician", "--p12", str(key), "--secret-fd", str(stream.fileno())]
        root = half_signed.folder / "out" / "demo" / "pki" / "root.cert.pem"
        code = half_signed.do("sign", CASE, "protocol", *arguments, "--trust", str(root))
    assert code == ExitCode.SIGNING_FAILED
    assert "DG-X113" in capsys.readouterr().err


def test_misspelt_field_in_a_case(road: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = new_world(tmp_path / "world")
    text = road.case_file.read_text("utf-8").replace("\nretention:", "\nretensie:")
    world.case_file.write_text(text, "utf-8")
    line = text[: text.index("\nretensie:")].count("\n") + 2
    assert world.do("check", CASE, "--lang", "nl") == ExitCode.CASE_INVALID
    told = capsys.readouterr().out
    assert f"{CASE}.yaml:{line}:1" in told
    assert "retention" in told
    assert world.do("build", CASE) == ExitCode.CASE_INVALID


def test_misspelt_tag_in_a_template(road: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = road.copy(tmp_path / "world")
    _misspell(world.folder / "templates" / "vsa" / "nl" / "dpo_advice.docx", b"applicant.name", b"applicant.nam")
    code = world.do("build", CASE, "--kind", "dpo_advice", "--lang", "nl")
    assert code == ExitCode.CONTENT_INVALID
    told = capsys.readouterr().out
    assert "dpo_advice.docx" in told
    assert "applicant.nam" in told
    assert "applicant.name" in told


def _misspell(template: Path, right: bytes, wrong: bytes) -> None:
    source = template.read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as package, zipfile.ZipFile(template, "w") as target:
        for member in package.infolist():
            content = package.read(member)
            if member.filename == "word/document.xml":
                assert right in content
                content = content.replace(right, wrong, 1)
            target.writestr(member.filename, content)


def test_missing_libreoffice(
    road: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert road.do("build", CASE, "--lang", "nl") == ExitCode.TOOL_FAILED
    assert "libreoffice-writer-nogui" in capsys.readouterr().err


def test_flatten_and_audit_any_pdf(whole: World, tmp_path: Path, printed: Callable[[], Any]) -> None:
    signed = whole.signed / "security_declaration.nl.pdf"
    copy = tmp_path / "copy.pdf"
    assert whole.do("flatten", str(signed), str(copy), "--holder", "Testdienst", "--format", "json") == ExitCode.DONE
    assert printed()["audit"]["ok"] is True
    assert json.loads(copy.with_suffix(".audit.json").read_text())["ok"] is True
    assert whole.do("audit", str(copy), "--source", str(signed)) == ExitCode.DONE
    assert whole.do("audit", str(signed), "--source", str(signed)) == ExitCode.PUBLICATION_REFUSED


def test_journal_is_whole_and_notices_tampering(
    whole: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert whole.do("journal", CASE, "--verify", "--format", "json") == ExitCode.DONE
    told = printed()
    assert told["last_hash"] == told["entries"][-1]["hash"]
    assert whole.do("journal", CASE, "--holding", told["entries"][0]["hash"].upper()) == ExitCode.DONE
    assert whole.do("journal", CASE, "--holding", "0" * 64) == ExitCode.VALIDATION_FAILED
    events = [(entry["event"], entry["document"]) for entry in told["entries"]]
    assert ("signed", "protocol.nl") in events
    assert ("published", "protocol.nl") in events
    journal = whole.folder / "cases" / CASE / "journal.jsonl"
    kept = journal.read_bytes()
    journal.write_bytes(kept.replace(b"application.nl", b"application.fr", 1))
    assert whole.do("journal", CASE, "--verify") == ExitCode.VALIDATION_FAILED
    assert whole.do("journal", CASE) == ExitCode.VALIDATION_FAILED
    signed = [line for line in kept.splitlines(keepends=True) if b'"event":"signed"' in line]
    journal.write_bytes(kept[: kept.index(signed[-1])])
    capsys.readouterr()
    assert whole.do("journal", CASE, "--verify", "--format", "json") == ExitCode.VALIDATION_FAILED
    assert [one["code"] for one in printed()["findings"]] == ["DG-D123"]


def test_nothing_is_signed_that_a_broken_journal_could_not_tell(half_signed: World) -> None:
    journal = half_signed.folder / "cases" / CASE / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"\xff half a line")
    before = (half_signed.signed / "protocol.nl.pdf").read_bytes()
    signing = half_signed.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo")
    assert signing == ExitCode.VALIDATION_FAILED
    assert (half_signed.signed / "protocol.nl.pdf").read_bytes() == before
    assert half_signed.do("journal", CASE, "--sent", "protocol") == ExitCode.VALIDATION_FAILED


def test_what_was_sent_is_recorded(half_signed: World, printed: Callable[[], Any]) -> None:
    sent = (half_signed.signed / "protocol.nl.pdf").read_bytes()
    assert half_signed.do("journal", CASE, "--sent", "protocol", "--verify", "--format", "json") == ExitCode.DONE
    last = printed()["entries"][-1]
    assert (last["event"], last["document"], last["digest"]) == ("sent", "protocol.nl", sha256(sent).hexdigest())
    assert half_signed.do("journal", CASE, "--sent", "addendum") == ExitCode.RULE_REFUSES


def test_status_follows_the_signatures(half_signed: World, whole: World, printed: Callable[[], Any]) -> None:
    assert half_signed.do("status", CASE, "--demo", "--format", "json") == ExitCode.DONE
    assert (printed()["cases"][0]["step"], 1)[0] == "office_signs"
    assert whole.do("status", CASE, "--demo", "--format", "json") == ExitCode.DONE
    assert printed()["cases"][0]["step"] == "delivery"
