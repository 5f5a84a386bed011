"""Lint of Word templates: every message has a template that triggers just it; the project's own have no finding."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from tests.word.test_compiled import WAYS, package

from docgen.case.fields import BY_PATH, CaseField
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity
from docgen.office.profile import Office, read_office
from docgen.word.lint import Expected, Machine, lint, syntax

ROOT = Path(__file__).parents[2]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{OFFICE_TYPE}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
CLAUSES = {"purpose": ("uitsluitend voor",)}


def p(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: str, header: bool = True, caption: str = "Tabel") -> str:
    head = "<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>" + p("Kop") + "</w:tc></w:tr>" if header else ""
    described = f'<w:tblPr><w:tblCaption w:val="{caption}"/></w:tblPr>' if caption else "<w:tblPr/>"
    return f"<w:tbl>{described}<w:tblGrid><w:gridCol/></w:tblGrid>{head}{''.join(rows)}</w:tbl>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def sdt(tag: str, content: str, more: str = "") -> str:
    own = f'<w:tag w:val="{tag}"/>' if tag else ""
    return f"<w:sdt><w:sdtPr>{own}{more}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def bookmark(name: str = "sig_dpo", number: int = 1) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'


SHOWN = p("{{ applicant.name }} {{ purpose.description }} {{ dpo_advice.conclusion }}")
SIGNED = table(row(f"<w:p>{bookmark()}</w:p>"))
PLAIN = SHOWN + SIGNED + p("Einde.")


@dataclass(frozen=True)
class Parts:
    """A small Word file that has nothing wrong, to be spoiled in one way."""

    body: str = PLAIN
    header: str = p("{{ office.brand }}")
    title: str = "Advies"
    language: str = "nl-BE"
    font: str = "Liberation Sans"
    relations: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    types: str = ""
    main: str = "vnd.openxmlformats-officedocument.wordprocessingml.document.main"

    def docx(self) -> bytes:
        package = "http://schemas.openxmlformats.org/package/2006"
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        members = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="application/{self.main}+xml"/>'
            f'<Override PartName="/word/header1.xml" ContentType="{word}.header+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{word}.styles+xml"/>'
            f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.'
            f'core-properties+xml"/>{self.types}</Types>',
            "word/document.xml": f"<w:document {NAMES}><w:body>{self.body}<w:sectPr/></w:body></w:document>",
            "word/header1.xml": f"<w:hdr {NAMES}>{self.header}</w:hdr>",
            "word/styles.xml": f"<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{self.font}"/><w:lang w:val="{self.language}"/></w:rPr></w:rPrDefault>'
            "</w:docDefaults></w:styles>",
            "docProps/core.xml": f'<c:coreProperties xmlns:c="{package}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{self.title}</dc:title></c:coreProperties>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{self.relations}'
            "</Relationships>",
            **dict(self.extra),
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package_file:
            for name, content in members.items():
                package_file.writestr(name, content)
        return out.getvalue()


def rel(kind: str, target: str, *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId9" Type="{OFFICE_TYPE}/{kind}" Target="{target}"{mode}/>'


def part(name: str, kind: str) -> str:
    """The declaration of one more part."""
    return f'<Override PartName="/{name}" ContentType="application/{kind}"/>'


def field(*pieces: str) -> str:
    """A paragraph with a field code, cut into runs as Word may do."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f"<w:p>{runs}</w:p>"


def with_(text: str) -> Parts:
    """The good document with one more paragraph or block."""
    return Parts(body=PLAIN + (text if text.startswith("<") else p(text)) + p("Einde."))


def before(text: str) -> Parts:
    return Parts(body=text + PLAIN)


CHANGE = 'w:id="7" w:author="Annelies Aanvrager" w:date="2026-01-01T00:00:00Z"'
ENDNOTES = part("word/endnotes.xml", "vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml")
NOTED = f"<w:endnotes {NAMES}><w:endnote w:id='1'>{p('{{ applicant.nam }}')}</w:endnote></w:endnotes>"
SETTINGS = part("word/settings.xml", "vnd.openxmlformats-officedocument.wordprocessingml.settings+xml")
MERGE = f"<w:settings {NAMES}><w:mailMerge><w:query w:val='SELECT 1'/></w:mailMerge></w:settings>"
STYLED = '<w:rStyle w:val="Hyperlink"/>'
DRAWING = "<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='Logo'/></wp:inline></w:drawing></w:r></w:p>"

