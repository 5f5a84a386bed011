"""`styles.xml`, `numbering.xml` and `settings.xml` of the first templates, written whole.

python-docx's own template carries 164 styles, of which a document uses some twenty; LibreOffice imports a document
1.3 times faster without the rest. Every look is a named style, so that legal staff change it in one place.
Lengths in WordprocessingML: twentieths of a point (567 to the centimetre); font sizes in half points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from house import House
from source import Numbering
from words import Words

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_WIDTH = 9072
"""Width of the text on A4 with margins of 25 mm."""
INDENT = 567
"""Indent of a clause's text behind its number."""
_UNDER_TABLE = 200
"""Room between a table and the text under it, 10 points: tables have none of their own."""

STYLE_IDS = {
    "title": "Title",
    "body": "BodyText",
    "body_after": "DgBodyAfterTable",
    "heading1": "Heading1",
    "heading2": "Heading2",
    "heading3": "Heading3",
    "bullet": "ListBullet",
    "caption": "Caption",
    "header": "Header",
    "footer": "Footer",
    "bold": "Strong",
    "italic": "Emphasis",
    "lead": "DgLead",
    "closing": "DgClosing",
    "closing_after": "DgClosingAfterTable",
    "clause": "DgClause",
    "clause_after": "DgClauseAfterTable",
    "letter": "DgLetter",
    "heading_plain": "DgHeadingPlain",
    "annex": "DgAnnex",
    "note": "DgNote",
    "cell": "DgCell",
    "cell_head": "DgCellHead",
    "cell_bullet": "DgCellBullet",
    "check": "DgCheck",
    "label": "DgLabel",
    "party": "DgParty",
    "sign": "DgSign",
    "letterhead": "DgLetterhead",
    "letterhead_line": "DgLetterheadLine",
    "instruction": "DgInstruction",
    "grid": "DgGrid",
    "fields": "DgFields",
    "signatures": "DgSignatures",
}
"""Identifier of the style of each role: stable, whatever the language of its name."""

_BUILT_IN = {
    "title": "Title",
    "body": "Body Text",
    "heading1": "heading 1",
    "heading2": "heading 2",
    "heading3": "heading 3",
    "bullet": "List Bullet",
    "caption": "caption",
    "header": "header",
    "footer": "footer",
    "bold": "Strong",
    "italic": "Emphasis",
}


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A paragraph style: what differs from the style it is based on."""

    role: str
    base: str = "Normal"
    follow: str = ""
    before: int = 0
    after: int = 0
    line: int = 0
    """In 240ths of a line; 0: as the base."""
    properties: str = ""
    """Further paragraph properties that stand before the spacing in the schema's order."""
    indent: str = ""
    """Attributes of `w:ind`."""
    align: str = ""
    outline: int | None = None
    run: Sequence[str] = field(default_factory=tuple)


_CHECK = ParagraphStyle("check", before=20, after=20, indent='w:left="283" w:hanging="283"')


def styles_xml(house: House, words: Words, numbering: Numbering, *, form: bool = False) -> str:
    """The whole `styles.xml`; of a form with a style for choices behind a box."""
    styles = _paragraph_styles(house, numbering) + ((_CHECK,) if form else ())
    paragraphs = "".join(_paragraph_style(style, words) for style in styles)
    characters = _character_style("bold", "<w:b/>") + _character_style("italic", "<w:i/>")
    return (
        f'<w:styles xmlns:w="{W}">{_defaults(house, words)}{_basic()}{paragraphs}{characters}'
        f"{_table_styles(house, words)}</w:styles>"
    )


def _defaults(house: House, words: Words) -> str:
    # LibreOffice takes the language of the PDF from here, not from the Normal style.
    return (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{house.font}" w:hAnsi="{house.font}" w:cs="{house.font}" w:eastAsia="{house.font}"/>'
        f'<w:sz w:val="{round(house.size * 2)}"/><w:szCs w:val="{round(house.size * 2)}"/>'
        f'<w:lang w:val="{words.locale}" w:eastAsia="{words.locale}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:before="0" w:after="0" w:line="269" w:lineRule="auto"/>'
        "</w:pPr></w:pPrDefault></w:docDefaults>"
    )


