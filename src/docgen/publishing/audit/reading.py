"""One file as three readers see it: byte by byte, with pypdf and with PDFium, each part when it is first asked for.

A part that cannot be read raises in every check that asks for it, so each of them counts as not run.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, EncodedStreamObject, PdfObject

from docgen.publishing.audit.decoding import Decoded, Undecodable, decoded
from docgen.publishing.audit.graph import FromRoot, Quiet, from_root, objects_from
from docgen.publishing.audit.layout import Layout, RawObject, layout_of
from docgen.publishing.audit.lexing import Lexer, Token
from docgen.publishing.audit.limits import LimitExceeded, Limits, Unreadable
from docgen.publishing.audit.operations import Content, Strings, content_of
from docgen.publishing.audit.pieces import Where
from docgen.publishing.audit.plain_objects import PlainReader
from docgen.publishing.audit.rendering import rendered_texts
from docgen.publishing.audit.shown import Operators, Shown
from docgen.publishing.audit.views import plain

_CONTENT_NAMES = frozenset({"Form", "PatternType"})


@dataclass(frozen=True, slots=True)
class ReadStream:
    """A stream of the file with what its filters gave."""

    owner: RawObject
    result: Decoded | None
    """None when its filters could not be undone."""
    sort: Where


@dataclass(frozen=True, slots=True)
class PageText:
    """Text as a reader gets it, of a page or of a form that pages may show, its characters made ordinary (`plain`)."""

    spot: str
    text: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A file read with pypdf, strictly unless something stopped that."""

    reader: PdfReader
    quiet: Quiet
    stopped_by: Exception | None = None
    values: tuple[PdfObject, ...] | None = None
    """All of them but the quiet ones, when nothing stopped it."""


class Reading:
    """The parts of one file. `most` is the size of the largest file that is looked at beside it, in bytes."""

    def __init__(self, content: bytes, limits: Limits, *, most: int = 0) -> None:
        self._content = content
        self._most = max(len(content), most)
        self.limits = limits
        self._contents: dict[bytes, Content] = {}
        self._strings = Strings()

    def close(self) -> None:
        """Forgets everything that was read: it leads in circles, and would stay until the collector comes."""
        if "_read" in vars(self):
            self._read.reader.close()
        vars(self).clear()

    @property
    def content(self) -> bytes:
        """The file; raises `LimitExceeded` for one that is too large to be looked at."""
        if self._most > self.limits.file_bytes:
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
        return self._read.reader

    @property
    def encrypted(self) -> bool:
        """Whether its trailer says that the file is encrypted."""
        return self._read.reader.is_encrypted

    @property
    def repaired(self) -> Exception | None:
        """What stopped pypdf from reading every object without forgiving anything; None for a sound file."""
        return self._read.stopped_by

    @cached_property
    def _read(self) -> _Read:
        """Strictly first: a file in which nothing had to be forgiven need not be read forgivingly once more."""
        try:
            reader = PlainReader(self.content, self.layout.objects)
            quiet = reader.quiet()
            values = tuple(objects_from(reader, self.limits, quiet))
        except Exception as error:  # Whatever it was, the check `readable` says so.
            return _Read(PdfReader(io.BytesIO(self.content), strict=False), {}, error)
        reader.strict = False  # The contents of pages are read forgivingly in any case.
        return _Read(reader, quiet, values=values)

    @cached_property
    def values(self) -> tuple[PdfObject, ...]:
        """Every object pypdf reaches from the trailer, but for the quiet ones and what is in them."""
        values = self._read.values
        return tuple(objects_from(self.reader, self.limits, {})) if values is None else values

    @cached_property
    def from_root(self) -> FromRoot:
        """What of it is reached from its root."""
        return from_root(self.reader, self._read.quiet)

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
            self._contents[data] = content_of(data, self.limits.tokens, self._strings)
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
        text, by_operators = plain(drawn), plain(shown.text)
        yield text
        one, other = _letters(text), _letters(by_operators)
        if one != other:
            yield by_operators
        if not shown.complete or (one != other and Counter(one) != Counter(other)):
            yield plain(self.reader.pages[index].extract_text())

    @cached_property
    def form_texts(self) -> tuple[PageText, ...]:
        """The text of every form, whether or not a page shows it (pictures of signatures, annotations).

        More than once where a font does not tell what it shows.
        """
        return tuple(
            PageText(f"form {value.indirect_reference.idnum if value.indirect_reference else 0} 0", plain(text))
            for value in self.values
            if isinstance(value, EncodedStreamObject) and value.get("/Subtype") == "/Form"
            for text in self._form_readings(value)
        )

    def _form_readings(self, form: EncodedStreamObject) -> Iterator[str]:
        shown = self._operators.of_form(form, DictionaryObject())  # ends where it draws itself
        yield shown.text
        if not shown.complete:
            yield PageObject.create_blank_page(width=1, height=1).extract_xform_text(form)


def _letters(text: str) -> str:
    """A text without what readers do not agree about: white space, and hyphens, which end lines."""
    return "".join(text.split()).replace("-", "")


def _numbers(value: object) -> set[int]:
    if value is None:
        return set()
    idnum = getattr(value, "idnum", None)
    found = {idnum} if isinstance(idnum, int) else set()
    target = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(target, list):
        found |= {number for part in list.__iter__(target) for number in _numbers(part)}
    return found
