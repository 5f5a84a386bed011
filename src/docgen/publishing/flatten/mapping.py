"""What the codes of a font mean: `/ToUnicode` maps read and written (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pikepdf import Stream

from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.streams import decoded

_ROWS = rb"beginbfchar\n((?>(?:<(?:[0-9A-Fa-f]{2})+> <(?:[0-9A-Fa-f]{4})+>\n)+))endbfchar\n"
_TOKEN = re.compile(rb"%[^\r\n]*|<([0-9A-Fa-f\s]*)>|([\[\]])|" + _ROWS + rb"|/?([A-Za-z]+)")
"""A section of single codes is one token when it is written as nearly all programs write it."""


def mapping_of(stream: Stream, code_length: int, job: Job, spot: str) -> dict[int, str]:
    """What each code means. Codes of another length than the font's are left out."""
    mapping: dict[int, str] = {}
    pending: list[bytes | list[bytes]] = []
    group: list[bytes] | None = None
    section = ""
    for match in _TOKEN.finditer(decoded(stream, job, spot)):
        digits, bracket, rows, word = match.groups()
        if rows:
            section, pending = "", []
            codes = [bytes.fromhex(one) for one in rows.translate(None, b"<>").decode().split()]
            if group is None:
                job.spend(spot, len(codes) // 2)
                mapping.update(_single(codes, code_length))
            else:
                group += codes
        elif word in (b"beginbfchar", b"beginbfrange"):
            section, pending = word.decode(), []
        elif word in (b"endbfchar", b"endbfrange"):
            section = ""
        elif word == b"usecmap":
            job.refuse("DG-F111", spot, font="usecmap")
        elif section and bracket == b"[":
            group = []
        elif section and bracket == b"]" and group is not None:
            pending.append(group)
            group = None
        elif section and digits is not None:
            (pending if group is None else group).append(_octets(digits))
        size = 2 if section == "beginbfchar" else 3
        if section and group is None and len(pending) == size:
            job.spend(spot)
            mapping.update(_entries(pending, code_length))
            pending = []
    return mapping


def _single(codes: list[bytes], code_length: int) -> Iterator[tuple[int, str]]:
    """The entries of a section of single codes, each followed by its meaning."""
    for code, target in zip(codes[::2], codes[1::2], strict=True):
        if len(code) == code_length:
            yield int.from_bytes(code), _text(target)


def _octets(digits: bytes) -> bytes:
    return bytes.fromhex((digits.translate(None, b" \r\n\t\f\0") + b"0" * (len(digits) % 2)).decode())


def _entries(row: list[bytes | list[bytes]], code_length: int) -> Iterator[tuple[int, str]]:
    first, last = row[0], row[-2]
    if not isinstance(first, bytes) or not isinstance(last, bytes) or len(first) != code_length:
        return
    start, end = int.from_bytes(first), min(int.from_bytes(last), int.from_bytes(first) + 0xFFFF)
    target = row[-1]
    if isinstance(target, list):
        yield from ((start + i, _text(member)) for i, member in enumerate(target[: end - start + 1]))
        return
    for code in range(start, end + 1):
        last_unit = int.from_bytes(target[-2:]) + code - start
        yield code, _text(target[:-2] + (last_unit & 0xFFFF).to_bytes(2)) if len(target) >= 2 else _text(target)


def _text(octets: bytes) -> str:
    return octets.decode("utf-16-be", "replace") if len(octets) >= 2 else octets.decode("latin-1")


def cmap_of(mapping: dict[int, str], code_length: int) -> bytes:
    """A `/ToUnicode` map with one line a code."""
    digits = 2 * code_length
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<{'0' * digits}> <{'f' * digits}>",
        "endcodespacerange",
    ]
    rows = [f"<{code:0{digits}x}> <{text.encode('utf-16-be').hex()}>" for code, text in sorted(mapping.items())]
    for start in range(0, len(rows), 100):  # a section has at most 100 entries
        block = rows[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()
