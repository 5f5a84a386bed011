"""A draft e-mail as a file (RFC 5322, MIME) that mail programs open ready to be sent by a person.

Nothing here sends anything. A draft has no date and no message id: the mail program gives both when it sends. The same
draft gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from docgen.documents import sha256

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


class BadAddress(Exception):
    """Something that cannot be an address in the header of an e-mail."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(email)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A name and an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in an e-mail."""

    name: str
    """ASCII, so that every mail program keeps it."""
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An e-mail that nobody sent yet."""

    sender: Correspondent
    to: Correspondent
    cc: tuple[Correspondent, ...]
    subject: str
    body: str
    lang: str
    attached: tuple[Attached, ...]


def as_eml(draft: Draft) -> bytes:
    """The draft as the content of an `.eml` file.

    `X-Unsent` makes Outlook open it for editing; Thunderbird and Apple Mail offer "edit as new".

    Raises:
        BadAddress: an address cannot stand in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["From"] = _address(draft.sender)
    message["To"] = _address(draft.to)
    if draft.cc:
        message["Cc"] = [_address(one) for one in draft.cc]
    message["Subject"] = one_line(draft.subject)
    message.set_content(draft.body, charset="utf-8", cte="quoted-printable")
    for one in draft.attached:
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    if draft.attached:
        # Neither quoted-printable nor base64 can hold "=_", so that no part can hold the boundary.
        message.set_boundary(f"=_{_digest(draft)[:32]}")
    # Setting content moves every Content- header into the first part; the language belongs to the whole.
    message["Content-Language"] = draft.lang
    return message.as_bytes()


def one_line(text: str) -> str:
    """A text without line breaks and control characters, as a header needs it."""
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


def _address(one: Correspondent) -> Address:
    if not one.email.isascii():
        raise BadAddress(one.email)
    try:
        return Address(display_name=one_line(one.name), addr_spec=one.email)
    except (MessageError, ValueError, IndexError) as error:
        raise BadAddress(one.email) from error


def _digest(draft: Draft) -> str:
    parts: Iterable[str] = (draft.subject, draft.body, *(f"{one.name}{sha256(one.content)}" for one in draft.attached))
    return sha256("\0".join(parts).encode())
