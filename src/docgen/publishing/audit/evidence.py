"""One file as the checks see it: read byte by byte, with pypdf and with PDFium, each part when it is first asked for.

A part that cannot be read raises in every check that asks for it, so each of them counts as not run.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, EncodedStreamObject, PdfObject, StreamObject

from docgen.publishing.audit.decoding import Decoded, Undecodable, decoded, inflated_anywhere, unlocked_program
from docgen.publishing.audit.layout import Layout, RawObject, layout_of
from docgen.publishing.audit.lexing import Kind, Lexer, Token
from docgen.publishing.audit.limits import LimitExceeded, Limits, Unreadable
from docgen.publishing.audit.needles import Secrets, as_text, objects_from, secrets_of
from docgen.publishing.audit.operations import LABELS, Content, content_of
from docgen.publishing.audit.pieces import Piece, Where
from docgen.publishing.audit.rendering import rendered_texts
from docgen.publishing.audit.search import Haystacks
from docgen.publishing.audit.shown import Operators, Shown
from docgen.publishing.audit.views import folded, plain

_CONTENT_NAMES = frozenset({"Form", "PatternType"})
_TABLES = frozenset({"ObjStm", "XRef"})
_UNPRINTABLE = bytes(byte for byte in range(256) if not (32 <= byte < 127 or byte in b"\t\r\n"))
_SAME = str.maketrans("", "", "-\u2010")


@dataclass(frozen=True, slots=True)
class ReadStream:
    """A stream of the file with what its filters gave."""

    owner: RawObject
    result: Decoded | None
    """None when its filters could not be undone."""
    sort: Where


@dataclass(frozen=True, slots=True)
class PageText:
    """Text as a reader gets it, of a page or of a form that pages may show."""

    spot: str
    text: str
    prose: bool = True
    """Meant to be read, and not the bytes of something else."""


class Evidence:
    """Everything checks may look at, for one file and (when there is one) its signed source."""

    def __init__(self, content: bytes, source: bytes | None, private_values: Sequence[str], limits: Limits) -> None:
        self._content = content
        self.source = source
        self.private_values = tuple(private_values)
        self.limits = limits
        self._contents: dict[bytes, Content] = {}

    @property
    def content(self) -> bytes:
        """The file; raises `LimitExceeded` for one that is too large to be looked at."""
        if max(len(self._content), len(self.source or b"")) > self.limits.file_bytes:
            raise LimitExceeded("file")
        return self._content

    @cached_property
    def layout(self) -> Layout:
        """The file byte by byte."""
        return layout_of(self.content, self.limits.tokens)

    @cached_property
    def reader(self) -> PdfReader:
        """The file as pypdf reads it, forgivingly; what it had to forgive is a check of its own (`repaired`)."""
        if self.encrypted:
            raise Unreadable("encrypted")
        return self._read[0]

    @property
    def encrypted(self) -> bool:
        """Whether its trailer says that the file is encrypted."""
        return self._read[0].is_encrypted

    @property
    def repaired(self) -> Exception | None:
        """What stopped pypdf from reading every object without forgiving anything; None for a sound file."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[PdfReader, Exception | None]:
        """Strictly first: a file in which nothing had to be forgiven need not be read forgivingly once more."""
        try:
            reader = PdfReader(io.BytesIO(self.content), strict=True)
            for _ in objects_from(reader, self.limits):
                pass
        except Exception as error:  # Whatever it was, the check `readable` says so.
            return PdfReader(io.BytesIO(self.content), strict=False), error
        reader.strict = False  # The contents of pages are read forgivingly in any case.
        return reader, None

    @cached_property
    def values(self) -> tuple[PdfObject, ...]:
        """Every object pypdf reaches from the trailer."""
        return tuple(objects_from(self.reader, self.limits))

    @cached_property
    def secrets(self) -> Secrets:
        """What the signed source must not have left behind."""
        if self.source is None or not self.content:
            raise Unreadable("source")
        return secrets_of(self.source, self.limits)

    @cached_property
    def content_numbers(self) -> frozenset[int]:
        """Numbers of the objects that are contents of pages or glyphs."""
        numbers: set[int] = set()
        for page in self.reader.pages:
            contents = page.raw_get("/Contents") if "/Contents" in page else None
            numbers |= _numbers(contents)
        for value in self.values:
            if isinstance(value, DictionaryObject) and "/CharProcs" in value:
                glyphs = value["/CharProcs"]
                if isinstance(glyphs, DictionaryObject):
                    numbers |= {number for key in glyphs for number in _numbers(glyphs.raw_get(key))}
        return frozenset(numbers)

    @cached_property
    def streams(self) -> tuple[ReadStream, ...]:
        """Every stream lying in the file, reachable or not, of every revision."""
        found, total = [], 0
        for item in self.layout.objects:
            if item.stream is None:
                continue
            try:
                raw = self.content[item.stream.start : item.stream.end]
                result = decoded(raw, item.stream.filters, self.limits.stream_bytes)
            except Undecodable:
                found.append(ReadStream(item, None, Where.STREAM))
                continue
            total += len(result.data)
            if total > self.limits.decoded_bytes:
                raise LimitExceeded("streams")
            found.append(ReadStream(item, result, self._sort(item)))
        return tuple(found)

    def _sort(self, item: RawObject) -> Where:
        if "XML" in item.names and "Metadata" in item.names:
            return Where.METADATA
        if "Image" in item.names and "Subtype" in item.names:
            return Where.IMAGE
        if item.number in self.content_numbers or not _CONTENT_NAMES.isdisjoint(item.names):
            return Where.CONTENT
        return Where.STREAM

    @cached_property
    def contents(self) -> tuple[tuple[str, Content], ...]:
        """Every content stream lying in the file."""
        return tuple(
            (stream.owner.spot, self._operations(stream.result.data))
            for stream in self.streams
            if stream.sort is Where.CONTENT and stream.result is not None
        )

    def _operations(self, data: bytes) -> Content:
        if data not in self._contents:
            self._contents[data] = content_of(data, self.limits.tokens)
        return self._contents[data]

    @cached_property
    def packed_objects(self) -> tuple[tuple[str, tuple[Token, ...]], ...]:
        """Tokens of every object stream."""
        return tuple(
            (stream.owner.spot, tuple(Lexer(stream.result.data, budget=self.limits.tokens)))
            for stream in self.streams
            if "ObjStm" in stream.owner.names and stream.result is not None
        )

    @cached_property
    def rendered(self) -> tuple[str, ...]:
        """The text of every page as PDFium has it.

        Only for a file whose operators come to an end: PDFium would draw forms that draw each other for ever.
        """
        _ = self.shown
        return rendered_texts(self.content, self._page_count)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """What the operators of every page show."""
        return tuple(self._operators.of_page(page) for page in self.reader.pages)

    @cached_property
    def _operators(self) -> Operators:
        return Operators(self._operations, self.limits.letters)

    @property
    def _page_count(self) -> int:
        number = len(self.reader.pages)
        if number > self.limits.pages:
            raise LimitExceeded("pages")
        return number

    @cached_property
    def pages(self) -> tuple[PageText, ...]:
        """The text of every page, more than once where its readers do not agree.

        What PDFium has left out stands in what the operators show; where these are not of the same letters, or a font
        does not tell what it shows, pypdf reads the page too.
        """
        number = self._page_count
        try:
            rendered = self.rendered
        except Unreadable:  # There is a check for that, which then does not run; here the others do what they can.
            rendered = ("",) * number
        return tuple(
            PageText(f"page {index + 1}", text)
            for index, (drawn, shown) in enumerate(zip(rendered, self.shown, strict=True))
            for text in self._readings(index, drawn, shown)
        )

    def _readings(self, index: int, drawn: str, shown: Shown) -> Iterator[str]:
        yield drawn
        one, other = _letters(drawn), _letters(shown.text)
        if one != other:
            yield shown.text
        if not shown.complete or (one != other and Counter(one) != Counter(other)):
            yield self.reader.pages[index].extract_text()

    @cached_property
    def form_texts(self) -> tuple[PageText, ...]:
        """The text of every form, whether or not a page shows it (pictures of signatures, annotations)."""
        anywhere = PageObject.create_blank_page(width=1, height=1)
        texts = []
        for value in self.values:
            if isinstance(value, EncodedStreamObject) and value.get("/Subtype") == "/Form":
                self._operators.of_form(value, DictionaryObject())  # ends where it draws itself
                number = value.indirect_reference.idnum if value.indirect_reference else 0
                texts.append(PageText(f"form {number} 0", anywhere.extract_xform_text(value)))
        return tuple(texts)

    @cached_property
    def texts(self) -> tuple[PageText, ...]:
        """Everything a person or a search engine could read as text, its characters made ordinary (`plain`)."""
        return tuple(PageText(text.spot, plain(text.text), text.prose) for text in _readable_texts(self))

    @cached_property
    def public_text(self) -> bytes:
        """The text of all pages, folded: what stands there is for everyone to read."""
        return b"\x1f".join(folded(plain(page.text).encode("utf-8")) for page in self.pages)

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
        for item in (*self.layout.objects, *self.layout.trailers):
            for string in item.strings:
                yield from _string_pieces(_sort_of_string(string.key), _spot(item.spot, string.key), string.value)
                if len(string.value) > 64:
                    for data in inflated_anywhere(string.value, self.limits.stream_bytes):
                        yield Piece(Where.STRING, _spot(item.spot, string.key), data)
            for comment in item.comments:
                yield Piece(Where.OUTSIDE, item.spot, comment)
            yield Piece(Where.NAME, item.spot, b"\x1f".join(name.encode("latin-1") for name in item.names))
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
        for spot, content in self.contents:
            yield Piece(Where.CONTENT, spot, content.shown)
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
            yield Piece(Where.PAGE, text.spot, plain(text.text).encode("utf-8"))