BROKEN: dict[str, list[Parts]] = {
    "DG-T101": [with_("{{ title"), with_("Tekst {% if title en {{ title }} {# x #}")],
    "DG-T102": [with_("Bij title }} staat"), with_("{ { title } }"), with_("Onderzoek {title}")],
    "DG-T103": [with_(f"<w:p>{r('{{ ti')}<w:hyperlink w:anchor='x'>{r('tle }}', STYLED)}</w:hyperlink></w:p>")],
    "DG-T104": [with_("{{ purpose.kinds|labels(‘purpose.kinds’)|conjoin }}")],
    "DG-T105": [with_("{{ purpose.kinds|labels(„purpose.kinds«)|conjoin }}")],
    "DG-T106": [with_(p("{% p if linkage %}") + p("{%p endif %}")),
                with_(p("{%p\u00a0if linkage %}") + p("{%p endif %}"))],
    "DG-T107": [with_(p("Vooraf {%p if linkage %}") + p("{%p endif %}")),
                with_(table(row(p("{%tr for d in datasets %}"), p("Ook dit")), row(p("{{ d.source }}")),
                            row(p("{%tr endfor %}"))))],
    "DG-T108": [with_(p("{%p if title == '}' %}") + p("{%p endif %}"))],
    "DG-T109": [with_(p("{%tr if linkage %}") + p("{%tr endif %}"))],
    "DG-T110": [with_(p("{%p if linkage %}") + p("{% endif %}"))],
    "DG-T111": [with_(p("{% if linkage %}") + table(row(p("{% endif %}"))))],
    "DG-T112": [with_("{% if linkage %}"), with_("{% for d in datasets %}{% if d.source %}{% endfor %}")],
    "DG-T113": [with_("{% endif %}"), with_("{% else %}"), with_("{% if title %}{% endfor %}{% endif %}")],
    "DG-T114": [with_("{{ title title }}"), with_("{{ }}"), with_("{% iff title %}")],
    "DG-T201": [with_("{{ applicant.nam }}"), with_("{% for d in datasets %}{{ d.sourc }}{% endfor %}"),
                Parts(header=p("{{ office.brnd }}")), with_("{{ signatory.dpoo.name }}"),
                replace(Parts(), types=ENDNOTES, extra=(("word/endnotes.xml", NOTED),))],
    "DG-T202": [with_("{{ applicant.zzz }}"), with_("{{ qqq }}")],
    "DG-T203": [with_("{{ dates.received|datum }}")],
    "DG-T204": [with_("{% if title is gven %}x{% endif %}")],
    "DG-T205": [with_("{{ applicant.kind|label('applicant.sort') }}")],
    "DG-T206": [with_("{% for a in applicant %}{{ a }}{% endfor %}")],
    "DG-T207": [with_("{% include 'x' %}"), with_("{% import 'x' as y %}")],
    "DG-T208": [with_("{{ title.__class__ }}")],
    "DG-T209": [Parts(body=PLAIN.replace("{{ purpose.description }}", ""))],
    "DG-T211": [with_("{{ applicant.dpo }}"), with_("{{ purpose.research_questions }}"),
                with_("{{ purpose.kinds|labels('purpose.kinds') }}"), Parts(header=p("{{ office.address }}"))],
    "DG-T301": [with_(f"<w:p>{sdt('applicant.nam', r('x'))}</w:p>")],
    "DG-T302": [with_(f"<w:p>{sdt('applicant.name', r('x'))}</w:p><w:p>{sdt('applicant.name', r('x'))}</w:p>")],
    "DG-T303": [with_(f"<w:p>{sdt('applicant.kbo', r('{{ applicant.name }}'))}</w:p>")],
    "DG-T304": [with_("<w:p>" + sdt("applicant.kind", r("x"), '<w:dropDownList><w:listItem w:displayText="a" '
                                    'w:value="zoo"/></w:dropDownList>') + "</w:p>")],
    "DG-T305": [with_(f"<w:p>{sdt('', r('x'))}</w:p>")],
    "DG-T311": [Parts(body=SHOWN + p("Einde."))],
    "DG-T312": [with_(f"<w:p>{bookmark(number=2)}</w:p>")],
    "DG-T313": [with_(f"<w:p>{bookmark('sig_minister', 2)}</w:p>")],
    "DG-T314": [Parts(body=f"{SHOWN}<w:p>{bookmark()}</w:p>")],
    "DG-T315": [Parts(body=f"{SHOWN}<w:p>{bookmark()}{r(chr(160))}</w:p>{p('Einde.')}")],
    "DG-T316": [Parts(body=f"{SHOWN}{p('{%p if linkage %}')}<w:p>{bookmark()}</w:p>{p('{%p endif %}')}{p('Einde.')}")],
    "DG-T401": [with_('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>')],
    "DG-T402": [with_(f"<w:p><w:ins {CHANGE}>{r('nieuw')}</w:ins></w:p>"),
                with_(f"<w:p><w:del {CHANGE}><w:r><w:delText>oud</w:delText></w:r></w:del></w:p>")],
    "DG-T403": [with_(f"<w:p><w:hyperlink w:anchor='x'>{r('hier')}</w:hyperlink></w:p>")],
    "DG-T404": [with_(f"<w:p>{r('vet', '<w:b/>')}</w:p>"),
                with_(f"<w:p><w:pPr><w:jc w:val='center'/></w:pPr>{r('midden')}</w:p>")],
    "DG-T405": [with_(table(row(p("a")), row(p("b")), header=False))],
    "DG-T406": [with_(table(row(p("a")), caption=""))],
    "DG-T407": [with_(DRAWING)],
    "DG-T408": [Parts(language="fr-BE"), Parts(language="")],
    "DG-T409": [Parts(title="")],
    "DG-T410": [Parts(font="Nergens Sans")],
    "DG-T412": [with_("Nog XXX in te vullen"), with_("TODO: jurist")],
    "DG-T413": [with_(f"<w:p>{r('weg', '<w:vanish/>')}</w:p>")],
    "DG-T501": [replace(Parts(), relations=rel("attachedTemplate", "https://example.org/x.dotm")),
                replace(Parts(), relations=rel("image", "file:///etc/passwd")),
                replace(Parts(), relations=rel("hyperlink", "file:///etc/passwd")),
                replace(Parts(), relations=rel("subDocument", "https://example.org/x.docx")),
                replace(Parts(), relations=rel("image", "https://example.org/x").replace("External", "external")),
                replace(Parts(), extra=(("word/media/a.svg", "<svg><image href='https://example.org/x'/></svg>"),)),
                replace(Parts(), types=SETTINGS, extra=(("word/settings.xml", MERGE),))],
    "DG-T502": [replace(Parts(), extra=(("word/vbaProject.bin", "x"),)),
                replace(Parts(), main="vnd.ms-word.document.macroEnabled.main"),
                replace(Parts(), main="vnd.ms-word.template.macroEnabledTemplate.main"),
                replace(Parts(), relations=rel("vbaProject", "plain.xml", external=False)),
                replace(Parts(), types=part("x.dat", "vnd.ms-office.vbaProject"))],
    "DG-T503": [replace(Parts(), relations=rel("oleObject", "embeddings/o.bin", external=False)),
                replace(Parts(), relations=rel("aFChunk", "part.html", external=False)),
                replace(Parts(), relations=rel("subDocument", "part.docx", external=False)),
                replace(Parts(), types=part("x.xml", "vnd.ms-office.activeX+xml"))],
    "DG-T504": [with_(field(' INCLUDETEXT "C:\\x" ')),
                with_(field(" DDEAUTO cmd ")),
                with_('<w:p><w:fldSimple w:instr="DDE cmd x"/></w:p>'),
                with_(field("INC", "LUDETEXT x"))],
    "DG-T505": [replace(Parts(), main="vnd.openxmlformats-officedocument.wordprocessingml.template.main")],
}  # fmt: skip
ELSEWHERE = {"DG-T210", "DG-T411", "DG-T601"}


