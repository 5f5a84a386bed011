"""`docgen review`: native Word comments at the fields concerned, in the applicant's own document."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree
from tests.cli.conftest import ROOT, World, new_world

from docgen.errors import ExitCode
from docgen.word.controls import W, tag_of

CASE = "STATBEL-2026-004"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    made = new_world(tmp_path)
    shutil.copy(ROOT / "cases" / f"{CASE}.yaml", made.folder / "cases")
    return made


def test_open_remarks_stand_at_their_fields(world: World) -> None:
    assert world.do("review", CASE) == ExitCode.DONE
    reviewed = (world.folder / "out" / CASE / "review" / "application.nl.docx").read_bytes()
    document = docx.Document(io.BytesIO(reviewed))
    found = {comment.comment_id: comment for comment in document.comments}
    assert {comment.author for comment in found.values()} == {"DPO-team"}
    assert {comment.initials for comment in found.values()} == {"DPO"}
    assert any("doctoraat" in comment.text for comment in found.values())
    with zipfile.ZipFile(io.BytesIO(reviewed)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    anchored = {}
    for start in root.iter(f"{W}commentRangeStart"):
        following = start.getnext()
        anchored[int(start.get(f"{W}id"))] = tag_of(following) if following.tag == f"{W}sdt" else ""
    by_field = {anchored[number]: comment.text for number, comment in found.items()}
    assert "doctoraat" in by_field["retention.motivation"]
    assert any(tag.startswith("partners[1].receives_data") for tag in by_field)


def test_the_last_received_form_gets_the_comments_and_stays_as_it_is(world: World) -> None:
    assert world.do("review", CASE, "--kind", "application") == ExitCode.DONE
    form = (world.folder / "out" / CASE / "review" / "application.nl.docx").read_bytes()
    received = world.folder / "cases" / CASE / "received" / "application.nl.0123456789ab.docx"
    received.parent.mkdir(parents=True)
    received.write_bytes(form)
    target = world.folder / "met opmerkingen.docx"
    assert world.do("review", CASE, "--kind", "application", "-o", str(target)) == ExitCode.DONE
    assert received.read_bytes() == form
    before = len(list(docx.Document(io.BytesIO(form)).comments))
    assert len(list(docx.Document(target).comments)) == 2 * before


def test_without_a_form_and_with_a_case_too_empty_to_make_one_it_says_what_to_do_first(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.do("new", "vsa", "new", "--id", "VSA-2026-050") == ExitCode.DONE
    file = world.folder / "cases" / "VSA-2026-050.yaml"
    text = file.read_text("utf-8")
    assert text.count("\ntitle:  # ") == 1
    file.write_text(text.replace("\ntitle:  # ", "\ntitle: Proef  # "), "utf-8")
    assert world.do("review", "VSA-2026-050", "--lang", "nl") == ExitCode.RULE_REFUSES
    assert "docgen receive VSA-2026-050" in capsys.readouterr().err
