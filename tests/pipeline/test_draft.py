"""Drafts as files: whatever stands in a case, the headers stay headers and the words come back as they were."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.pipeline.draft import PDF, Attached, BadAddress, Correspondent, Draft, as_eml, one_line

OFFICE = Correspondent("Statbel, het bureau", "microdata@statbel.example")
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


def draft(
    *,
    subject: str = "S",
    name: str = "N",
    email: str = "n@x.example",
    body: str = "B\n",
    attached: tuple[Attached, ...] = (),
) -> Draft:
    return Draft(OFFICE, Correspondent(name, email), (), subject, body, "nl", attached)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@given(subject=st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_a_subject_stays_one_header(subject: str) -> None:
    message = read(as_eml(draft(subject=subject)))
    assert message.keys().count("Subject") == 1
    assert not set(message.keys()) & {"Bcc", "Cc", "Date", "Message-ID", "Reply-To"}
    assert len(message.keys()) == 8
    assert "".join(str(message["Subject"]).split()) == "".join(one_line(subject).split())


def test_a_line_break_in_a_name_or_subject_adds_no_header() -> None:
    message = read(as_eml(draft(subject="Hallo\r\nBcc: x@evil.example", name="Ann\r\nBcc: y@evil.example")))
    assert message["Bcc"] is None
    assert message["Subject"] == "Hallo Bcc: x@evil.example"
    assert [address.addr_spec for address in message["To"].addresses] == ["n@x.example"]


@given(body=words)
def test_words_come_back_as_they_were(body: str) -> None:
    message = read(as_eml(draft(body=f"{body}\n")))
    assert message.get_content().replace("\r\n", "\n").split("\n")[0] == body.split("\n")[0]


@given(name=words)
def test_a_name_never_changes_the_address(name: str) -> None:
    message = read(as_eml(draft(name=name)))
    assert [address.addr_spec for address in message["To"].addresses] == ["n@x.example"]


@given(content=st.binary(max_size=2000))
def test_files_come_back_byte_for_byte(content: bytes) -> None:
    attached = (Attached("a.pdf", PDF, content), Attached("b.pdf", PDF, b"--=_x\r\n"))
    message = read(as_eml(draft(attached=attached)))
    assert [part.get_content() for part in message.iter_attachments()] == [content, b"--=_x\r\n"]
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.pdf", "b.pdf"]


def test_a_name_with_a_comma_is_one_sender() -> None:
    sender = read(as_eml(draft()))["From"].addresses
    assert [(one.display_name, one.addr_spec) for one in sender] == [
        ("Statbel, het bureau", "microdata@statbel.example")
    ]


@pytest.mark.parametrize(
    "email", ["zoë@x.example", "a,b@x.example", "<a@x.example>", "a@x.example;b", "a@@x.example", ""]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadAddress):
        as_eml(draft(email=email))
