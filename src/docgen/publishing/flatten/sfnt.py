"""TrueType programs without what drawing does not need: names, designers, licences, signatures, private tables.

A PDF needs the outlines and what places them (ISO 32000-1, 9.9); PDF/A asks no more. Bytes between tables go, too, as
do those behind what a table tells. Outlines and their hints stay as they are, also of glyphs that no text shows.
"""

from __future__ import annotations

import struct
from itertools import pairwise

from docgen.publishing.flatten.copying import words
from docgen.publishing.flatten.sfnt_tables import exact_tables

_KEPT = frozenset(
    tag.encode().ljust(4)
    for tag in words("CFF OS/2 VORG cmap cvt fpgm gasp glyf head hhea hmtx loca maxp post prep vhea vmtx")
)
_KINDS = frozenset((b"\0\1\0\0", b"true", b"OTTO"))
_MAGIC = 0xB1B0AFBA
"""What the sum of a whole font file must come to (OpenType, head table)."""


def bare(program: bytes) -> bytes:
    """The program with the tables that drawing needs, as they are, in the order of their tags.

    Raises:
        ValueError: it is no TrueType or OpenType program, its tables do not lie within it, or one of them is damaged.
    """
    kind, (count,) = program[:4], struct.unpack(">H", program[4:6].rjust(2, b"\0"))
    if kind not in _KINDS or len(program) < 12 + 16 * count:
        raise ValueError("no TrueType program")
    tables: dict[bytes, bytes] = {}
    for at in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack(">4sIII", program[at : at + 16])
        if offset + length > len(program):
            raise ValueError("table outside of the program")
        if tag in _KEPT:
            tables[tag] = program[offset : offset + length]
    try:
        return _assembled(kind, exact_tables(tables))
    except (struct.error, IndexError, KeyError) as error:
        raise ValueError("damaged table") from error


def glyph_count(program: bytes) -> int:
    """How many glyphs a program has.

    Raises:
        ValueError: it does not say.
    """
    return int.from_bytes(_table(program, b"maxp")[4:6])


def blank_glyphs(program: bytes) -> frozenset[int]:
    """Numbers of the glyphs without an outline, in a program as `bare` gives it.

    Raises:
        ValueError: it has no outlines of this kind.
    """
    wide, places = _table(program, b"head")[51], _table(program, b"loca")
    size = 4 if wide else 2
    numbers = struct.unpack(f">{len(places) // size}{'I' if wide else 'H'}", places)
    return frozenset(glyph for glyph, (place, after) in enumerate(pairwise(numbers)) if place == after)


def _table(program: bytes, tag: bytes) -> bytes:
    for at in range(12, 12 + 16 * int.from_bytes(program[4:6]), 16):
        if program[at : at + 4] == tag:
            place, length = struct.unpack_from(">II", program, at + 8)
            return program[place : place + length]
    raise ValueError(f"no {tag.decode()} table")


def _assembled(kind: bytes, tables: dict[bytes, bytes]) -> bytes:
    if len(tables.get(b"head", b"")) < 12:
        raise ValueError("no head table")
    tables[b"head"] = tables[b"head"][:8] + bytes(4) + tables[b"head"][12:]  # the sum of a file without its sum
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = kind + struct.pack(">HHHH", count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body, head, total = b"", b"", 0, 0
    for tag, table in sorted(tables.items()):
        place = len(header) + 16 * count + len(body)
        head = place if tag == b"head" else head
        checksum = _sum(table)
        total += checksum
        directory += struct.pack(">4sIII", tag, checksum, place, len(table))
        body += table + bytes(-len(table) % 4)
    whole = header + directory + body
    total += _sum(header + directory)  # tables begin at multiples of four: the sum of all is that of the parts
    adjustment = struct.pack(">I", (_MAGIC - total) & 0xFFFFFFFF)
    return whole[: head + 8] + adjustment + whole[head + 12 :]


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    numbers: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(numbers) & 0xFFFFFFFF
