"""What the DPO team has to say about a request, in the applicant's own documents and in a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.decide.plan import plan
from docgen.decide.remarks import printable, without_paths
from docgen.documents import DocumentId
from docgen.dossier import content, files
from docgen.errors import RenderFailed, RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity
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
    """The note as a Word file; nothing when the office knows no such document."""


def review(shop: Workshop, case: str, kind: str | None = None) -> Review:
    """The findings and open remarks of a case as comments, each in the first document that shows the field.

    Findings that only the office can mend (a gate of the procedure) are left out.

    Raises:
        CaseInvalid: the case file cannot be used.
        UsageError: DG-X300 the procedure has no such form.
        RuleRefused: DG-X304 no form came in, and the case lacks what it takes to make one.
    """
    standing = stand(shop, case)
    found = [one for one in all_findings(shop, case)[1] if one.severity in (Severity.WARNING, Severity.ERROR)]
    kinds = _kinds(standing, kind)
    sources = {each: _source(shop, standing, each) for each in kinds}
    said = [(one.place.path if one.place else "", "", _sentence(shop, standing, one)) for one in found]
    open_remarks = (remark for remark in standing.case.review if not remark.resolved)
    said += [(remark.field or "", remark.document or "", remark.comment) for remark in open_remarks]
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
    return Review(case, standing.case.language, documents, _note(shop, standing, found))


def _kinds(standing: Standing, kind: str | None) -> tuple[str, ...]:
    planned = {document.kind for document in plan(standing.located, standing.office, standing.dossier)}
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
        return str(came[-1]), files.read(came[-1]), True
    path = shop.roots.docx(document)
    built = files.read_if_there(path)
    if built is not None:
        return str(path), built, False
    file, template = content.template(shop.roots, standing.office.id, document.lang, kind)
    on = printed_date(standing, kind)
    values = printable(standing.case, standing.office, kind, document.lang, on, shop.wording)
    try:
        return str(path), render(Template(file, template), values, document, shop.wording).content, False
    except RenderFailed as error:
        # A gap in the case and not in the template: nothing to explain to a DPO in the template's terms.
        place = Place(str(shop.roots.case_file(document.case)))
        raise RuleRefused.because("DG-X304", place, document=kind, case=document.case) from error


def _moment(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def _home(path: str, wanted: str, sources: dict[str, tuple[str, bytes, bool]]) -> str:
    if wanted in sources:
        return wanted
    showing = (kind for kind, (file, form, _) in sources.items() if path and shows(form, path, file))
    return next(showing, next(iter(sources)))


def _sentence(shop: Workshop, standing: Standing, finding: Finding) -> str:
    said = shop.wording.say(finding.code, standing.case.language, finding.parameters)
    words = (without_paths(text, standing.case.language, shop.wording) for text in (said.text, said.remedy))
    return "\n".join(filter(None, (*words, finding.code)))


def _note(shop: Workshop, standing: Standing, found: Sequence[Finding]) -> bytes | None:
    case, office = standing.case, standing.office
    if NOTE not in office.kinds:
        return None
    file, template = content.template(shop.roots, office.id, case.language, NOTE)
    values = printable(case, office, NOTE, case.language, shop.today(office), shop.wording, found)
    return render(Template(file, template), values, DocumentId(case.id, NOTE, case.language), shop.wording).content
