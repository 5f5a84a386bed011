"""The audit's report as data for machines and as a page a data protection officer can sign off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from docgen.documents import AuditReport
from docgen.findings import Finding, most_serious_first
from docgen.office.wording import Wording
from docgen.publishing.pages import page

SCHEMA = 1
_FOR_A_PERSON: Mapping[str, tuple[str, ...]] = {
    "contacts_known": ("DG-L303", "DG-L304"),
    "known_keys_only": ("DG-L121",),
    "text_visible": ("DG-L122",),
}
"""Findings that a check may have and pass all the same."""
_PAGE = re.compile(r"\bpage (\d+)")


def to_json(report: AuditReport) -> dict[str, object]:
    """The report as plain values for `json.dumps`; the same report gives the same values, and no sentence."""
    return {
        "schema": SCHEMA,
        "digest": report.digest,
        "source_digest": report.source_digest,
        "ok": report.ok,
        "secrets_searched": report.needles,
        "checks": [{"name": name, "outcome": outcome} for name, outcome in report.checks],
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "where": finding.place.path if finding.place else "",
        "parameters": dict(finding.parameters),
    }


def to_html(
    report: AuditReport,
    *,
    templates: Mapping[str, str],
    wording: Wording,
    lang: str,
    document: str,
    generated: datetime,
) -> bytes:
    """The report as one HTML page to read, print and sign: verdict, checks, findings, and room for a signature.

    `templates` holds `audit.html` and what it includes. `document` is what people call the file. Sentences come from
    `audit.*` keys and from the codes of findings. Raises `ContentInvalid` for a wrong template.
    """
    return page(
        templates,
        "audit.html",
        lang,
        wording,
        {
            "report": report,
            "document": document,
            "generated": generated.isoformat(timespec="minutes"),
            "generated_day": generated.date().isoformat(),
            "checks": [{"name": name, "outcome": _outcome(name, outcome, report)} for name, outcome in report.checks],
            "findings": [_worded(finding, wording, lang) for finding in most_serious_first(report.findings)],
        },
    )


def _outcome(name: str, outcome: str, report: AuditReport) -> str:
    """A check that passed, but found something for a person to look at, says so."""
    asks = any(finding.code in _FOR_A_PERSON.get(name, ()) for finding in report.findings)
    return "to_read" if asks and outcome == "passed" else outcome.replace(" ", "_")


def _worded(finding: Finding, wording: Wording, lang: str) -> dict[str, str]:
    """A finding in words; what a sentence quotes by key (sort of secret, sort of place) is worded too."""
    words = dict(finding.parameters)
    for name in ("secret", "place", "check"):
        if name in words:
            words[name] = wording.text(f"audit.{name}.{words[name]}", lang)
    if "where" in words:
        words["where"] = _PAGE.sub(lambda match: wording.text("audit.page", lang, number=match[1]), words["where"])
    sentence = wording.say(finding.code, lang, words)
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "text": sentence.text,
        "remedy": sentence.remedy,
    }