@pytest.fixture(scope="module")
def vsa() -> Office:
    return _office("vsa")


def _office(name: str) -> Office:
    file = ROOT / "templates" / name / "office.yaml"
    return read_office(file.read_bytes(), str(file))


def _lint(parts: Parts, office: Office) -> tuple[Finding, ...]:
    expected = Expected(office, "dpo_advice", "nl", languages=frozenset({"nl"}))
    machine = Machine({"Nergens Sans": "DejaVu Sans"})
    return lint(parts.docx(), "advies.docx", expected, machine=machine, leftovers=("XXX", "TODO"))


def _codes(parts: Parts, office: Office) -> set[str]:
    return {finding.code for finding in _lint(parts, office)}


def test_a_good_template_has_no_finding(vsa: Office) -> None:
    assert _lint(Parts(), vsa) == ()


@pytest.mark.parametrize(
    ("code", "parts"),
    [pytest.param(code, one, id=f"{code}-{n}") for code, every in BROKEN.items() for n, one in enumerate(every)],
)
def test_each_message_has_a_template_that_triggers_just_it(code: str, parts: Parts, vsa: Office) -> None:
    assert _codes(parts, vsa) == {code}


def test_no_message_is_without_its_template() -> None:
    known = yaml.safe_load((ROOT / "templates/wording/parts/lint.yaml").read_text("utf-8"))
    assert {code for code in known if code.startswith("DG-T")} == set(BROKEN) | ELSEWHERE


