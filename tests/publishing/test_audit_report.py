"""The audit's report: as data, as a page to sign off, and with a sentence for everything it can say."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime

import pytest

from docgen.office.wording import LANGUAGES, placeholders
from docgen.publishing.audit import audit, run, to_html, to_json
from docgen.publishing.audit.pieces import Where
from docgen.publishing.audit.search import Secret
from publishing import builders, plants, samples
from publishing.plants import clean_copy

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ROOM = samples.TOP / "src" / "docgen" / "publishing"
WORDING = samples.wording()
CALL = re.compile(r'(?:found|_of_hit|_finding|because)\(\s*"(DG-[LR]\d{3})"')


def used_codes() -> set[str]:
    places = (ROOM / "pages.py", *(ROOM / "audit").glob("*.py"), *(ROOM / "site").glob("*.py"))
    return {code for path in places for code in CALL.findall(path.read_text("utf-8"))} | {
        f"DG-L{number}" for number in (301, 302, 303, 304)
    }


def test_every_code_has_its_sentence_and_every_sentence_its_code() -> None:
    known = {code for code in WORDING.codes if re.match("DG-[LR]", code)}
    assert known == used_codes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_a_report_names_has_words(lang: str) -> None:
    checks = [*run.STRUCTURE, *run.SOURCE, *run.PRIVATE, *run._patterns(run.Policy())]
    keys = [f"audit.check.{check.name}" for check in checks]
    keys += [f"audit.secret.{secret.value}" for secret in Secret]
    keys += [f"audit.place.{where.value}" for where in Where]
    assert [key for key in keys if not WORDING.has(key) or not WORDING.text(key, lang)] == []


def test_sentences_of_one_code_use_the_same_parameters_in_every_language() -> None:
    for code in WORDING.codes:
        if re.match("DG-[LR]|site|audit", code):
            rows = [WORDING.sentences[code, lang] for lang in LANGUAGES]
            assert len({placeholders(row.text) for row in rows}) == 1, code


def test_report_as_data(contract_pdf: bytes) -> None:
    signed = builders.signed_pdf(contract_pdf, archive=False)
    values = to_json(audit(signed, source=signed))
    assert json.loads(json.dumps(values)) == values
    assert values["schema"] == 1
    assert values["ok"] is False
    assert {"name": "one_revision", "outcome": "failed"} in values["checks"]  # type: ignore[operator]
    assert values["digest"] == values["source_digest"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_as_page(contract_pdf: bytes, lang: str) -> None:
    signed = builders.signed_pdf(contract_pdf, archive=False)
    for content in (clean_copy(contract_pdf), signed):
        report = audit(content, source=signed)
        page = to_html(
            report,
            templates=samples.site_templates(),
            wording=WORDING,
            lang=lang,
            document="a <b> & c.pdf",
            generated=MOMENT,
        ).decode()
        assert "a &lt;b&gt; &amp; c.pdf" in page
        assert WORDING.text("audit.ok" if report.ok else "audit.not_ok", lang) in html.unescape(page)
        assert report.digest in page
        assert not re.search(r"\baudit\.[a-z_.]+\b|\{[a-z]+\}", re.sub(r"<style>.*?</style>", "", page, flags=re.S))
        assert all(finding.code in page for finding in report.findings)


def test_what_a_person_has_to_look_at_is_not_called_in_order(contract_pdf: bytes) -> None:
    noted = plants._in_content(b"BT 3 Tr (x) Tj ET")(clean_copy(contract_pdf))
    report = audit(noted, source=None)
    assert report.ok
    templates = samples.site_templates()
    page = to_html(report, templates=templates, wording=WORDING, lang="nl", document="x.pdf", generated=MOMENT).decode()
    assert page.count(WORDING.text("audit.outcome.to_read", "nl")) >= 1
    assert "page 1" not in page
