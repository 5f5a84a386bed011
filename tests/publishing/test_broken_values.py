"""Values of people that are broken over lines and cells, or spelled in other characters: taken out, and found."""

from __future__ import annotations

from pathlib import Path

import pytest
from pikepdf import Dictionary, Name, Pdf, String

from docgen.documents import AuditReport
from docgen.publishing.audit import Policy, audit
from docgen.publishing.audit.views import plain
from docgen.publishing.flatten import rewrite
from docgen.publishing.flatten.redaction import redacted
from publishing import builders
from publishing.test_flatten_refusals import document
from publishing.test_flatten_signed import policy, text_of

NUMBER = "85.07.30-033.28"
MAIL = "rik.rector@example.org"
ACCOUNT = "BE68 5390 0754 7034"
PHONE = "+32 470 12 34 60"
CODES = {NUMBER: "DG-L301", ACCOUNT: "DG-L302", MAIL: "DG-L303", PHONE: "DG-L304"}

LINES = "BT /F0 9 Tf 14 TL 20 100 Td %s ET"
WAYS = {
    "line": lambda parts: LINES % " T* ".join(f"{builders.encoded(part)} Tj" for part in parts),
    "cell": lambda parts: " ".join(
        f"BT /F0 8 Tf {20 + 100 * at} 100 Td {builders.encoded(part)} Tj ET" for at, part in enumerate(parts)
    ),
    "text object": lambda parts: " ".join(
        f"BT /F0 9 Tf 20 {100 - 14 * at} Td {builders.encoded(part)} Tj ET" for at, part in enumerate(parts)
    ),
    "operators": lambda parts: LINES % " ".join(f"{builders.encoded(part)} Tj" for part in parts),
    "kerning": lambda parts: LINES % f"[{' -40 '.join(builders.encoded(part) for part in parts)}] TJ",
}
BREAKS = {
    NUMBER: [("85.07.30-", "033.28"), ("85.07.", "30-033.28"), ("8507", "3003328"), ("85.07.30", "-033.28")],
    MAIL: [("rik.rector@", "example.org"), ("rik.rector", "@example.org"), ("rik.rector@example.", "org")],
    ACCOUNT: [("BE68 5390", "0754 7034"), ("BE68 53", "90 0754 7034"), ("BE685390", "07547034")],
    PHONE: [("+32 470 ", "12 34 60"), ("+32 470 12 34 ", "60")],
}
BROKEN = [(value, parts) for value, found in BREAKS.items() for parts in found]


def codes(report: AuditReport) -> set[str]:
    assert all(outcome != "not run" for _, outcome in report.checks)
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("value", "parts"), BROKEN, ids=lambda one: "|".join(one) if isinstance(one, tuple) else "")
def test_the_audit_finds_what_people_can_put_together(way: str, value: str, parts: tuple[str, ...]) -> None:
    content = document(content=WAYS[way](parts))
    assert CODES[value] in codes(audit(content, source=None))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("value", "parts"), BROKEN, ids=lambda one: "|".join(one) if isinstance(one, tuple) else "")
def test_it_is_taken_out(way: str, value: str, parts: tuple[str, ...], tmp_path: Path) -> None:
    content = document(content=WAYS[way](("voor " + parts[0], parts[1] + " na")))
    copy = rewrite(content, policy(redact=() if value == NUMBER else (value,))).content
    assert text_of(copy, tmp_path).split() == ["voor", "na"]
    report = audit(copy, source=None, private_values=[value])
    assert CODES[value] not in codes(report)
    assert dict(report.checks)["no_private_values"] == "passed"


SPELLED = {
    "wide digits": "８５.０７.３０-０３３.２８",
    "arabic digits": "٨٥.٠٧.٣٠-٠٣٣.٢٨",
    "soft hyphens": "85.07\u00ad.30-03\u00ad3.28",
    "no width": "85.\u200b07.\u200d30-0\u206033.28\ufeff",
    "from right to left": "\u202e85.07.30\u200f-033.28\u202c",
    "dashes": "85.07.30\u2013033.28",
    "hyphen that does not break": "85.07.30\u2011033.28",
    "minus": "85.07.30\u2212033.28",
    "spaces around signs": "85 . 07 . 30 - 033 . 28",
    "thin spaces": "85\u200907\u200930\u2009033\u200928",
    "many spaces": "85.07.30   -   033.28",
}


@pytest.mark.parametrize("way", SPELLED)
def test_numbers_in_other_characters(way: str) -> None:
    text = f"van {SPELLED[way]} en"
    assert plain(redacted(text, (), "…", numbers=True)).split() == ["van", "...", "en"]
    content = document(lambda pdf: titled(pdf, text))
    assert "DG-L301" in codes(audit(content, source=None))


@pytest.mark.parametrize(
    "text",
    [
        "\ufb01liaal@ex.be",
        "ﬁliaal@ex\u00ad.be",
        "F\u200biliaal＠ex.be",
        "filiaal@\nex.be",
        "fili-\naal@ex.be",
        "ＦＩＬＩＡＡＬ@EX.BE",
    ],
)
def test_values_in_other_characters(text: str) -> None:
    assert redacted(f"aan {text} nu", ("filiaal@ex.be",), "…", numbers=False) == "aan … nu"
    content = document(lambda pdf: titled(pdf, f"aan {text} nu"))
    assert dict(audit(content, source=None, private_values=["filiaal@ex.be"]).checks)["no_private_values"] == "failed"


def titled(pdf: Pdf, text: str) -> None:
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(K=Dictionary(S=Name.P, Alt=String(text))))


@pytest.mark.parametrize(
    "lines",
    [
        ("Schrijf naar info@statbel.fgov.be.", "De aanvrager antwoordt."),
        ("info@statbel.fgov.be", "en niet elders"),
        ("de periode 2018-", "2019 van 2020 tot 2021"),
        ("artikel 85.07", "30 dagen, 033.28"),
    ],
)
def test_ends_of_lines_make_no_values(lines: tuple[str, ...]) -> None:
    content = document(content=WAYS["line"](lines))
    office = Policy(public_values=("info@statbel.fgov.be",))
    assert not codes(audit(content, source=None, policy=office)) & set(CODES.values())
