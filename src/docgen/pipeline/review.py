"""What the DPO team has to say about a request, in the applicant's own documents and in a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.case.model import Remark
from docgen.decide.context import context
from docgen.documents import DocumentId
from docgen.dossier import content, files
from docgen.errors import ContentInvalid, UsageError
from docgen.findings import Finding, Severity
from docgen.office.profile import in_language
from docgen.pipeline.build import printed_date
from docgen.pipeline.form import forms_of
from docgen.pipeline.standing import Standing, all_findings, stand
from docgen.pipeline.workshop import Workshop
from docgen.word.field_comments import Author, Comment, shows, with_comments
from docgen.word.render import Template, render

NOTE = "review_note"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A document with comments."""

    kind: str
    source: str
    """The file that got the comments."""
    received: bool
    """It is the applicant's own."""
    comments: tuple[Comment, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Review:
    """What goes back to the applicant."""

    case: str
    lang: str
    documents: tuple[Reviewed, ...]
    note: bytes | None
    """The note as a Word file; nothing when the office has no template for it."""


def review(shop: Workshop, case: str, kind: str | None = None) -> Review:
    """The findings and open remarks of a case as comments, each in the first document that shows the field.

    Findings that only the office can mend (a gate of the procedure) are left out.

    Raises:
        CaseInvalid: the case file cannot be used.
        UsageError: DG-X300 the procedure has no such form.
    """
    standing = stand(shop, case)
    _, found = all_findings(shop, case)
    kinds = _kinds(standing, kind)
    sources = {each: _source(shop, standing, each) for each in kinds}
    remarks = [remark for remark in standing.case.review if not remark.resolved]
    said = [(finding.place.path if finding.place else "", "", _sentence(shop, standing, finding)) for finding in
            found if finding.severity in (Severity.WARNING, Severity.ERROR)]  # fmt: skip
    said += [(remark.field or "", remark.document or "", remark.comment) for remark in remarks]
    by_kind: dict[str, list[Comment]] = {each: [] for each in kinds}
    for path, wanted, text in said:
        by_kind[_home(path, wanted, sources)].append(Comment(path, text))
    author = Author(shop.wording.text("review.author", standing.case.language), "DPO", shop.now)
    documents = tuple(
        Reviewed(
            each,
            sources[each][0],
            sources[each][2],
            tuple(by_kind[each]),
            with_comments(sources[each][1], by_kind[each], author, sources[each][0]),
        )
        for each in kinds
        if by_kind[each] or kind
    )
    return Review(case, standing.case.language, documents, _note(shop, standing, remarks, found))


def _kinds(standing: Standing, kind: str | None) -> tuple[str, ...]:
    procedure = standing.office.procedure(standing.case.procedure)
    planned = procedure.kinds if procedure else ()
    kinds = tuple(each for each in forms_of(standing.office) if each in planned)
    if kind is not None and kind not in kinds:
        raise UsageError.because("DG-X300", kind=kind, known=", ".join(kinds))
    return (kind,) if kind else kinds


def _source(shop: Workshop, standing: Standing, kind: str) -> tuple[str, bytes, bool]:
    """The last form that came in; else what was built; else the form as it would be built now."""
    document = standing.document(kind)
    folder = shop.roots.received(document.case)
    came = sorted(folder.glob(f"{document.stem}.*.docx"), key=_moment) if folder.is_dir() else []
    if came:
        return str(came[-1]), came[-1].read_bytes(), True
    path = shop.roots.docx(document)
    built = files.read_if_there(path)
    if built is not None:
        return str(path), built, False
    file, template = content.template(shop.roots, standing.office.id, document.lang, kind)
    values = context(standing.case, standing.office, kind, document.lang, printed_date(standing, kind))
    return str(path), render(Template(file, template), values, document, shop.wording).content, False


def _moment(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def _home(path: str, wanted: str, sources: dict[str, tuple[str, bytes, bool]]) -> str:
    if wanted in sources:
        return wanted
    showing = (kind for kind, (file, form, _) in sources.items() if path and shows(form, path, file))
    return next(showing, next(iter(sources)))


def _sentence(shop: Workshop, standing: Standing, finding: Finding) -> str:
    said = shop.wording.say(finding.code, standing.case.language, finding.parameters)
    return "\n".join(filter(None, (said.text, said.remedy, finding.code)))


def _note(shop: Workshop, standing: Standing, remarks: Sequence[Remark], found: Sequence[Finding]) -> bytes | None:
    case, office = standing.case, standing.office
    lang = case.language
    try:
        file, template = content.template(shop.roots, office.id, lang, NOTE)
    except ContentInvalid:
        return None
    form = forms_of(office)[0]
    values = dict(context(case, office, form, lang, shop.today(office)))
    title = (
        in_language(office.kinds[NOTE].title, lang) if NOTE in office.kinds else shop.wording.text("review.note", lang)
    )
    values["document"] = {
        "kind": NOTE, "title": title, "number": None, "date": shop.today(office), "lang": lang, "case": case.id,
    }  # fmt: skip
    values["remarks"] = [
        {
            "date": remark.date,
            "document": in_language(office.kinds[remark.document].title, lang)
            if remark.document and remark.document in office.kinds
            else remark.document,
            "field": shop.wording.field(remark.field, lang) if remark.field else None,
            "comment": remark.comment,
        }
        for remark in remarks
    ]
    values["findings"] = [
        {
            "field": shop.wording.field(finding.place.path, lang) if finding.place and finding.place.path else None,
            "text": said.text,
            "remedy": said.remedy or None,
            "code": finding.code,
        }
        for finding in found
        if finding.severity in (Severity.WARNING, Severity.ERROR)
        for said in [shop.wording.say(finding.code, lang, finding.parameters)]
    ]
    return render(Template(file, template), values, DocumentId(case.id, NOTE, lang), shop.wording).content
