"""Drafting the e-mail of a step: gate, enclosures, words, file. Nothing is sent, and so nothing is journalled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.decide.context import context
from docgen.decide.facts import Facts
from docgen.decide.mail import Enclosed, Recipient, about, enclosures, mail_gate, recipients, values
from docgen.decide.stage import stage
from docgen.documents import DocumentId, sha256
from docgen.dossier import files, letters
from docgen.dossier.manifest import Manifest, read_manifest
from docgen.errors import ContentInvalid, RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity
from docgen.numbers import national_numbers
from docgen.office.mail import Form, Mail, MailStep
from docgen.office.profile import in_language
from docgen.pipeline.build import printed_date
from docgen.pipeline.draft import DOCX, PDF, Attached, BadAddress, Correspondent, Draft, as_eml, one_line
from docgen.pipeline.review import review
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop
from docgen.word.text import TextTemplate, fill

_SUBJECT = re.compile(r"\s*(?:Onderwerp|Objet|Subject)\s*:(.*)")
_WORD = ("docx", "review")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that was written."""

    path: Path
    draft: Draft


@dataclass(frozen=True, slots=True)
class Offer:
    """An e-mail that a case has, and why it is not its turn."""

    name: str
    step: MailStep
    findings: tuple[Finding, ...]
    """Empty when it can be drafted now."""


def draft_mail(shop: Workshop, standing: Standing, name: str) -> Drafted:
    """Draft an e-mail of a case, in the language of the case.

    Raises:
        UsageError: the office has no e-mail of this name.
        RuleRefused: the procedure has no such e-mail, it is not its turn, an enclosure is not there or not as it
            should be, nobody's address is known, or a national register number would leave with it.
        ContentInvalid, RenderFailed: `mail.yaml` or the text of the e-mail.
    """
    facts = _facts(shop, standing)
    mail = letters.mail(shop.roots, standing.office, shop.rules)
    found = mail.steps.get(name)
    if found is None:
        known = ", ".join(mail.of(standing.case.procedure))
        raise UsageError.because("DG-M118", step=name, office=standing.office.id, known=known)
    refused = _refusals(shop, standing, facts, name, found)
    if refused:
        raise RuleRefused(refused)
    draft = _draft(shop, standing, facts, name, found)
    path = shop.roots.mail(standing.case.id, name, standing.case.language)
    try:
        files.write(path, as_eml(draft))
    except BadAddress as error:
        place = standing.located.place("applicant")
        raise RuleRefused.because("DG-M131", place, email=error.email) from error
    return Drafted(path, draft)


def offers(shop: Workshop, standing: Standing) -> tuple[Offer, ...]:
    """Every e-mail that a case has, each with what still stands in its way.

    Raises:
        ContentInvalid: `mail.yaml` is not as it should be.
    """
    facts = _facts(shop, standing)
    mail: Mail = letters.mail(shop.roots, standing.office, shop.rules)
    steps = mail.of(standing.case.procedure)
    return tuple(Offer(name, step, _refusals(shop, standing, facts, name, step)) for name, step in steps.items())


def _facts(shop: Workshop, standing: Standing) -> Facts:
    return Facts(standing.located, standing.office, standing.dossier, shop.today(standing.office))


def _refusals(shop: Workshop, standing: Standing, facts: Facts, name: str, step: MailStep) -> tuple[Finding, ...]:
    today = shop.today(standing.office)
    found = list(mail_gate(name, step, facts, stage(standing.located, standing.office, standing.dossier, today)))
    if found:
        return tuple(found)
    if recipients(step, standing.case)[0] is None:
        place = standing.located.place(*step.to[0].split("."))
        found.append(Finding("DG-M130", Severity.GATE, place, {"paths": ", ".join(step.to)}))
    manifest = read_manifest(standing.case.id, files.read_if_there(shop.roots.manifest(standing.case.id)))
    for one in enclosures(step, facts):
        found += _CHECKS[one.form](shop, standing, one.kind, manifest)
    return tuple(found)


def _draft(shop: Workshop, standing: Standing, facts: Facts, name: str, step: MailStep) -> Draft:
    case, office, lang = standing.case, standing.office, standing.case.language
    to, copies = recipients(step, case)
    assert to is not None  # noqa: S101  refused before
    enclosed = tuple(_enclosed(shop, standing, one.kind, one.form) for one in enclosures(step, facts))
    reviewed = _reviewed(shop, standing, enclosed)
    reached = stage(standing.located, office, standing.dossier, shop.today(office))
    kind = about(step, facts)
    said = {
        **context(case, office, kind, lang, printed_date(standing, kind)),
        **values(facts, reached, lang, shop.wording, to, enclosed),
    }
    subject, body = _words(shop, standing, name, said)
    return Draft(
        Correspondent(in_language(office.brand, lang), office.email),
        _correspondent(to),
        tuple(_correspondent(one) for one in copies),
        subject,
        body,
        lang,
        tuple(_attached(shop, standing, one, reviewed) for one in enclosed),
    )


def _words(shop: Workshop, standing: Standing, name: str, said: Mapping[str, object]) -> tuple[str, str]:
    lang = standing.case.language
    file, whole = letters.text(shop.roots, standing.office, lang, name)
    first, _, rest = whole.replace("\r\n", "\n").partition("\n")
    subject = _SUBJECT.match(first)
    if subject is None:
        raise ContentInvalid.because("DG-M123", Place(file, 1, 1, words=first))
    # Dates come with spaces that do not break; a search in a mailbox would not find them.
    title = one_line(fill(TextTemplate(file, subject[1]), said, lang, shop.wording))
    text = fill(TextTemplate(file, rest, first_line=2), said, lang, shop.wording).replace("\u00a0", " ")
    body = _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n") + "\n"
    if any(national_numbers(f"{title}\n{body}")):
        raise RuleRefused.because("DG-M132", Place(file))
    return title, body


