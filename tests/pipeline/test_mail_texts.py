"""The e-mails as the applicant reads them: every text of every office and language, against the approved wording.

The files in `letters/` are read by legal staff. When a text changes on purpose, look at the new letter and put it there
with `DOCGEN_APPROVE=1 pytest tests/pipeline/test_mail_texts.py`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml

from docgen.decide.facts import Dossier, SignedSlot
from docgen.documents import DocumentId, ValidationReport, sha256
from docgen.dossier import content, files, letters
from docgen.dossier.manifest import Made, Manifest
from docgen.dossier.roots import Roots
from docgen.errors import ContentInvalid, DocgenError, ExitCode
from docgen.numbers import national_numbers
from docgen.pipeline.mail import Drafted, draft_mail
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import trust_from

ROOT = Path(__file__).parents[2]
LETTERS = Path(__file__).parent / "letters"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
APPROVED = ("dpo_advice.dpo", "dpo_advice.director_general")
FILED = ("application.applicant", "security_declaration.security")
CONTRACT = ("contract.applicant", "contract.director_general")
PROTOCOL = ("protocol.applicant", "protocol.chief_statistician")
DELIVERED = {"dates": {"delivered": date(2026, 11, 20)}}
LATE = datetime(2033, 12, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    """An e-mail of a sample case, and what must be so for it."""

    case: str
    step: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What is otherwise than in the sample case; None takes a section out."""
    signed: tuple[str, ...] = ()
    now: datetime = NOW
    lang: str = "nl"

    @property
    def name(self) -> str:
        return f"{self.case}.{self.step}.{self.lang}"


REMARK = {"date": date(2026, 11, 16), "document": "application", "field": "retention.motivation"}
REMARKED = {"review": [{**REMARK, "comment": "Motiveer de vier maanden na het project.", "resolved": False}]}
RESOLVED: dict[str, Any] = {"review": []}
UNDECIDED = {"decision": None}
ALL = (
    Letter("VSA-2026-001", "acknowledgement", UNDECIDED),
    Letter("VSA-2026-001", "remarks", {**UNDECIDED, **REMARKED}),
    Letter("VSA-2026-001", "approved"),
    Letter("VSA-2026-002", "addendum"),
    Letter("VSA-2026-001", "versions", signed=PROTOCOL),
    Letter("VSA-2026-001", "reminder"),
    Letter("VSA-2026-002", "retention", DELIVERED, now=datetime(2030, 11, 4, 9, 0, tzinfo=UTC)),
    Letter("STATBEL-2026-004", "acknowledgement", {**RESOLVED, "dates": {"complete": date(2026, 11, 18)}}, FILED),
    Letter("STATBEL-2026-004", "remarks"),
    Letter("STATBEL-2026-001", "approved", signed=APPROVED),
    Letter("STATBEL-2026-002", "addendum", {"dpo_advice": {"conclusion": "favourable"}}, APPROVED),
    Letter("STATBEL-2026-005", "approved", signed=APPROVED),  # article 20: the advice goes along
    Letter("STATBEL-2026-001", "versions", signed=CONTRACT),
    Letter("STATBEL-2026-002", "reminder"),
    Letter("STATBEL-2026-002", "retention", DELIVERED, now=LATE),
    Letter("STATBEL-2026-006", "acknowledgement", signed=FILED, lang="fr"),
    Letter("STATBEL-2026-006", "remarks", {"review": [{**REMARK, "comment": "Motivez la durée."}]}, lang="fr"),
    Letter("STATBEL-2026-003", "approved", signed=APPROVED, lang="fr"),
    Letter("STATBEL-2026-002", "addendum", {"dpo_advice": {"conclusion": "favourable"}}, APPROVED, lang="fr"),
    Letter("STATBEL-2026-003", "versions", signed=CONTRACT, lang="fr"),
    Letter("STATBEL-2026-003", "reminder", lang="fr"),
    Letter("STATBEL-2026-002", "retention", DELIVERED, now=LATE, lang="fr"),
)


