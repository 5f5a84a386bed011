"""Handing documents to the signing service of FPS BOSA (Federal Trust Services), which Belgian citizens sign with.

What it is asked is its `getTokenForDocuments` call (Fedict/fts-documentation, "BOSA signature solution";
Fedict/fts-sign-validation, `GetTokenForDocumentsDTO`, `SignInput` and `TokenSignService`). Three of its fields are left
to whoever sends the request, in memory and at that moment: the bucket's name and password, and the national register
numbers of those who may sign. Why: docs/decisions/0024-signing-services.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType

from docgen.documents import DocumentId, ExpectedSignature, sha256
from docgen.errors import SigningFailed
from docgen.signing.fields import field_name
from docgen.signing.levels import Level
from docgen.signing.persons import same_person

SERVICE = "bosa-fts"
PROFILES: Mapping[str, str] = MappingProxyType({"B-B": "PADES_1", "B-LTA": "PADES_LTA"})
"""Profiles for PDF that the service offers everybody (`parameters/signature` of fts-sign-validation), by level."""
LEFT_OUT = ("bucket", "password", "nnAllowedToSign")
"""Fields of the call that never stand in a file of docgen."""
REQUEST_NAME, MARK_NAME = "request.json", "docgen.psp"
_SIGNED = "signed_"
"""The service puts this before the name of a file to name its signed form; it may not end in a slash."""
_TIME = "%d(yyyy-MM-dd HH:mm:ss XXX)%"


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document whose next signature is to be made at the service."""

    document: DocumentId
    content: bytes
    expected: ExpectedSignature

    @property
    def file(self) -> str:
        """Its name in the bucket: one name a case and document, no folder, nothing personal."""
        return f"{self.document.case}.{self.document.stem}.pdf"


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf the service is asked."""

    office: str
    name: str
    """What the service's page calls the office, in the language of the documents."""
    signed: Mapping[str, str]
    """First line of the visible mark, by language."""


def hand_over(
    documents: Sequence[ToSign], level: Level, sender: Sender, profiles: Mapping[str, str] = PROFILES
) -> Mapping[str, bytes]:
    """Files to upload, by name, and the description of the request as `request.json`.

    All documents go to one signer in one session: whoever the description names first for all of them.

    Args:
        documents: one or more, of one case, waiting for a signature in a slot of the same name.
        level: the level asked for; never a lower one.
        sender: the office.
        profiles: names of the service's profiles, by level.

    Raises:
        SigningFailed: DG-S501 the service has no profile of this level, DG-S502 no person may sign all of the
            documents.
    """
    if level.value not in profiles:
        raise SigningFailed.because("DG-S501", level=level, known=", ".join(profiles))
    persons = _signers(documents)
    description = {
        "schema": 1,
        "service": SERVICE,
        "call": "getTokenForDocuments",
        "office": sender.office,
        "case": documents[0].document.case,
        "slot": documents[0].expected.slot,
        "level": level.value,
        "request": _request(documents, profiles[level.value]),
        "left_out": list(LEFT_OUT),
        "signers": [{"role": role, "name": name} for role, name in persons],
        "redirect": {"language": documents[0].document.lang, "name": sender.name},
        "files": [_file(each) for each in documents],
    }
    return {
        REQUEST_NAME: _json(description),
        MARK_NAME: _json(_mark(sender)),
        **{each.file: each.content for each in documents},
    }


def _request(documents: Sequence[ToSign], profile: str) -> dict[str, object]:
    return {
        "signProfile": profile,
        "outPathPrefix": _SIGNED,
        "outDownload": True,
        "previewDocuments": True,
        "selectDocuments": False,
        "requestDocumentReadConfirm": True,
        "inputs": [
            {
                "filePath": each.file,
                "psfN": field_name(each.expected.slot),
                "psfP": False,
                "pspFilePath": MARK_NAME,
                "signLanguage": each.document.lang,
            }
            for each in documents
        ],
    }


def _file(each: ToSign) -> dict[str, str]:
    return {
        "document": each.document.stem,
        "sha256": sha256(each.content),
        "path": each.file,
        "back": _SIGNED + each.file,
    }


def _signers(documents: Sequence[ToSign]) -> tuple[tuple[str, str], ...]:
    """Who may sign every one of the documents; empty when the case names nobody."""
    named = [each.expected.persons for each in documents if each.expected.persons]
    if not named:
        return ()
    common = reduce(lambda found, other: tuple(one for one in found if _is_among(one[1], other)), named)
    if not common:
        names = ", ".join(dict.fromkeys(name for persons in named for _, name in persons))
        raise SigningFailed.because("DG-S502", names=names)
    return common


def _is_among(name: str, persons: tuple[tuple[str, str], ...]) -> bool:
    return any(same_person(name, other) for _, other in persons)


def _mark(sender: Sender) -> dict[str, object]:
    """How the service draws its mark: name and time with offset; no number (`%nn%`), no photo, no background."""
    return {
        "version": 2,
        "bgColor": "TRANSPARENT",
        "bodyBgColor": "TRANSPARENT",
        "texts": {lang: f"{words}\n%gn% %sn%\n{_TIME}" for lang, words in sender.signed.items()},
        "textColor": "#1F2937",
        "textSize": 9,
        "textPadding": 4,
        "textAlignH": "LEFT",
        "textAlignV": "MIDDLE",
        "textWrapping": "FILL_BOX_AND_LINEBREAK",
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