def _basic() -> str:
    return (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        "<w:pPr><w:widowControl/></w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )


def _paragraph_styles(house: House, numbering: Numbering) -> tuple[ParagraphStyle, ...]:
    body = house.size
    color = f'<w:color w:val="{house.color}"/>'
    keep = "<w:keepNext/><w:keepLines/>"
    numbered2 = "" if numbering == "articles" else _number(1, 1)
    numbered3 = _number(1, 2) if numbering == "sections" else ""
    clause, letter = _clause_levels(numbering)
    return (
        ParagraphStyle("body", before=80, after=80),
        ParagraphStyle("body_after", "BodyText", follow="body", before=_UNDER_TABLE, after=80),
        ParagraphStyle("title", follow="lead", before=360, after=120, line=252, properties=keep,
                       run=("<w:b/>", color, _size(body * 1.9))),
        ParagraphStyle("lead", "BodyText", after=200, run=(color, _size(body * 1.1))),
        ParagraphStyle("heading1", follow="body", before=300, after=80, properties=keep + _number(1, 0), outline=0,
                       run=("<w:b/>", color, _size(body * 1.25))),
        ParagraphStyle("heading2", follow="body", before=220, after=60, properties=keep + numbered2, outline=1,
                       run=("<w:b/>", color, _size(body * 1.1))),
        ParagraphStyle("heading3", follow="body", before=160, after=40, properties=keep + numbered3, outline=2,
                       run=("<w:b/>", "<w:i/>", color, _size(body))),
        ParagraphStyle("heading_plain", "Heading1", follow="body",
                       properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>', outline=0),
        ParagraphStyle("annex", "Heading1", follow="body", after=120,
                       properties="<w:pageBreakBefore/>" + _number(4, 0), outline=0,
                       run=(_size(body * 1.45),)),
        ParagraphStyle("closing", "BodyText", before=120, after=160, properties=keep),
        ParagraphStyle("closing_after", "DgClosing", before=_UNDER_TABLE, after=160, properties=keep),
        ParagraphStyle("clause", "BodyText", properties=clause),
        ParagraphStyle("clause_after", "DgClause", follow="clause", before=_UNDER_TABLE, after=80),
        ParagraphStyle("letter", "BodyText", before=40, after=40, properties=letter),
        ParagraphStyle("bullet", "BodyText", before=40, after=40, properties=_number(2, 0)),
        ParagraphStyle("caption", follow="body", before=_UNDER_TABLE, after=60, properties=keep,
                       run=("<w:b/>", color, _size(body * 0.95))),
        ParagraphStyle("note", "BodyText", before=160, after=160,
                       properties=_note_box(house), indent='w:left="142" w:right="142"'),
        ParagraphStyle("cell", before=30, after=30, line=252, run=(_size(body * 0.92),)),
        ParagraphStyle("cell_head", "DgCell", properties="<w:keepNext/>", run=("<w:b/>", color)),
        ParagraphStyle("cell_bullet", "DgCell", properties=_number(3, 0)),
        ParagraphStyle("label", "DgCell", run=(color,)),
        ParagraphStyle("party", "DgCell", properties=keep),
        ParagraphStyle("sign", "DgCell", properties=keep),
        ParagraphStyle("letterhead", run=("<w:b/>", color, _size(body * 1.7))),
        ParagraphStyle("letterhead_line", properties=_rule("bottom", house, 8), run=_small(house, 0.75)),
        ParagraphStyle("header", properties=_rule("bottom", house, 6) + _right_tab(), run=_small(house)),
        ParagraphStyle("footer", properties=_rule("top", house, 6) + _right_tab(), run=_small(house)),
        ParagraphStyle("instruction", run=('<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>',
                                           '<w:color w:val="9C3587"/>', _size(8))),
    )  # fmt: skip


def _clause_levels(numbering: Numbering) -> tuple[str, str]:
    if numbering == "articles":
        return _number(1, 1), _number(1, 2)
    if numbering == "sections":
        return _number(1, 3), _number(1, 4)
    return _number(5, 0), _number(5, 1)


def _number(numbering_id: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering_id}"/></w:numPr>'


def _size(points: float) -> str:
    half_points = round(points * 2)
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _small(house: House, share: float = 0.85) -> tuple[str, ...]:
    return (f'<w:color w:val="{house.color}"/>', _size(house.size * share))


def _rule(side: str, house: House, width: int) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{width}" w:space="4" w:color="{house.accent}"/></w:pBdr>'


def _right_tab() -> str:
    return f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'


def _note_box(house: House) -> str:
    thin = f'w:val="single" w:sz="4" w:space="6" w:color="{house.tint}"'
    bar = f'w:val="single" w:sz="24" w:space="6" w:color="{house.accent}"'
    return (
        f"<w:keepLines/><w:pBdr><w:top {thin}/><w:left {bar}/><w:bottom {thin}/><w:right {thin}/></w:pBdr>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{house.tint}"/>'
    )


def _paragraph_style(style: ParagraphStyle, words: Words) -> str:
    identifier = STYLE_IDS[style.role]
    spacing = f'<w:spacing w:before="{style.before}" w:after="{style.after}"'
    spacing += f' w:line="{style.line}" w:lineRule="auto"/>' if style.line else "/>"
    keeps_base_spacing = style.base != "Normal" and not (style.before or style.after)
    return (
        f'<w:style w:type="paragraph"{_custom(style.role)} w:styleId="{identifier}">'
        f'<w:name w:val="{_name(style.role, words)}"/><w:basedOn w:val="{style.base}"/>'
        + (f'<w:next w:val="{STYLE_IDS[style.follow]}"/>' if style.follow else "")
        + "<w:qFormat/><w:pPr>"
        + style.properties
        + ("" if keeps_base_spacing else spacing)
        + (f"<w:ind {style.indent}/>" if style.indent else "")
        + (f'<w:jc w:val="{style.align}"/>' if style.align else "")
        + (f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else "")
        + f"</w:pPr><w:rPr>{''.join(style.run)}</w:rPr></w:style>"
    )


def _custom(role: str) -> str:
    return "" if role in _BUILT_IN else ' w:customStyle="1"'


def _name(role: str, words: Words) -> str:
    return _BUILT_IN.get(role) or words.style_names[role]


def _character_style(role: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{STYLE_IDS[role]}"><w:name w:val="{_BUILT_IN[role]}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{run}</w:rPr></w:style>'
    )


def _table_styles(house: House, words: Words) -> str:
    head = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{house.tint}"/></w:tcPr>'
    first_row = f'<w:tblStylePr w:type="firstRow">{head}</w:tblStylePr>'
    first_column = f'<w:tblStylePr w:type="firstCol">{head}</w:tblStylePr>'
    return (
        _table_style("grid", house, words, first_row)
        + _table_style("fields", house, words, first_row + first_column)
        + _table_style("signatures", house, words, first_row)
    )


def _table_style(role: str, house: House, words: Words, conditions: str) -> str:
    inner = f'w:val="single" w:sz="4" w:space="0" w:color="{house.accent}"'
    outer = f'w:val="single" w:sz="8" w:space="0" w:color="{house.accent}"'
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{STYLE_IDS[role]}">'
        f'<w:name w:val="{words.style_names[role]}"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders><w:top {outer}/><w:left {inner}/><w:bottom {outer}/><w:right {inner}/>"
        f"<w:insideH {inner}/><w:insideV {inner}/></w:tblBorders><w:tblCellMar>"
        '<w:top w:w="40" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
        f'<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>{conditions}</w:style>'
    )


def numbering_xml(words: Words, numbering: Numbering) -> str:
    """The whole `numbering.xml`: headings and clauses, bullets, bullets in cells, annexes, paragraphs of an advice."""
    lists = {1: _main_levels(words, numbering), 4: _level(0, "decimal", f"{words.annex} %1.", "annex")}
    in_clauses = INDENT if numbering != "articles" else 2 * INDENT
    lists[2] = _level(0, "bullet", "–", "bullet", left=in_clauses, hanging=INDENT)
    lists[3] = _level(0, "bullet", "–", "cell_bullet", left=227, hanging=227)
    lists[5] = _numbered(0, "%1.", "clause") + _lettered(1, "%2)") if numbering == "deliberation" else ""
    used = {identifier: levels for identifier, levels in sorted(lists.items()) if levels}
    abstracts = "".join(
        f'<w:abstractNum w:abstractNumId="{identifier}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for identifier, levels in used.items()
    )
    numbers = "".join(f'<w:num w:numId="{item}"><w:abstractNumId w:val="{item}"/></w:num>' for item in used)
    return f'<w:numbering xmlns:w="{W}">{abstracts}{numbers}</w:numbering>'


def _main_levels(words: Words, numbering: Numbering) -> str:
    if numbering == "articles":
        return (
            _level(0, "decimal", f"{words.article} %1.", "heading1")
            + _numbered(1, "%1.%2", "clause")
            + _lettered(2, "%3)")
        )
    if numbering == "deliberation":
        return _level(0, "upperRoman", "%1.", "heading1", INDENT, INDENT) + _level(
            1, "upperLetter", "%2.", "heading2", INDENT, INDENT
        )
    return (
        _level(0, "decimal", "%1.", "heading1", INDENT, INDENT)
        + _level(1, "decimal", "%1.%2", "heading2", INDENT, INDENT)
        + _level(2, "decimal", "%1.%2.%3", "heading3", INDENT + 142, INDENT + 142)
        + _numbered(3, "%4.", "clause")
        + _lettered(4, "%5)")
    )


def _numbered(level: int, text: str, role: str) -> str:
    return _level(level, "decimal", text, role, INDENT, INDENT)


def _lettered(level: int, text: str) -> str:
    return _level(level, "lowerLetter", text, "letter", 2 * INDENT, INDENT)


def _level(level: int, form: str, text: str, role: str, left: int = 0, hanging: int = 0) -> str:
    suffix = "" if hanging else '<w:suff w:val="space"/>'
    indent = f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'
    stop = f'<w:tabs><w:tab w:val="num" w:pos="{left}"/></w:tabs>' if hanging else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:pStyle w:val="{STYLE_IDS[role]}"/>{suffix}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr>{stop}{indent}</w:pPr></w:lvl>"
    )


def settings_xml(words: Words) -> str:
    """The whole `settings.xml`: layout of Word 2013 and later, language of the theme."""
    return (
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        f'</w:compat><w:themeFontLang w:val="{words.locale}"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>'
        "</w:settings>"
    )