def printing(field: CaseField) -> str:
    """A tag that shows something of a field."""
    if field.many:
        return f"{{{{ {field.path}|{'conjoin' if not field.fields else 'length'} }}}}"
    return printing(field.fields[0]) if field.fields else f"{{{{ {field.path} }}}}"


def test_twins_and_clauses(vsa: Office) -> None:
    good = Parts(body=PLAIN.replace("sig_dpo", "sig_applicant"))
    twin = Parts(body=good.body + p("{{ applicant.kbo }}")).docx()
    expected = Expected(vsa, "dpo_advice", "nl", languages=frozenset({"nl", "fr"}))
    assert {one.code for one in lint(Parts().docx(), "a.docx", expected)} == {"DG-T411"}
    with_twin = replace(expected, twins={"fr": twin})
    (found,) = lint(Parts().docx(), "a.docx", with_twin)
    assert (found.code, found.parameters["names"]) == ("DG-T210", "applicant.kbo")

    both = table(
        row(f"<w:p>{bookmark('sig_applicant')}</w:p>"), row(f"<w:p>{bookmark('sig_chief_statistician', 2)}</w:p>")
    )
    shown = p(" ".join(printing(BY_PATH[path.replace("[*]", "")]) for path in vsa.kinds["protocol"].requires))
    protocol = Expected(vsa, "protocol", "nl", clauses=CLAUSES)
    assert [one.code for one in lint(Parts(body=both + shown).docx(), "p.docx", protocol)] == ["DG-T601"]
    whole = Parts(body=both + shown + p("De gegevens dienen uitsluitend voor het onderzoek.")).docx()
    assert lint(whole, "p.docx", protocol) == ()


def test_all_problems_come_in_one_run_each_at_its_place(vsa: Office) -> None:
    body = (
        table(row(p("{{ applicant.nam }}"), table(row(p("goed"), p("{{ titel }}")), row(p("b"))) + p("")))
        + p("{% for d in datasets %}{{ d.sourc }}{% endfor %}")
        + PLAIN
    )
    found = _lint(Parts(body=body, header=p("{{ office.nam }}")), vsa)
    places = {one.parameters["name"]: one.place.path for one in found if one.place}
    assert places == {
        "applicant.nam": "body, paragraph 2, table 1 row 2 cell 1",
        "titel": "body, paragraph 5, table 2 row 2 cell 2",
        "datasets.sourc": "body, paragraph 8",
        "office.nam": "header1, paragraph 1",
    }
    assert {one.parameters["near"] for one in found} == {"applicant.name", "title", "datasets.source", "office.name"}
    assert all(one.severity is Severity.ERROR and one.parameters["words"] for one in found)


