"""Everything checks may look at: the parts of a file, cut into pieces to search and texts to read, and its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pypdf.generic import StreamObject

from docgen.publishing.audit.decoding import inflated_anywhere, unlocked_program
from docgen.publishing.audit.lexing import Kind, Token
from docgen.publishing.audit.limits import Limits, Unreadable
from docgen.publishing.audit.needles import Secrets, as_text, secrets_of
from docgen.publishing.audit.operations import LABELS
from docgen.publishing.audit.pieces import Piece, Where
from docgen.publishing.audit.reading import Reading
from docgen.publishing.audit.search import Haystacks
from docgen.publishing.audit.views import folded, plain

TABLES = frozenset({"ObjStm", "XRef"})
"""What an object is called that holds other objects, or where they lie."""
_TEXTS = (Where.STRING, Where.LABEL, Where.NAME, Where.METADATA, Where.OUTSIDE)
_DIGEST = re.compile(r"[0-9a-f](?<![0-9A-Za-z].)(?:\s{0,2}[0-9a-f]){63}(?![0-9A-Za-z])")
"""A SHA-256 as copies print that of their original: one in a thousand holds eleven digits that look like a number."""
_UNPRINTABLE = bytes(byte for byte in range(256) if not (32 <= byte < 127 or byte in b"\t\r\n"))


@dataclass(frozen=True, slots=True, eq=False)
class Readable:
    """A text without digests, its characters made ordinary (`plain`)."""

    text: str
    prose: bool
    """Meant to be read, and not the bytes of something else."""


class Evidence(Reading):
    """A file and (when there is one) its signed source."""

    def __init__(self, content: bytes, source: bytes | None, private_values: Sequence[str], limits: Limits) -> None:
        super().__init__(content, limits, most=len(source or b""))
        self.source = source
        self.private_values = tuple(private_values)

    @cached_property
    def secrets(self) -> Secrets:
        """What the signed source must not have left behind."""
        if self.source is None or not self.content:
            raise Unreadable("source")
        return secrets_of(self.source, self.limits)

    @cached_property
    def texts(self) -> tuple[tuple[str, Readable], ...]:
        """Everything a person or a search engine could read as text, and where it stands."""
        return tuple(_readable_texts(self))

    @cached_property
    def different_texts(self) -> tuple[Readable, ...]:
        """Each of the texts once: most objects have the same few."""
        return tuple(dict.fromkeys([text for _, text in self.texts]))

    @cached_property
    def codes(self) -> tuple[tuple[str, bytes], ...]:
        """What the operators of every content stream show, as bytes of their fonts."""
        return tuple((spot, content.shown) for spot, content in self.contents)

    @cached_property
    def public_text(self) -> bytes:
        """The text of all pages, folded: what stands there is for everyone to read."""
        return b"\x1f".join(folded(page.text.encode("utf-8")) for page in self.pages)

    @cached_property
    def haystacks(self) -> Haystacks:
        """Everything, ready to be searched."""
        return Haystacks(self.pieces)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Every part of the file that can hold something, encoded or not."""
        return tuple(
            piece
            for part in (
                [Piece(Where.FILE, "file", self.content)],
                self._outside(),
                self._object_parts(),
                self._stream_parts(),
                self._logical_streams(),
                self._texts(),
            )
            for piece in part
            if piece.data
        )

    def _outside(self) -> Iterator[Piece]:
        for start, end in self.layout.stray:
            yield Piece(Where.OUTSIDE, f"byte {start}", self.content[start:end])
            for data in inflated_anywhere(self.content[start:end], self.limits.stream_bytes):
                yield Piece(Where.OUTSIDE, f"byte {start}", data)
        for start, comment in self.layout.comments:
            yield Piece(Where.OUTSIDE, f"byte {start}", comment)
        if self.layout.ends:
            yield Piece(Where.OUTSIDE, f"byte {self.layout.ends[-1]}", self.content[self.layout.ends[-1] :])

    def _object_parts(self) -> Iterator[Piece]:
        joined = _Joined()
        for item in (*self.layout.objects, *self.layout.trailers):
            for string in item.strings:
                yield from _string_pieces(_sort_of_string(string.key), _spot(item.spot, string.key), string.value)
                if len(string.value) > 64:
                    for data in inflated_anywhere(string.value, self.limits.stream_bytes):
                        yield Piece(Where.STRING, _spot(item.spot, string.key), data)
            for comment in item.comments:
                yield Piece(Where.OUTSIDE, item.spot, comment)
            yield Piece(Where.NAME, item.spot, joined[item.names])
        for spot, tokens in self.packed_objects:
            yield from _token_pieces(spot, tokens)

    def _stream_parts(self) -> Iterator[Piece]:
        for stream in self.streams:
            if stream.result is not None:
                data = stream.result.data
                yield Piece(stream.sort, stream.owner.spot, data)
                yield Piece(Where.OUTSIDE, stream.owner.spot, stream.result.left_over)
                yield Piece(stream.sort, stream.owner.spot, unlocked_program(data, self.limits.program_bytes))
                if stream.sort is Where.STREAM and data[:2] in (b"\x1f\x8b", b"\x78\x9c", b"\x78\xda"):
                    for inner in inflated_anywhere(data, self.limits.stream_bytes, 1):
                        yield Piece(Where.STREAM, stream.owner.spot, inner)
        for spot, codes in self.codes:
            yield Piece(Where.CONTENT, spot, codes)
        for spot, content in self.contents:
            yield Piece(Where.OUTSIDE, spot, b"\n".join(content.comments))
            yield from (Piece(Where.NAME, spot, name) for name in content.names)
            yield from (Piece(Where.LABEL, _spot(spot, key), value) for key, value in content.labels)

    def _logical_streams(self) -> Iterator[Piece]:
        """Streams once more, as pypdf decodes them: it undoes predictors."""
        for value in self.values:
            if isinstance(value, StreamObject) and "/DecodeParms" in value:
                number = value.indirect_reference.idnum if value.indirect_reference else 0
                yield Piece(Where.STREAM, f"object {number} 0", value.get_data())

    def _texts(self) -> Iterator[Piece]:
        for text in (*self.pages, *self.form_texts):
            yield Piece(Where.PAGE, text.spot, text.text.encode("utf-8"))


