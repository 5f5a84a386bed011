"""The judgement of signed files as one page to keep with the case: nothing outside it is needed to read it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docgen.cli import judged
from docgen.cli.desk import Desk
from docgen.documents import SignatureReport
from docgen.dossier import content, files
from docgen.errors import UsageError
from docgen.findings import Place
from docgen.numbers import mask_national_numbers
from docgen.office.profile import Office
from docgen.pipeline.verify import Verified
from docgen.publishing.pages import page
from docgen.signing.identity import Answer, PageDifference
from docgen.version import VERSION


def keep(desk: Desk, path: Path, files_judged: Sequence[tuple[Path, Verified]]) -> None:
    """Write the page in the language of the user. National register numbers are masked wherever they stand.

    Raises:
        UsageError: DG-X115 the name is not that of a page, so that no signed file is ever written over.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError.because("DG-X115", Place(str(path)))
    values = {
        "version": VERSION,
        "generated": desk.now.isoformat(timespec="seconds"),
        "generated_words": desk.moment(desk.now),
        "files": [_file(desk, file, verified) for file, verified in files_judged],
    }
    templates = content.site_templates(desk.settings.roots)
    files.write(path, page(templates, "verify.html", desk.settings.lang, desk.wording, values))


def _file(desk: Desk, file: Path, verified: Verified) -> Mapping[str, Any]:
    report, identity = verified.report, verified.identity
    findings = [
        {"code": one.finding.code, "text": _masked(one.text), "remedy": _masked(one.remedy)}
        for one in desk.shown(report.findings)
    ]
    return {
        "name": _masked(file.name),
        "ok": report.ok,
        "verdict": f"judgement.{judged.verdict_key(report)}",
        "digest": report.digest,
        "covered": report.whole_file_covered,
        "identity": judged.answer_key(identity) if identity else "",
        "signatures": [_signature(desk, one, verified.office) for one in report.signatures],
        "timestamps": [_signature(desk, one, verified.office) for one in report.timestamps],
        "findings": findings,
        "pages": [_page(one) for one in identity.differences] if identity else [],
    }


def _signature(desk: Desk, one: SignatureReport, office: Office | None) -> Mapping[str, Any]:
    return {
        "signer": _masked(one.signer),
        "place": _masked(judged.place(desk, one, office)),
        "time": _masked(judged.moment(desk, one, office)),
        "level": one.level,
        "algorithm": one.algorithm,
        "state": judged.state(desk, one),
        "certificate": _masked(judged.certificate(desk, one)),
        "qualified": judged.qualified(desk, one),
    }


def _page(one: PageDifference) -> Mapping[str, Any]:
    return {
        "number": one.page,
        "unclear": one.answer is Answer.CANNOT_JUDGE,
        "removed": _masked(" ".join(one.removed)),
        "added": _masked(" ".join(one.added)),
        "picture": base64.b64encode(one.picture).decode("ascii"),
    }


def _masked(text: str) -> str:
    return mask_national_numbers(text)