def test_loops_are_followed_into_lists_of_lists(vsa: Office) -> None:
    good = "{% for d in datasets %}{% for v in d.variables %}{{ loop.index }} {{ v.name }}{% endfor %}{% endfor %}"
    assert _lint(with_(good), vsa) == ()
    (found,) = _lint(with_(good.replace("v.name", "v.source")), vsa)
    assert found.parameters["name"] == "datasets.variables.source"
    (outside,) = _lint(with_("{% for row in datasets %}{% endfor %}{{ row.source }}"), vsa)
    assert (outside.code, outside.parameters["name"]) == ("DG-T202", "row")


def test_a_control_may_stand_in_both_branches_of_a_condition(vsa: Office) -> None:
    control = sdt("applicant.name", r("{{ applicant.name }}"))
    branches = f"{p('{%p if linkage %}')}<w:p>{control}</w:p>{p('{%p else %}')}<w:p>{control}</w:p>{p('{%p endif %}')}"
    assert _lint(with_(branches), vsa) == ()


def test_a_tag_split_over_runs_of_word_is_no_mistake(vsa: Office) -> None:
    split = "".join(r(piece) for piece in ("{", "{ applicant", ".na", "me }", "}"))
    assert _lint(with_(f"<w:p>{split}</w:p>"), vsa) == ()


def test_what_is_no_word_file_is_refused(vsa: Office) -> None:
    for content in (b"", b"PK\3\4", b"not a zip"):
        with pytest.raises(ContentInvalid) as caught:
            lint(content, "x.docx")
        assert [one.code for one in caught.value.findings] == ["DG-W100"]


def test_syntax_alone_knows_no_names() -> None:
    foreign = Parts(body=p("{{ customer.name }} {% for i in items %}{{ i|shout }}{% endfor %}"), language="")
    assert syntax(foreign.docx(), "x.docx", filters=frozenset({"shout"})) == ()


@pytest.mark.parametrize("way", [*WAYS, "all in one"])
def test_what_docxtpl_offers_gives_no_false_alarm(way: str) -> None:
    """Loops and conditions over paragraphs, rows, columns and runs, spans, shades, rich text, comments, escapes."""
    body = "".join(WAYS.values()) if way == "all in one" else WAYS[way]
    found = syntax(package(body, header="Kop {{ title }}"), "x.docx", filters=frozenset())
    curly = [one.code for one in found if one.code == "DG-T104"]
    assert len(found) == len(curly)
    assert bool(curly) == (way in ("smart quotes", "all in one"))


OWN = sorted((ROOT / "templates").glob("*/*/*.docx"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: "-".join(path.with_suffix("").parts[-3:]))
def test_the_projects_own_templates_have_no_finding(path: Path) -> None:
    office = _office(path.parents[1].name)
    languages = frozenset(other.parent.name for other in path.parents[1].glob("*/*.docx"))
    twins = {lang: path.parents[1] / lang / path.name for lang in languages - {path.parent.name}}
    known = yaml.safe_load((ROOT / "templates/wording/parts/lint.yaml").read_text("utf-8"))
    signs = {key: row[path.parent.name].split("; ") for key, row in known.items() if key.startswith("lint.clause.")}
    expected = Expected(
        office,
        path.stem,
        path.parent.name,
        twins={lang: twin.read_bytes() for lang, twin in twins.items() if twin.is_file()},
        languages=languages,
        clauses={key: tuple(words) for key, words in signs.items()},
    )
    found = lint(path.read_bytes(), path.name, expected, leftovers=("XXX", "TODO", "FIXME", "Lorem ipsum"))
    assert [(one.code, one.place and one.place.path, dict(one.parameters)) for one in found] == []


def test_every_sentence_uses_only_what_its_finding_carries(vsa: Office) -> None:
    known = yaml.safe_load((ROOT / "templates/wording/parts/lint.yaml").read_text("utf-8"))
    for code, variants in BROKEN.items():
        found = next(one for one in _lint(variants[0], vsa) if one.code == code)
        for lang in ("nl", "fr", "en"):
            sentence = known[code][lang]["text"] + known[code][lang]["remedy"]
            wanted = set(re.findall(r"(?<!\{)\{(\w+)\}", sentence.replace("{{", "").replace("}}", "")))
            assert wanted <= set(found.parameters), (code, lang)