def _letters(text: str) -> str:
    """A text without what readers do not agree about: white space, and hyphens, which end lines."""
    return "".join(plain(text).split()).translate(_SAME)


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


def _numbers(value: object) -> set[int]:
    if value is None:
        return set()
    idnum = getattr(value, "idnum", None)
    found = {idnum} if isinstance(idnum, int) else set()
    target = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(target, list):
        found |= {number for part in list.__iter__(target) for number in _numbers(part)}
    return found


def _readable_texts(evidence: Evidence) -> Iterator[PageText]:
    """Operands of content operators that show nothing are left out."""
    yield from evidence.pages
    yield from evidence.form_texts
    for piece in evidence.pieces:
        if piece.where in (Where.STRING, Where.LABEL, Where.NAME, Where.METADATA, Where.OUTSIDE):
            yield PageText(piece.spot, as_text(piece.data), prose=_is_text(piece.data))
    for spot, content in evidence.contents:
        yield PageText(spot, content.shown.decode("latin-1"))
    for stream in evidence.streams:
        if stream.sort is not Where.STREAM or stream.result is None or not _TABLES.isdisjoint(stream.owner.names):
            continue
        if _is_text(stream.result.data):
            yield PageText(stream.owner.spot, as_text(stream.result.data))


def _is_text(data: bytes) -> bool:
    """Mostly printable, and no CMap, whose code tables look like numbers."""
    sample = data[:4096].replace(b"\x00", b"")
    printable = len(sample.translate(None, _UNPRINTABLE))
    return bool(sample) and printable > 0.9 * len(sample) and b"begincmap" not in data
