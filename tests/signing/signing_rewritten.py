"""Well-formed increments that put other objects in the place of signed ones, and files built around a signed file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from signing_increments import Shape, appended, body, catalog_with, changed, size_of, stream, with_dates

_SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
_PAPER = Array([0, 0, 10, 10])
_CATALOG: dict[str, pikepdf.Object] = {
    "/OpenAction": _SCRIPT,
    "/AA": Dictionary(WC=_SCRIPT),
    "/Names": Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("x"), Dictionary(Type=Name.Filespec)]))),
    "/PageLabels": Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=7)])),
    "/ViewerPreferences": Dictionary(HideToolbar=True),
    "/Collection": Dictionary(View=Name.T),
    "/OCProperties": Dictionary(OCGs=Array([]), D=Dictionary()),
    "/Perms": Dictionary(UR3=Dictionary(Type=Name.Sig)),
    "/OutputIntents": Array([]),
    "/Outlines": Dictionary(Type=Name.Outlines, Count=0),
    "/URI": Dictionary(Base=String("http://example.org/")),
    "/Lang": String("en"),
}
_FORM: dict[str, pikepdf.Object | int] = {"/XFA": String("<xdp/>"), "/SigFlags": 0, "/CO": Array([])}
_PAGE: dict[str, pikepdf.Object | int] = {
    "/Contents": Array([]),
    "/Resources": Dictionary(),
    "/CropBox": _PAPER,
    "/MediaBox": _PAPER,
    "/UserUnit": 3,
    "/Annots": Array([]),
    "/AA": Dictionary(O=_SCRIPT),
    "/Tabs": Name.R,
}
_WIDGET: dict[str, pikepdf.Object | int] = {
    "/Rect": Array([0, 0, 5, 5]),
    "/F": 6,
    "/TU": String("Handtekening van iemand anders"),
    "/AP": Dictionary(),
    "/A": _SCRIPT,
    "/MK": Dictionary(CA=String("x")),
    "/SV": Dictionary(Ff=0),
}
_SIGNATURE: dict[str, pikepdf.Object] = {
    "/Name": String("Iemand anders"),
    "/Reason": String("Akkoord met alles"),
    "/M": String("D:20200101000000Z"),
    "/SubFilter": Name("/adbe.x509.rsa_sha1"),
    "/ByteRange": Array([0, 10, 20, 30]),
}


def objects_replaced(content: bytes) -> Iterator[bytes]:
    """One object after the other says something else: catalog, form, pages, marks, signatures, tags, fonts."""
    for key, value in _CATALOG.items():
        yield appended(content, catalog_with(content, _setting(key, value)))
    yield appended(content, catalog_with(content, lambda root: root.__delitem__("/StructTreeRoot")))
    if b"/Perms" in content:
        yield appended(content, catalog_with(content, lambda root: root.__delitem__("/Perms")))
    for find, values in ((_form, _FORM), (_page, _PAGE), (_widget, _WIDGET), (_signature, _SIGNATURE)):
        for key, value in values.items():
            yield _with(content, find, _setting(key, value))
    yield _with(content, _pages, lambda pages: pages.__setitem__("/Kids", Array([pages.Kids[0], pages.Kids[0]])))
    yield _with(content, _pages, _setting("/MediaBox", _PAPER))
    yield _with(content, lambda document: document.Root.StructTreeRoot, _setting("/RoleMap", Dictionary(P=Name.Note)))
    yield _with(content, _paragraph, _setting("/ActualText", String("EUR 9 999 999")))
    yield _streamed(content, lambda document: _widget(document).AP.N, b"1 0 0 rg 0 0 100 100 re f", b"/Subtype/Form")
    yield _streamed(content, _to_unicode, b"/CMapName /Other def", b"")


def around(content: bytes) -> Iterator[bytes]:
    """Other files around the signed one, an older state as the newest, encryption, the same key or object twice."""
    dated, (*_, older, newest) = appended(content, with_dates(content)), _starts(content)
    for other in (b"MZ\x90\x00", b"<html><!--", content):
        yield other + content
    yield content + content
    yield content + b"PK\x05\x06" + bytes(18)
    yield content + b"startxref\n%s\n%%%%EOF\n" % older
    yield _behind(dated, content, rb"/Prev \d+", b"/Prev " + older)
    yield _behind(dated, content, rb"/Prev \d+", b"/Prev " + _starts(dated)[-1])
    yield _behind(dated, content, rb"/Root", b"/XRefStm %s /Root" % newest)
    yield _behind(dated, content, rb"/Root", b"/Encrypt <</Filter/Standard/V 1/R 2/O (x)/U (x)/P -4>> /Root")
    yield _behind(dated, content, rb"(\d+) 1\n\d{10} 00000 n", b"1 1\n0000000000 00001 f")
    with pikepdf.open(io.BytesIO(content)) as document:
        number, catalog = document.Root.objgen[0], body(document.Root)
    script = b"/S/JavaScript/JS(x)"
    for twice in (b"/OpenAction<<%s>>/OpenAction null", b"/Open#41ction<<%s>>"):
        yield appended(content, {number: catalog.replace(b"<<", b"<<" + twice % script, 1)})
    moved = appended(content, {size_of(content): catalog})
    yield _behind(moved, content, rb"/Root \d+", b"/Root %d" % size_of(content))
    later = appended(content, {number: catalog.replace(b"<<", b"<</OpenAction<<%s>>" % script, 1)})
    yield _behind(_behind(later, content, rb" 0 obj", b" 1 obj"), content, rb" 00000 n", b" 00001 n")


def _setting(key: str, value: pikepdf.Object | int) -> Callable[[pikepdf.Object], None]:
    return lambda holder: holder.__setitem__(key, value)


def _with(
    content: bytes, find: Callable[[pikepdf.Pdf], pikepdf.Object], change: Callable[[pikepdf.Object], None]
) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        number = find(document).objgen[0]
    return appended(content, changed(content, number, change))


def _streamed(content: bytes, find: Callable[[pikepdf.Pdf], pikepdf.Object], raw: bytes, entries: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        number = find(document).objgen[0]
    return appended(content, {number: stream(raw, entries)}, Shape.TABLE)


def _form(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.Root.AcroForm


def _page(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.pages[0].obj


def _pages(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.Root.Pages


def _widget(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.Root.AcroForm.Fields[0]


def _signature(document: pikepdf.Pdf) -> pikepdf.Object:
    return _widget(document).V


def _paragraph(document: pikepdf.Pdf) -> pikepdf.Object:
    return next(each for each in document.objects if isinstance(each, Dictionary) and "/Pg" in each and "/P" in each)


def _to_unicode(document: pikepdf.Pdf) -> pikepdf.Object:
    return next(font.ToUnicode for _, font in _page(document).Resources.Font.items() if "/ToUnicode" in font)


def _starts(content: bytes) -> list[bytes]:
    return re.findall(rb"startxref\s+(\d+)", content)


def _behind(later: bytes, content: bytes, pattern: bytes, new: bytes) -> bytes:
    """An update with something else in the first place where a pattern stands in it."""
    made, count = re.subn(pattern, lambda _: new, later[len(content) :], count=1)
    assert count == 1
    return content + made
