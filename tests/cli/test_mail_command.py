"""`docgen mail` on the whole road: real documents, real signatures, a real publication copy."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from tests.cli.conftest import ACCENTS, CASE, NASTY_NAME, World

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


def test_both_versions_go_out_as_they_lie_in_the_dossier(whole: World, printed: Callable[[], Any]) -> None:
    before = (whole.folder / "cases" / CASE / "journal.jsonl").read_bytes()
    assert whole.do("mail", CASE, "versions", "--demo", "--format", "json") == 0
    result = printed()
    draft = whole.folder / "out" / CASE / "mail" / "versions.nl.eml"
    assert result["path"] == str(draft)
    message = message_from_bytes(draft.read_bytes(), policy=default)
    enclosed = {part.get_filename(): part.get_content() for part in message.iter_attachments()}  # type: ignore[attr-defined]
    assert list(enclosed) == result["enclosures"]
    assert list(enclosed.values()) == [
        (whole.signed / "protocol.nl.pdf").read_bytes(),
        (whole.folder / "out" / CASE / "public" / "protocol.nl.pdf").read_bytes(),
    ]
    assert ACCENTS in str(message["To"])
    assert (whole.folder / "cases" / CASE / "journal.jsonl").read_bytes() == before


def test_signatures_that_nobody_trusts_do_not_go_out(whole: World, printed: Callable[[], Any]) -> None:
    assert whole.do("mail", CASE, "versions", "--format", "json") == ExitCode.RULE_REFUSES
    assert "DG-M127" in [finding["code"] for finding in printed()["findings"]]


def test_half_signed_documents_are_not_sent_again_or_as_both_versions(
    half_signed: World, printed: Callable[[], Any]
) -> None:
    assert half_signed.do("mail", CASE, "approved", "--demo", "--format", "json") == ExitCode.RULE_REFUSES
    assert [finding["code"] for finding in printed()["findings"]] == ["DG-M114"]
    assert half_signed.do("mail", CASE, "versions", "--demo", "--format", "json") == ExitCode.RULE_REFUSES
    assert [finding["code"] for finding in printed()["findings"]] == ["DG-M127", "DG-M128"]
    assert not (half_signed.folder / "out" / CASE / "mail").exists()


def test_documents_to_sign_go_out_with_a_name_that_breaks_careless_programs(half_signed: World) -> None:
    for file in half_signed.signed.iterdir():
        file.unlink()
    assert half_signed.do("mail", CASE, "approved", "--demo") == 0
    draft = half_signed.folder / "out" / CASE / "mail" / "approved.nl.eml"
    message = message_from_bytes(draft.read_bytes(), policy=default)
    body = message.get_body().get_content()  # type: ignore[attr-defined]
    assert f"de wettelijke vertegenwoordiger van {NASTY_NAME}. Ondertekent" in body
    kinds = ("application", "security_declaration", "protocol")
    built = [(half_signed.folder / "out" / CASE / "pdf" / f"{kind}.nl.pdf").read_bytes() for kind in kinds]
    assert [part.get_content() for part in message.iter_attachments()] == built  # type: ignore[attr-defined]


def test_without_a_step_it_says_which_emails_there_are(
    whole: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert whole.do("mail", CASE, "--demo", "--format", "json") == 0
    mails = {one["step"]: one["open"] for one in printed()["mails"]}
    assert mails["versions"] is True
    assert mails["approved"] is False
    assert "addendum" not in mails
    assert whole.do("mail", CASE, "--demo", "--lang", "nl") == 0
    assert "Beide versies van het ondertekende document" in capsys.readouterr().out


def test_an_unknown_name_is_wrong_use_and_names_the_known_ones(
    whole: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert whole.do("mail", CASE, "versie", "--lang", "nl") == ExitCode.WRONG_USE
    said = capsys.readouterr().err
    assert "DG-M118" in said
    assert "versions" in said