class Desk:
    """A workspace in which the documents of a case stand ready, with content that says which they are."""

    def __init__(self, folder: Path, letter: Letter) -> None:
        self.letter = letter
        self.roots = Roots(ROOT / "templates", folder / "cases", folder / "out")
        for sample in (ROOT / "cases").glob("*.yaml"):
            values = yaml.safe_load(sample.read_text("utf-8"))
            if sample.stem == letter.case:
                values = _changed(values, {**letter.changes, "language": letter.lang})
            files.write(self.roots.case_file(sample.stem), yaml.safe_dump(values, allow_unicode=True).encode())
        wording, rules = content.wording(self.roots), content.rules(self.roots)
        self.shop = Workshop.equipped(self.roots, wording, rules, letter.now, trust_from([]))

    def standing(self) -> Standing:
        """The case as if it bore the signatures that the letter needs."""
        standing = stand(self.shop, self.letter.case)
        slots = tuple(SignedSlot(*slot.split("."), signed_on=date(2026, 11, 2)) for slot in self.letter.signed)
        holds = ValidationReport("", (object(),), (), whole_file_covered=True)  # type: ignore[arg-type]
        kinds = {slot.kind for slot in slots}
        dossier = Dossier(received=standing.dossier.received, signed=slots)
        return replace(standing, dossier=dossier, reports=dict.fromkeys(kinds, holds))

    def prepare(self) -> None:
        """Put every document there, in the forms that go with its signatures."""
        standing = self.standing()
        kinds = standing.office.kinds
        complete = [kind for kind in kinds if standing.dossier.is_complete(kind, kinds[kind])]
        manifest = Manifest(self.letter.case)
        for kind in kinds:
            document = standing.document(kind)
            if kind in complete:
                manifest = self._publish(document, manifest)
            elif self.letter.step != "remarks":  # these come back in the form as it would be built now
                manifest = self._build(document, manifest)
        files.write(self.roots.manifest(self.letter.case), manifest.to_json())

    def _build(self, document: DocumentId, manifest: Manifest) -> Manifest:
        made = {
            path: f"{document} {path.suffix}".encode() for path in (self.roots.docx(document), self.roots.pdf(document))
        }
        for path, produced in made.items():
            files.write(path, produced)
        folder = self.roots.out / document.case
        outputs = {path.relative_to(folder).as_posix(): sha256(produced) for path, produced in made.items()}
        inputs = {"case": sha256(self.roots.case_file(document.case).read_bytes())}
        return manifest.with_document(document.stem, Made(inputs, outputs))

    def _publish(self, document: DocumentId, manifest: Manifest) -> Manifest:
        signed, public = f"{document} signed".encode(), f"{document} public".encode()
        files.write(self.roots.signed(document), signed)
        files.write(self.roots.public(document), public)
        files.write(self.roots.audit(document), f'{{"digest": "{sha256(public)}"}}'.encode())
        return manifest.with_document(f"public/{document.stem}", Made({"signed": sha256(signed)}, {}))

    def draft(self) -> Drafted:
        return draft_mail(self.shop, self.standing(), self.letter.step)

    def refusal(self) -> tuple[type[DocgenError], list[str]]:
        """How drafting ends when it is refused, and with which codes."""
        with pytest.raises(DocgenError) as caught:
            self.draft()
        return type(caught.value), [finding.code for finding in caught.value.findings]


