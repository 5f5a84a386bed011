"""Hiding places in data of other formats that a PDF holds: pictures, fonts, colour profiles, meshes.

Each plant hides `builders.CANARY` in an open PDF and nothing else.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.misc import eexec
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from publishing import builders, further_plants
from publishing.builders import CANARY, encoded
from publishing.further_plants import SHOWN, resource

Plant = Callable[[pikepdf.Pdf], None]
WORDS = CANARY.encode()

# --- JPEG 2000 --------------------------------------------------------------------------------------------------------


def box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + kind + body


def jpx() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (9, 99, 200)).save(out, "JPEG2000")
    return out.getvalue()


def with_jpx(change: Callable[[bytes], bytes]) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        image = builders._picture(pdf)
        image.write(change(jpx()), filter=Name.JPXDecode)
        image.Width = image.Height = 16

    return plant


def before_stream(*boxes: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = data.index(b"jp2c") - 4
        return data[:at] + b"".join(boxes) + data[at:]

    return change


def in_header(*boxes: bytes) -> Callable[[bytes], bytes]:
    """More boxes at the end of the header."""

    def change(data: bytes) -> bytes:
        start, end = data.index(b"jp2h") - 4, data.index(b"jp2c") - 4
        return data[:start] + box(b"jp2h", data[start + 8 : end] + b"".join(boxes)) + data[end:]

    return change


def in_stream(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        at = data.index(b"jp2c") - 4
        return data[:at] + box(b"jp2c", change(data[at + 8 :]))

    return changed


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


COMMENT = segment(0x64, b"\0\1" + WORDS)


def main_comment(stream: bytes) -> bytes:
    at = stream.index(b"\xff\x52")
    return stream[:at] + COMMENT + stream[at:]


def tile_comment(stream: bytes) -> bytes:
    start = stream.index(b"\xff\x90")
    size = int.from_bytes(stream[start + 6 : start + 10]) + len(COMMENT)
    return stream[: start + 6] + size.to_bytes(4) + stream[start + 10 : start + 12] + COMMENT + stream[start + 12 :]


def file_type(data: bytes) -> bytes:
    at = data.index(b"ftyp") - 4
    size = int.from_bytes(data[at : at + 4])
    return data[:at] + box(b"ftyp", data[at + 8 : at + size] + WORDS[:8] + WORDS[-4:] + WORDS) + data[at + size :]


def jpx_profile(pdf: pikepdf.Pdf) -> None:
    profile = further_plants.profile_with(pdf)

    def change(data: bytes) -> bytes:
        at = data.index(b"colr") - 4
        end = at + int.from_bytes(data[at : at + 4])
        start, rest = data.index(b"jp2h") - 4, data.index(b"jp2c") - 4
        inner = data[start + 8 : at] + box(b"colr", b"\2\0\0" + profile) + data[end:rest]
        return data[:start] + box(b"jp2h", inner) + data[rest:]

    with_jpx(change)(pdf)


# --- JPEG and fax -----------------------------------------------------------------------------------------------------


def with_jpeg(*segments: tuple[int, bytes]) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        image = builders._picture(pdf)
        image.write(builders.jpeg(*segments), filter=Name.DCTDecode)
        image.Width = image.Height = 16

    return plant


SIXTY_FOUR = WORDS.ljust(64, b"\1")
CODES = bytes((0, 9)) + bytes(14) + WORDS


def fax() -> bytes:
    """A picture of 16 by 16 pixels with a square in it, in group 4."""
    picture = Image.new("1", (16, 16), 1)
    picture.paste(0, (4, 4, 11, 9))
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4")
    with Image.open(out) as written:
        (at,), (size,) = written.tag_v2[273], written.tag_v2[279]  # type: ignore[attr-defined]
    return out.getvalue()[at : at + size]


def with_fax(data: bytes, **parameters: int) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        image = builders._picture(pdf)
        image.write(data, filter=Name.CCITTFaxDecode, decode_parms=Dictionary(**parameters))
        image.Width = image.Height = 16
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 1

    return plant


def pixels(use: str) -> Plant:
    """A picture whose pixels are the canary, drawn where nobody sees it."""

    def plant(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(
            WORDS, Type=Name.XObject, Subtype=Name.Image, Width=9, Height=1, BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
        )  # fmt: skip
        page = pdf.pages[0].obj
        page.Resources.XObject = Dictionary(Im0=image)
        page.Resources.ExtGState = Dictionary(Clear=Dictionary(ca=0))
        builders._add_to_content(pdf, SHOWN % use)

    return plant


# --- fonts ------------------------------------------------------------------------------------------------------------


def with_program(change: Callable[[TTFont], None]) -> Plant:
    """A TrueType font with another program."""

    def plant(pdf: pikepdf.Pdf) -> None:
        font = builders.embedded_font(pdf)
        stream = font.DescendantFonts[0].FontDescriptor.FontFile2
        program = TTFont(io.BytesIO(bytes(stream.read_bytes())), recalcBBoxes=False, recalcTimestamp=False)
        change(program)
        out = io.BytesIO()
        program.save(out)
        stream.write(out.getvalue())
        builders._with_font(pdf, font, encoded("o"))

    return plant


def table(tag: str) -> Plant:
    """More bytes behind a table, or one more table."""

    def change(program: TTFont) -> None:
        held = DefaultTable(tag)
        there = tag in program
        held.data = (program.reader[tag] if there else b"") + WORDS
        program.tables[tag] = held
        if not there:
            program[tag] = held

    return with_program(change)


def before_outlines(program: TTFont) -> None:
    """Bytes before the first outline."""
    more, wide = WORDS + b"\0", program["head"].indexToLocFormat
    form = "I" if wide else "H"
    old = program.reader["loca"]
    places = struct.unpack(f">{len(old) // struct.calcsize(form)}{form}", old)
    for tag, data in (
        ("loca", struct.pack(f">{len(places)}{form}", *(place + len(more) // (1 if wide else 2) for place in places))),
        ("glyf", more + program.reader["glyf"]),
    ):
        held = DefaultTable(tag)
        held.data = data
        program.tables[tag] = held


def blank_glyphs(pdf: pikepdf.Pdf) -> None:
    """Words in a font that draws nothing."""

    def change(program: TTFont) -> None:
        for name in program.getGlyphOrder():
            program["glyf"][name] = Glyph()

    with_program(change)(pdf)
    builders._add_to_content(pdf, f"/Artifact BMC BT /FSecret 8 Tf 40 40 Td {encoded(CANARY)} Tj ET EMC")


def named_glyphs(program: TTFont) -> None:
    program.setGlyphOrder([*program.getGlyphOrder()[:-1], CANARY])
    program["post"].formatType = 2.0
    program["post"].extraNames, program["post"].mapping = [], {}


def unknown_map(program: TTFont) -> None:
    """A map of a format that no reader of PDF looks at."""
    old = program.reader["cmap"]
    (count,) = struct.unpack_from(">H", old, 2)
    held = DefaultTable("cmap")
    moved = [struct.unpack_from(">HHI", old, 4 + 8 * place) for place in range(count)]
    entries = b"".join(struct.pack(">HHI", platform, encoding, at + 8) for platform, encoding, at in moved)
    last = struct.pack(">HHI", 9, 9, len(old) + 8)
    body = old[4 + 8 * count :] + struct.pack(">HH", 99, 4 + len(WORDS)) + WORDS
    held.data = old[:2] + struct.pack(">H", count + 1) + entries + last + body
    program.tables["cmap"] = held


def named_compact(pdf: pikepdf.Pdf) -> None:
    fonts, font = CFFFontSet(), TTFont()
    fonts.decompile(io.BytesIO(builders.compact_program()), font, isCFF2=False)
    top = fonts[0]
    glyphs = top.CharStrings
    glyphs.charStrings = {CANARY if name == "z" else name: code for name, code in glyphs.charStrings.items()}
    top.charset = [CANARY if name == "z" else name for name in top.charset]
    out = io.BytesIO()
    fonts.compile(out, font, isCFF2=False)
    program = pdf.make_stream(out.getvalue(), Subtype=Name.Type1C)
    builders._with_font(pdf, builders.simple_font(pdf, FontFile3=program), "(o)")


def named_type1(pdf: pikepdf.Pdf) -> None:
    content, clear, hidden = builders.type1_program()
    private = bytes(eexec.decrypt(content[clear : clear + hidden], 55665)[0])
    assert private.count(b"/z ") == 1
    inside = bytes(eexec.encrypt(private.replace(b"/z ", b"/" + WORDS + b" "), 55665)[0])
    program = pdf.make_stream(
        content[:clear] + inside + content[clear + hidden :],
        Length1=clear,
        Length2=len(inside),
        Length3=len(content) - clear - hidden,
    )
    builders._with_font(pdf, builders.simple_font(pdf, FontFile=program), "(o)")


def glyph_map(tail: bytes) -> Plant:
    """A map from codes to glyphs with more behind the codes that there are."""

    def plant(pdf: pikepdf.Pdf) -> None:
        font = builders.embedded_font(pdf)
        every = b"".join(code.to_bytes(2) for code in range(400))
        font.DescendantFonts[0].CIDToGIDMap = pdf.make_stream(every + tail)
        builders._with_font(pdf, font, encoded("o"))

    return plant


def long_meaning(pdf: pikepdf.Pdf) -> None:
    """What the code of one letter means, in as many letters as one likes."""
    font = builders.embedded_font(pdf)
    line = f"1 beginbfchar {encoded('o')} <{CANARY.encode('utf-16-be').hex()}> endbfchar endcmap"
    font.ToUnicode.write(bytes(font.ToUnicode.read_bytes()).replace(b"endcmap", line.encode()))
    builders._with_font(pdf, font, encoded("o"))


def without_program(pdf: pikepdf.Pdf) -> None:
    font = builders.simple_font(pdf)
    font.BaseFont = font.FontDescriptor.FontName = Name(f"/{CANARY}")
    builders._with_font(pdf, font, "(o)")


def encoding(value: object) -> Plant:
    def plant(pdf: pikepdf.Pdf) -> None:
        font = builders.simple_font(pdf)
        font.BaseFont, font.Encoding = Name.Helvetica, value
        builders._with_font(pdf, font, "(o)")

    return plant


# --- colour profiles --------------------------------------------------------------------------------------------------


def with_tag(name: bytes, body: bytes) -> Plant:
    """The profile of the output intent with one tag replaced, or one more."""

    def plant(pdf: pikepdf.Pdf) -> None:
        stream = pdf.Root.OutputIntents[0].DestOutputProfile
        old = bytes(stream.read_bytes())
        count = int.from_bytes(old[128:132])
        tags = {}
        for at in range(132, 132 + 12 * count, 12):
            tag, start, size = struct.unpack_from(">4sII", old, at)
            tags[tag] = old[start : start + size]
        tags[name] = body
        place, directory, data = 132 + 12 * len(tags), b"", b""
        for tag, held in tags.items():
            directory += struct.pack(">4sII", tag, place + len(data), len(held))
            data += held + bytes(-len(held) % 4)
        made = old[:128] + len(tags).to_bytes(4) + directory + data
        stream.write(len(made).to_bytes(4) + made[4:])

    return plant


def text(words: bytes) -> bytes:
    return b"text" + bytes(4) + words + b"\0"


SAME = b"curv" + bytes(8)
SMALL_TABLE = b"mft1" + bytes(4) + bytes((3, 3, 2, 0)) + bytes(36 + 256 * 3 + 8 * 3 + 256 * 3)
STEPS = b"mAB " + bytes(4) + bytes((3, 3, 0, 0)) + struct.pack(">5I", 32 + len(WORDS) + 3, 0, 0, 0, 0)


def profile_header(pdf: pikepdf.Pdf) -> None:
    stream = pdf.Root.OutputIntents[0].DestOutputProfile
    old = bytes(stream.read_bytes())
    stream.write(old[:40] + WORDS[:4] + old[44:52] + WORDS + old[61:])


# --- meshes -----------------------------------------------------------------------------------------------------------


def mesh(kind: int, data: bytes, **more: int) -> Plant:
    keys = {"BitsPerCoordinate": 8, "BitsPerComponent": 8, "BitsPerFlag": 8, **more}

    def made(pdf: pikepdf.Pdf) -> object:
        return pdf.make_stream(
            data,
            ShadingType=kind,
            ColorSpace=Name.DeviceRGB,
            Decode=Array([0, 9, 0, 9, 0, 1, 0, 1, 0, 1]),
            **keys,
        )

    return resource("/Shading", made, "0 0 9 9 re W n /R0 sh")


def coons(flag: int, points: int, colours: int) -> bytes:
    return bytes((flag,)) + bytes(range(1, 1 + 2 * points)) + bytes((9, 99, 200)) * colours


def masked_words(pdf: pikepdf.Pdf) -> object:
    group = pdf.make_stream(f"BT /F0 9 Tf 1 1 Td {encoded(CANARY)} Tj ET % {CANARY}".encode())
    group.Type, group.Subtype, group.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    group.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    group.Resources = Dictionary(Font=Dictionary(F0=builders.embedded_font(pdf)))
    return Dictionary(Type=Name.ExtGState, SMask=Dictionary(S=Name.Luminosity, G=group))


def condition(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].OutputConditionIdentifier = String(CANARY)


PLANTS: dict[str, Plant] = {
    "jpx_uuid": with_jpx(before_stream(box(b"uuid", bytes(16) + WORDS))),
    "jpx_label": with_jpx(before_stream(box(b"asoc", box(b"nlst", bytes(4)) + box(b"lbl ", WORDS)))),
    "jpx_address": with_jpx(before_stream(box(b"uinf", box(b"url ", bytes(4) + WORDS)))),
    "jpx_rights": with_jpx(before_stream(box(b"jp2i", WORDS))),
    "jpx_second_header": with_jpx(before_stream(box(b"jp2h", box(b"ihdr", bytes(14)) + box(b"xml ", WORDS)))),
    "jpx_second_stream": with_jpx(lambda data: data + box(b"jp2c", WORDS)),
    "jpx_file_type": with_jpx(file_type),
    "jpx_resolution": with_jpx(in_header(box(b"res ", box(b"resc", WORDS)))),
    "jpx_in_header": with_jpx(in_header(box(b"lbl ", WORDS))),
    "jpx_palette": with_jpx(in_header(box(b"pclr", b"\0\1\1\7\0" + WORDS))),
    "jpx_channels": with_jpx(in_header(box(b"cdef", bytes(2) + WORDS))),
    "jpx_colour_tail": with_jpx(in_header(box(b"colr", b"\1\0\0\0\0\0\x10" + WORDS))),
    "jpx_profile": jpx_profile,
    "jpx_comment": with_jpx(in_stream(main_comment)),
    "jpx_tile_comment": with_jpx(in_stream(tile_comment)),
    "jpx_segment": with_jpx(in_stream(lambda stream: main_comment(stream).replace(b"\xff\x64", b"\xff\x77"))),
    "jpx_after_end": with_jpx(in_stream(lambda stream: stream + WORDS + b"\xff\xd9")),
    "jpx_long_coding": with_jpx(
        in_stream(lambda stream: stream.replace(b"\xff\x5c", segment(0x5D, b"\0" + WORDS * 9) + b"\xff\x5c"))
    ),
    "jpx_bare": with_jpx(lambda data: main_comment(data[data.index(b"jp2c") + 4 :])),
    "jpeg_reserved": with_jpeg((0xF0, WORDS)),
    "jpeg_line_count": with_jpeg((0xDC, WORDS)),
    "jpeg_arithmetic": with_jpeg((0xCC, WORDS)),
    "jpeg_unused_table": with_jpeg((0xDB, b"\3" + SIXTY_FOUR)),
    "jpeg_replaced_table": with_jpeg((0xDB, b"\0" + SIXTY_FOUR)),
    "jpeg_unused_codes": with_jpeg((0xC4, b"\3" + CODES)),
    "jpeg_replaced_codes": with_jpeg((0xC4, b"\0" + CODES)),
    "jpeg_table_tail": with_jpeg((0xDB, b"\0" + SIXTY_FOUR + WORDS)),
    "jpeg_interval_tail": with_jpeg((0xDD, b"\0\0" + WORDS)),
    "jpeg_adobe_tail": with_jpeg((0xEE, b"Adobe\0\x64\0\0\0\0\1" + WORDS)),
    "fax_tail": with_fax(fax() + WORDS, K=-1, Columns=16, Rows=16),
    "fax_group_3": with_fax(fax() + WORDS, K=0, Columns=16),
    "fax_bytes": with_fax(fax() + WORDS, K=-1, Columns=16, EncodedByteAlign=True),
    "fax_columns": with_fax(fax() + WORDS, K=-1, Columns=24),
    "picture_off_page": pixels("9 0 0 1 -900 -900 cm /Im0 Do"),
    "picture_clipped": pixels("0 0 9 9 re W n 9 0 0 1 90 90 cm /Im0 Do"),
    "picture_transparent": pixels("/Clear gs 9 0 0 1 90 90 cm /Im0 Do"),
    "picture_covered": pixels("q 9 0 0 1 4 4 cm /Im0 Do Q 1 g 2 2 20 9 re f"),
    "blank_glyphs": blank_glyphs,
    "named_glyphs": with_program(named_glyphs),
    "unknown_map": with_program(unknown_map),
    **{
        f"table_{tag.replace('/', '').strip().lower()}": table(tag)
        for tag in ("head", "hhea", "maxp", "hmtx", "OS/2", "loca", "glyf", "post", "cmap")
    },
    **{f"table_{tag.strip().lower()}": table(tag) for tag in ("DSIG", "meta", "name", "Silf", "priv")},
    "before_outlines": with_program(before_outlines),
    "named_compact": named_compact,
    "named_type1": named_type1,
    "glyph_map": glyph_map(WORDS + b"\0"),
    "long_meaning": long_meaning,
    "without_program": without_program,
    "encoding_name": encoding(Name(f"/{CANARY}")),
    "base_encoding_name": encoding(Dictionary(Type=Name.Encoding, BaseEncoding=Name(f"/{CANARY}"))),
    **{f"profile_{tag.decode()}": with_tag(tag, text(WORDS)) for tag in (b"desc", b"cprt", b"dmdd", b"dmnd", b"vued")},
    "profile_meta": with_tag(b"meta", b"dict" + bytes(12) + WORDS),
    "profile_unknown_kind": with_tag(b"gamt", text(WORDS)),
    "profile_table_tail": with_tag(b"A2B0", SMALL_TABLE + WORDS),
    "profile_gap": with_tag(b"A2B0", STEPS + WORDS + bytes(3) + SAME * 3),
    "profile_curve_tail": with_tag(b"rTRC", b"curv" + bytes(4) + b"\0\0\0\1\2\0" + WORDS),
    "profile_short": with_tag(b"gamt", SMALL_TABLE[:500] + WORDS),
    "profile_header": profile_header,
    "mesh_lattice": mesh(5, bytes(range(1, 21)) + WORDS, VerticesPerRow=2),
    "mesh_lattice_row": mesh(5, bytes(range(1, 21)) + WORDS, VerticesPerRow=4),
    "mesh_coons": mesh(6, coons(0, 12, 4) + coons(1, 8, 2) + b"\0" + WORDS),
    "mesh_tensor": mesh(7, coons(0, 16, 4) + coons(2, 12, 2) + WORDS),
    "mesh_bits": mesh(6, WORDS * 9, BitsPerFlag=2),
    "masked_words": resource("/ExtGState", masked_words, "/R0 gs 0 0 9 9 re f"),
    "condition": condition,
}