def _correspondent(one: Recipient) -> Correspondent:
    return Correspondent(one.name, one.email)


def _enclosed(shop: Workshop, standing: Standing, kind: str, form: Form) -> Enclosed:
    lang = standing.case.language
    document = standing.document(kind)
    ending = "docx" if form in _WORD else "pdf"
    # Both versions of a document go in one e-mail: their names must tell them apart.
    added = f"_{shop.wording.text(f'mail.file_{form}', lang)}" if form in ("review", "signed", "public") else ""
    title = in_language(standing.office.kinds[kind].title, lang)
    version = shop.wording.text(f"mail.version_{form}", lang)
    return Enclosed(kind, form, f"{document.case}_{document.stem}{added}.{ending}", title, version)


def _reviewed(shop: Workshop, standing: Standing, enclosed: tuple[Enclosed, ...]) -> Mapping[str, bytes]:
    # Made afresh: comments of an earlier day may no longer be what the case says.
    if not any(one.form == "review" for one in enclosed):
        return {}
    return {one.kind: one.content for one in review(shop, standing.case.id).documents}


def _attached(shop: Workshop, standing: Standing, one: Enclosed, reviewed: Mapping[str, bytes]) -> Attached:
    if one.form == "review":
        return Attached(one.file, DOCX, reviewed[one.kind])
    path = _path(shop, standing.document(one.kind), one.form)
    return Attached(one.file, DOCX if one.form == "docx" else PDF, files.read(path))


def _path(shop: Workshop, document: DocumentId, form: str) -> Path:
    places = {
        "docx": shop.roots.docx,
        "pdf": shop.roots.pdf,
        "signed": shop.roots.signed,
        "public": shop.roots.public,
    }
    return places[form](document)


def _finding(shop: Workshop, standing: Standing, kind: str, form: str, code: str, **words: str) -> Finding:
    place = Place(str(_path(shop, standing.document(kind), form)))
    return Finding(code, Severity.GATE, place, {"document": kind, "case": standing.case.id, **words})


def _check_built(shop: Workshop, standing: Standing, kind: str, manifest: Manifest, form: Form) -> list[Finding]:
    document = standing.document(kind)
    content = files.read_if_there(_path(shop, document, form))
    if content is None:
        return [_finding(shop, standing, kind, form, "DG-M124")]
    made = manifest.documents.get(document.stem)
    name = _path(shop, document, form).relative_to(shop.roots.out / document.case).as_posix()
    of_this_case = sha256(files.read(shop.roots.case_file(document.case)))
    if made is None or made.inputs.get("case") != of_this_case or made.outputs.get(name) != sha256(content):
        return [_finding(shop, standing, kind, form, "DG-M125")]
    return []


def _check_docx(shop: Workshop, standing: Standing, kind: str, manifest: Manifest) -> list[Finding]:
    document = standing.document(kind)
    if shop.roots.signed(document).is_file() and shop.roots.docx(document).is_file():
        # A signed document is never built again, so its Word version stays what the applicant signed.
        return []
    return _check_built(shop, standing, kind, manifest, "docx")


def _check_nothing(shop: Workshop, standing: Standing, kind: str, manifest: Manifest) -> list[Finding]:
    return []


def _check_pdf(shop: Workshop, standing: Standing, kind: str, manifest: Manifest) -> list[Finding]:
    if shop.roots.signed(standing.document(kind)).is_file():
        return [_finding(shop, standing, kind, "signed", "DG-M126")]
    return _check_built(shop, standing, kind, manifest, "pdf")


def _check_signed(shop: Workshop, standing: Standing, kind: str, manifest: Manifest) -> list[Finding]:
    report = standing.reports.get(kind)
    complete = standing.dossier.is_complete(kind, standing.office.kinds[kind])
    if complete and report is not None and report.ok:
        return []
    return [_finding(shop, standing, kind, "signed", "DG-M127")]


def _check_public(shop: Workshop, standing: Standing, kind: str, manifest: Manifest) -> list[Finding]:
    document = standing.document(kind)
    public = files.read_if_there(shop.roots.public(document))
    audit = files.read_if_there(shop.roots.audit(document))
    signed = files.read_if_there(shop.roots.signed(document))
    made = manifest.documents.get(f"public/{document.stem}")
    if public is None or audit is None or signed is None or made is None:
        return [_finding(shop, standing, kind, "public", "DG-M128")]
    # The copy must be the one that passed the audit, and be made of the original that goes with it.
    if _audited(audit) != sha256(public) or made.inputs.get("signed") != sha256(signed):
        return [_finding(shop, standing, kind, "public", "DG-M128")]
    return []


def _audited(report: bytes) -> str:
    """Digest of the file that an audit report is about; empty when it cannot be read."""
    try:
        read = json.loads(report)
    except ValueError:
        return ""
    return str(read.get("digest", "")) if isinstance(read, dict) else ""


_CHECKS: Mapping[Form, Callable[[Workshop, Standing, str, Manifest], list[Finding]]] = {
    "docx": _check_docx,
    "review": _check_nothing,
    "pdf": _check_pdf,
    "signed": _check_signed,
    "public": _check_public,
}