def _changed(values: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(values)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = {**merged.get(name, {}), **value} if isinstance(value, Mapping) else value
    return merged


def read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def as_read(message: EmailMessage) -> str:
    """The e-mail as a person sees it."""
    names = [f"  {part.get_filename()} [{part.get_content_type()}]" for part in message.iter_attachments()]
    heads = [f"{name}: {message[name]}" for name in ("From", "To", "Cc", "Subject") if message[name]]
    body = message.get_body()
    assert body is not None
    return "\n".join([*heads, "Attachments:", *names, "", body.get_content().replace("\r\n", "\n")])


@pytest.mark.parametrize("letter", ALL, ids=lambda letter: letter.name)
def test_the_letter_reads_as_approved(letter: Letter, tmp_path: Path) -> None:
    desk = Desk(tmp_path, letter)
    desk.prepare()
    drafted = desk.draft()
    assert drafted.path == tmp_path / "out" / letter.case / "mail" / f"{letter.step}.{letter.lang}.eml"
    text = as_read(read(drafted.path))
    approved = LETTERS / f"{letter.name}.txt"
    if os.environ.get("DOCGEN_APPROVE"):
        files.write(approved, text.encode())
    assert text == approved.read_text("utf-8")
    assert not any(national_numbers(text))
    assert "{" not in text
    assert "\n\n\n" not in text


def test_there_is_an_approved_letter_for_every_text_and_no_other() -> None:
    texts = {(file.parts[-4], file.parts[-3], file.stem) for file in (ROOT / "templates").glob("*/*/mail/*.txt")}
    assert {(letter.case.split("-")[0].lower(), letter.lang, letter.step) for letter in ALL} == texts
    assert {file.stem for file in LETTERS.glob("*.txt")} == {letter.name for letter in ALL}


def test_the_same_draft_gives_the_same_bytes_and_looks_like_nothing_sent(tmp_path: Path) -> None:
    drafts = []
    for folder in ("one", "two"):
        desk = Desk(tmp_path / folder, Letter("VSA-2026-001", "approved"))
        desk.prepare()
        drafts.append(desk.draft().path)
    first, second = (path.read_bytes() for path in drafts)
    assert first == second
    message = read(drafts[0])
    assert message["X-Unsent"] == "1"
    assert message["Content-Language"] == "nl"
    assert message["Date"] is None
    assert message["Message-ID"] is None
    assert b"\r\n" in first
    assert b"\n" not in first.replace(b"\r\n", b"")
    contents = [part.get_content() for part in message.iter_attachments()]
    assert contents == [
        f"VSA-2026-001 {kind}.nl .pdf".encode() for kind in ("application", "security_declaration", "protocol")
    ]


def test_what_is_returned_bears_our_remarks_at_their_fields(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Letter("STATBEL-2026-004", "remarks"))
    desk.prepare()
    (returned,) = read(desk.draft().path).iter_attachments()
    comments = [comment.text for comment in docx.Document(io.BytesIO(returned.get_content())).comments]
    assert [text for text in comments if "doctoraat" in text]
    assert len(comments) == 2


def test_nothing_is_journalled_because_nothing_left(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Letter("VSA-2026-001", "approved"))
    desk.prepare()
    desk.draft()
    assert not desk.roots.journal("VSA-2026-001").exists()
    written = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.eml")}
    assert written == {"out"}


@pytest.mark.parametrize(
    ("letter", "codes"),
    [
        (Letter("VSA-2026-001", "approved", UNDECIDED), ["D-23"]),
        (Letter("VSA-2026-001", "approved", {"decision": {"outcome": "refused"}}), ["D-23"]),
        (Letter("VSA-2026-001", "approved", {"dates": {"withdrawn": date(2026, 7, 9)}}), ["DG-M111"]),
        (Letter("VSA-2026-001", "approved", signed=("protocol.applicant",)), ["DG-M114"]),
        (Letter("VSA-2026-001", "addendum"), ["DG-M110"]),
        (Letter("VSA-2026-001", "acknowledgement"), ["DG-M114"]),
        (Letter("VSA-2026-001", "acknowledgement", {**UNDECIDED, "dates": None}), ["DG-M112"]),
        (Letter("VSA-2026-001", "acknowledgement", {**UNDECIDED, **REMARKED}), ["DG-M112"]),
        (Letter("STATBEL-2026-006", "acknowledgement", signed=FILED[:1], lang="fr"), ["DG-M112"]),
        (
            Letter("STATBEL-2026-004", "acknowledgement", {"dates": {"complete": date(2026, 11, 18)}}, FILED),
            ["DG-M112"],
        ),
        (Letter("VSA-2026-001", "remarks", UNDECIDED), ["DG-M117"]),
        (Letter("VSA-2026-001", "versions", signed=("protocol.applicant",)), ["DG-M127", "DG-M128"]),
        (Letter("VSA-2026-001", "retention"), ["DG-M112", "DG-M115"]),
        (Letter("VSA-2026-001", "retention", {**DELIVERED, "retention": {"until": None, "months": 60}}), ["DG-M116"]),
        (Letter("STATBEL-2026-001", "approved"), ["D-25"]),
        (Letter("STATBEL-2026-001", "approved", {"dpo_advice": {"conclusion": "unfavourable"}}, APPROVED), ["D-25"]),
        (Letter("STATBEL-2026-006", "reminder", lang="fr"), []),
        (
            Letter("STATBEL-2026-008", "approved", {"applicant": {"controller": None, "dpo": None}}, APPROVED),
            ["DG-M130"],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Letter) else "",
)
def test_an_email_waits_for_its_turn(letter: Letter, codes: list[str], tmp_path: Path) -> None:
    desk = Desk(tmp_path, letter)
    desk.prepare()
    if not codes:
        assert desk.draft().path.is_file()
        return
    kind, found = desk.refusal()
    assert found == codes
    assert kind.exit_code == ExitCode.RULE_REFUSES
    assert not list(tmp_path.rglob("*.eml"))


def test_a_reminder_goes_only_while_it_is_the_applicants_turn(tmp_path: Path) -> None:
    signed = ("application.applicant", "security_declaration.security")
    desk = Desk(tmp_path, Letter("STATBEL-2026-006", "reminder", signed=signed, lang="fr"))
    assert desk.refusal()[1] == ["DG-M113"]


def test_an_enclosure_that_is_not_as_it_should_be_stays_here(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Letter("VSA-2026-001", "approved"))
    assert desk.refusal()[1] == ["DG-M124"] * 3
    desk.prepare()
    protocol = desk.standing().document("protocol")
    files.write(desk.roots.pdf(protocol), b"something else")
    assert desk.refusal()[1] == ["DG-M125"]
    desk.prepare()
    case = desk.roots.case_file("VSA-2026-001")
    files.write(case, case.read_bytes() + b"# changed after the documents were built\n")
    assert desk.refusal()[1] == ["DG-M125"] * 3
    desk.prepare()
    files.write(desk.roots.signed(protocol), b"signed")
    found = desk.refusal()[1]
    assert found == ["DG-M126"]


def test_a_publication_copy_of_another_original_or_without_its_audit_stays_here(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Letter("VSA-2026-001", "versions", signed=PROTOCOL))
    desk.prepare()
    protocol = desk.standing().document("protocol")
    files.write(desk.roots.public(protocol), b"changed after the audit")
    assert desk.refusal()[1] == ["DG-M128"]
    desk.prepare()
    files.write(desk.roots.signed(protocol), b"signed once more")
    assert desk.refusal()[1] == ["DG-M128"]
    desk.prepare()
    desk.roots.audit(protocol).write_text("[]")
    assert desk.refusal()[1] == ["DG-M128"]
    desk.prepare()
    desk.roots.audit(protocol).unlink()
    assert desk.refusal()[1] == ["DG-M128"]


@pytest.mark.parametrize(
    ("text", "code", "line", "exit_code"),
    [
        ("Geen onderwerp\n\nGeachte,\n", "DG-M123", 1, ExitCode.CONTENT_INVALID),
        ("", "DG-M123", 1, ExitCode.CONTENT_INVALID),
        ("Onderwerp: {{ titel }}\n", "DG-M104", 1, ExitCode.CONTENT_INVALID),
        ("Onderwerp: x\n\n{{ applicant.naam }}\n", "DG-M104", 3, ExitCode.CONTENT_INVALID),
        ("Onderwerp: x\n\n\n{{ zzzz }}\n", "DG-M105", 4, ExitCode.CONTENT_INVALID),
        ("Onderwerp: x\n{{ base.number }}\n", "DG-M106", 2, ExitCode.RENDERING_FAILED),
        ("Onderwerp: x\n\n{% if title %}\n", "DG-M107", 3, ExitCode.CONTENT_INVALID),
        ("Onderwerp: x\n{{ title.__class__ }}\n", "DG-M105", 2, ExitCode.CONTENT_INVALID),
        ("Onderwerp: x\n\n{{ title|date }}\n", "DG-M106", 3, ExitCode.RENDERING_FAILED),
        ("Onderwerp: x\n{{ 1 / 0 }}\n", "DG-M108", 2, ExitCode.RENDERING_FAILED),
        ("Onderwerp: x\n{% include 'office.yaml' %}\n", "DG-M108", 2, ExitCode.RENDERING_FAILED),
        ("Onderwerp: x\nNummer 85.07.30-033.28\n", "DG-M132", 0, ExitCode.RULE_REFUSES),
    ],
)
def test_a_mistake_in_a_text_is_named_at_its_line(
    text: str, code: str, line: int, exit_code: ExitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, Letter("VSA-2026-001", "approved"))
    desk.prepare()
    monkeypatch.setattr(letters, "text", lambda *_: ("nl/mail/approved.txt", text))
    with pytest.raises(DocgenError) as caught:
        desk.draft()
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.line if finding.place else 0) == (code, line)
    assert caught.value.exit_code == exit_code
    assert "85.07" not in str(caught.value)


def test_a_text_that_is_not_there_is_named_with_its_place(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Letter("STATBEL-2026-003", "approved", signed=APPROVED, lang="en"))
    desk.prepare()
    kind, codes = desk.refusal()
    assert (kind, codes) == (ContentInvalid, ["DG-M121"])