class _Joined(dict[tuple[str, ...], bytes]):
    """All names of an object in one piece; most objects have the same few."""

    def __missing__(self, names: tuple[str, ...]) -> bytes:
        made = self[names] = "\x1f".join(names).encode("latin-1")
        return made


def _token_pieces(spot: str, tokens: Sequence[Token]) -> Iterator[Piece]:
    key = ""
    for token in tokens:
        if token.kind is Kind.NAME:
            key = token.value.decode("latin-1")
            yield Piece(Where.NAME, spot, token.value)
        elif token.kind is Kind.STRING:
            yield from _string_pieces(_sort_of_string(key), _spot(spot, key), token.value)
        else:
            key = ""


def _string_pieces(where: Where, spot: str, value: bytes) -> Iterator[Piece]:
    """A string as it stands, and in ordinary characters where it has others."""
    yield Piece(where, spot, value)
    text = as_text(value)
    ordinary = plain(text)
    if ordinary != text:
        yield Piece(where, spot, ordinary.encode("utf-8"))


def _sort_of_string(key: str) -> Where:
    return Where.LABEL if key in LABELS else Where.STRING


def _spot(spot: str, key: str) -> str:
    return f"{spot} /{key}" if key.isalnum() and len(key) < 32 else spot


def _kept(match: re.Match[str]) -> str:
    """Nothing of a digest; all of a run of bare digits, which is none."""
    return match.group() if re.sub(r"\s", "", match.group()).isdigit() else " "


def _readable_texts(evidence: Evidence) -> Iterator[tuple[str, Readable]]:
    """Operands of content operators that show nothing are left out."""
    for page in (*evidence.pages, *evidence.form_texts):
        yield page.spot, _readable(page.text)
    read: dict[bytes, Readable] = {}  # Most objects have the same few keys.
    for piece in evidence.pieces:
        if piece.where in _TEXTS:
            text = read.get(piece.data)
            if text is None:
                text = read[piece.data] = _readable(plain(as_text(piece.data)), _is_text(piece.data))
            yield piece.spot, text
    for spot, codes in evidence.codes:
        yield spot, _readable(plain(codes.decode("latin-1")))
    for stream in evidence.streams:
        if stream.sort is not Where.STREAM or stream.result is None or not TABLES.isdisjoint(stream.owner.names):
            continue
        if _is_text(stream.result.data):
            yield stream.owner.spot, _readable(plain(as_text(stream.result.data)))


def _readable(text: str, prose: bool = True) -> Readable:
    return Readable(_DIGEST.sub(_kept, text), prose)


def _is_text(data: bytes) -> bool:
    """Mostly printable, and no CMap, whose code tables look like numbers."""
    sample = data[:4096].replace(b"\x00", b"")
    printable = len(sample.translate(None, _UNPRINTABLE))
    return bool(sample) and printable > 0.9 * len(sample) and b"begincmap" not in data
