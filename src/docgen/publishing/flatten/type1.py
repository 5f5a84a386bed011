"""Type 1 programs made anew from what drawing needs: outlines, hints, encoding, matrix (Adobe Type 1 Font Format).

Nothing else of the PostScript text is taken over, neither names, notices and comments nor procedures: readers of PDF
draw flex and hint replacement by the numbers of the procedures, which are the same in every font (8.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fontTools.misc import eexec

from docgen.publishing.flatten.cff import NEUTRAL_NAME
from docgen.publishing.flatten.glyph_names import neutral_glyph_name

_CLEAR_KEY, _GLYPH_KEY = 55665, 4330
_NUMBERS = rb"[-+.\d\sEe]*"
_MATRIX = re.compile(rb"/FontMatrix\s*\[(" + _NUMBERS + rb")\]")
_BOX = re.compile(rb"/FontBBox\s*[\[{](" + _NUMBERS + rb")[\]}]")
_PUT = re.compile(rb"\bdup\s+(\d{1,3})\s*/([^\s/\[\](){}<>%]{1,64})\s+put\b")
_HINTS = ("BlueValues", "OtherBlues", "FamilyBlues", "FamilyOtherBlues", "StdHW", "StdVW", "StemSnapH", "StemSnapV")
_VALUES = ("BlueScale", "BlueShift", "BlueFuzz", "LanguageGroup", "ExpansionFactor")
_SUBRS = re.compile(rb"/Subrs\s+(\d{1,5})\s+array\b")
_GLYPHS = re.compile(rb"/CharStrings\s+(\d{1,5})\s+dict\b")
_SUBR = re.compile(rb"\s*(?:\S{1,12}\s+){0,3}?dup\s+(\d{1,5})\s+(\d{1,5})\s+\S{1,12} ")
_GLYPH = re.compile(rb"\s*(?:\S{1,12}\s+){0,3}?/([^\s/\[\](){}<>%]{1,64})\s+(\d{1,5})\s+\S{1,12} ")
_PRIVATE_END = b"dup /FontName get exch definefont pop\nmark currentfile closefile\n"
_PLAIN_SUBRS = b"/OtherSubrs [{}{}{}{}] ND\n"


def bare_type1(program: bytes, clear: int, hidden: int) -> tuple[bytes, int, int]:
    """The font anew, and the lengths of its clear and its encrypted part.

    `clear` and `hidden` are these lengths as the PDF tells them (`/Length1` and `/Length2`).

    Raises:
        ValueError: it is no Type 1 program in the two parts a PDF has, or something that drawing needs is missing.
    """
    head, body = program[:clear], program[clear : clear + hidden]
    if not head.startswith(b"%!") or b"eexec" not in head[-64:] or len(body) < 8:
        raise ValueError("no Type 1 program")
    private = bytes(eexec.decrypt(_octets(body), _CLEAR_KEY)[0])[4:]
    new_head = _head(head)
    new_body = bytes(eexec.encrypt(bytes(4) + _private(private), _CLEAR_KEY)[0])
    return new_head + new_body + _tail(), len(new_head), len(new_body)


def _octets(body: bytes) -> bytes:
    """The encrypted part, which may be written in hexadecimal (7.2)."""
    if re.fullmatch(rb"[0-9A-Fa-f\s]{8}", body[:8]):
        return bytes.fromhex(re.sub(rb"\s|[^0-9A-Fa-f]", b"", body).decode())
    return body


def _head(head: bytes) -> bytes:
    matrix, box = _MATRIX.search(head), _BOX.search(head)
    if matrix is None or box is None:
        raise ValueError("no matrix or box")
    encoding = b"/Encoding StandardEncoding def"
    if re.search(rb"/Encoding\s+StandardEncoding", head) is None:
        puts = b"".join(
            b"dup %s /%s put\n" % (code, _neutral(name)) for code, name in _PUT.findall(head) if int(code) < 256
        )
        encoding = b"/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n" + puts + b"readonly def"
    lines = [
        b"%%!PS-AdobeFont-1.0: %s" % NEUTRAL_NAME.encode(),
        b"11 dict begin",
        b"/FontType 1 def",
        b"/PaintType 0 def",
        b"/FontName /%s def" % NEUTRAL_NAME.encode(),
        b"/FontMatrix [%s] readonly def" % b" ".join(matrix[1].split()),
        b"/FontBBox {%s} readonly def" % b" ".join(box[1].split()),
        encoding,
        b"currentdict end",
        b"currentfile eexec\n",
    ]
    return b"\n".join(lines)


def _private(private: bytes) -> bytes:
    found = re.search(rb"/lenIV\s+(\d)\b", private)
    skipped = int(found[1]) if found else 4
    subrs, glyphs = list(_members(private, _SUBRS, _SUBR)), list(_members(private, _GLYPHS, _GLYPH))
    if not glyphs:
        raise ValueError("no glyphs")
    lines = [b"dup /Private 20 dict dup begin", b"/RD {string currentfile exch readstring pop} executeonly def"]
    lines += [b"/ND {noaccess def} executeonly def", b"/NP {noaccess put} executeonly def", b"/password 5839 def"]
    lines += [b"/MinFeature {16 16} def", *_hints(private)]
    made = b"\n".join(lines) + b"\n" + _PLAIN_SUBRS
    if subrs:
        made += b"/Subrs %d array\n" % (max(int(number) for number, _ in subrs) + 1)
        made += b"".join(b"dup %s %s NP\n" % (number, _enclosed(code, skipped)) for number, code in subrs) + b"ND\n"
    made += b"2 index /CharStrings %d dict dup begin\n" % len(glyphs)
    made += b"".join(b"/%s %s ND\n" % (_neutral(name), _enclosed(code, skipped)) for name, code in glyphs)
    return (
        made
        + b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n"
    )


def _neutral(name: bytes) -> bytes:
    return neutral_glyph_name(name.decode("latin-1")).encode("latin-1")


def _enclosed(code: bytes, skipped: int) -> bytes:
    """A charstring with its first, meaningless bytes set to nothing (7.3)."""
    plain = bytes(eexec.decrypt(code, _GLYPH_KEY)[0])[skipped:]
    closed = bytes(eexec.encrypt(bytes(4) + plain, _GLYPH_KEY)[0])
    return b"%d RD %s" % (len(closed), closed)


def _members(private: bytes, start: re.Pattern[bytes], member: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    found = start.search(private)
    place, count = (found.end(), int(found[1])) if found else (0, 0)
    for _ in range(count):
        match = member.match(private, place)
        if match is None:
            return
        place = match.end() + int(match[2])
        if place > len(private):
            raise ValueError("charstring outside of the program")
        yield match[1], private[match.end() : place]


def _hints(private: bytes) -> Iterator[bytes]:
    start = private.find(b"/CharStrings")
    subrs = private.find(b"/Subrs")
    text = private[: min(place for place in (start, subrs, len(private)) if place >= 0)]
    for key in _HINTS:
        found = re.search(rb"/%s\s*[\[{](%s)[\]}]" % (key.encode(), _NUMBERS), text)
        if found:
            yield b"/%s [%s] ND" % (key.encode(), b" ".join(found[1].split()))
    for key in _VALUES:
        found = re.search(rb"/%s\s+(-?[.\d]{1,12})\s" % key.encode(), text)
        if found:
            yield b"/%s %s def" % (key.encode(), found[1])
    if re.search(rb"/ForceBold\s+true", text):
        yield b"/ForceBold true def"


def _tail() -> bytes:
    return b"\n".join([b"0" * 64] * 8) + b"\ncleartomark\n"
