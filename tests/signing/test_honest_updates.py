"""Updates as other programs write them are accepted; the same with anything hidden in them is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
import signing_attacks as attacks
from signing_increments import Objects, Shape, appended, catalog_with, hostile, objects_of, with_dates
from signing_live import LivePki, archived, now, with_store
from signing_state import Judge, codes, order

from docgen.documents import SignablePdf, SignedPdf, ValidationReport
from docgen.signing.levels import Level
from docgen.signing.metadata import same_but_dates
from docgen.signing.reading import open_strictly
from docgen.signing.sign import sign
from docgen.signing.store_update import only_proofs
from docgen.signing.updates import updates_behind

Look = Callable[[bytes], ValidationReport]


@pytest.fixture
def look(live: LivePki, judged: Judge) -> Look:
    settings = {"trust": live.trust, "now": now() + timedelta(minutes=1), "expected": (), "judge_only": True}
    return lambda content: judged(content, **settings)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("dates", [False, True])
def test_honest_update(
    shape: Shape, dates: bool, timestamped: SignedPdf, store: Objects, live: LivePki, look: Look, judged: Judge
) -> None:
    more = with_dates(timestamped.content) if dates else {}
    content = appended(timestamped.content, store | more, shape)
    report = look(content)
    assert report.findings == ()
    assert [one.level for one in report.signatures] == ["B-LT"]
    key = live.key("chief")
    asked = replace(order("office", key, now()), level=Level.B_T)
    second = sign(SignedPdf(timestamped.id, content), asked, key, services=live.services())
    whole = appended(second.content, objects_of(second.content, with_store(second.content, live)), shape)
    both = judged(whole, trust=live.trust, now=now() + timedelta(minutes=1))
    assert both.findings == ()
    assert judged(archived(whole, live), trust=live.trust, now=now() + timedelta(minutes=1)).findings == ()


def test_several_updates_of_different_shapes(timestamped: SignedPdf, store: Objects, live: LivePki, look: Look) -> None:
    content = timestamped.content
    for shape, objects in (
        (Shape.PDFBOX, store),
        (Shape.STREAM, with_dates(content)),
        (Shape.PACKED, catalog_with(appended(content, store), _extended)),
    ):
        content = appended(content, objects, shape)
        assert look(content).findings == ()


def _extended(root: pikepdf.Dictionary) -> None:
    root.Extensions.ADBE = pikepdf.Dictionary(BaseVersion=pikepdf.Name("/1.7"), ExtensionLevel=8)
    root.Version = pikepdf.Name("/2.0")


@pytest.mark.parametrize("shape", Shape)
def test_hostile_twins(shape: Shape, timestamped: SignedPdf, store: Objects, look: Look) -> None:
    assert look(appended(timestamped.content, store | with_dates(timestamped.content), shape)).ok
    accepted = [name for name, content in hostile(timestamped.content, store, shape).items() if look(content).ok]
    assert accepted == []


@pytest.mark.parametrize("variant", range(1, 8))
def test_timestamp_over_an_attack_does_not_cover_it_up(
    variant: int, timestamped: SignedPdf, live: LivePki, look: Look
) -> None:
    """A timestamp service stamps whatever it is sent, so that the last timestamp covers the whole file again."""
    attacked = attacks.isa(timestamped.content, variant)
    try:
        stamped = archived(attacked, live)
    except Exception:  # not even a writer can read it
        stamped = attacked
    report = look(stamped)
    assert not report.ok


def test_object_that_was_pointed_at_before_it_was_there(signable: SignablePdf, live: LivePki, look: Look) -> None:
    """Shadow attack: the signed page already names an object that comes only with the proofs."""
    key = live.key("rik")
    with pikepdf.open(io.BytesIO(signable.content)) as document:
        coming = int(document.trailer.Size) + 60
    prepared = _named_in_annotations(signable.content, coming)
    signed = sign(
        SignablePdf(signable.id, prepared, signable.slots),
        replace(order("applicant", key, now()), level=Level.B_T),
        key,
        services=live.services(),
    ).content
    store = objects_of(signed, with_store(signed, live))
    first = min(number for number, each in store.items() if b"endstream" in each)
    renamed = {number: each.replace(b"%d 0 R" % first, b"%d 0 R" % coming) for number, each in store.items()}
    renamed[coming] = renamed.pop(first)
    assert _only_proofs(appended(signed, store), len(signed))
    attacked = appended(signed, renamed)
    assert not _only_proofs(attacked, len(signed))
    assert not look(attacked).ok


def _only_proofs(content: bytes, start: int) -> bool:
    return only_proofs(content, updates_behind(content, open_strictly(content), start) or ())


def _named_in_annotations(content: bytes, number: int) -> bytes:
    """The file, written anew, with a page that names a number nothing has."""
    with pikepdf.open(io.BytesIO(content)) as document:
        page = document.pages[0].obj
        page.Marker = pikepdf.Dictionary(Marker=True)
        target = io.BytesIO()
        document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    written = target.getvalue()
    marker = b"<< /Marker true >>"
    assert written.count(marker) == 1
    return written.replace(marker, (b"%d 0 R" % number).ljust(len(marker)))


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}'
    "</rdf:RDF></x:xmpmeta>"
)
SPACES = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about=""'
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'


def _xmp(date: str, title: str, *, as_attribute: bool = False) -> bytes:
    attribute = f' xmp:ModifyDate="{date}" xmp:CreateDate="2020"' if as_attribute else ""
    element = "" if as_attribute else f"<xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:CreateDate>2020</xmp:CreateDate>"
    inner = f"<rdf:Description {SPACES}{attribute}>{element}{TITLE.format(title)}</rdf:Description>"
    return XMP.format(inner).encode()


def test_metadata_are_compared_by_what_they_say() -> None:
    assert same_but_dates(_xmp("2026", "Protocol"), _xmp("2027", "Protocol", as_attribute=True))
    assert not same_but_dates(_xmp("2026", "Protocol"), _xmp("2026", "Protocol 2"))
    assert not same_but_dates(_xmp("2026", "Protocol"), b"<x:xmpmeta")
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]>' + _xmp("2026", "&a;")
    assert not same_but_dates(_xmp("2026", "b"), entity)


def test_title_changed_and_signed_over(timestamped: SignedPdf, live: LivePki, store: Objects, judged: Judge) -> None:
    """Also where a later signature covers it, the first signer did not sign this title."""
    for name in ("title in XMP", "title in the information"):
        stamped = archived(hostile(timestamped.content, store, Shape.TABLE)[name], live)
        report = judged(stamped, trust=live.trust, now=now() + timedelta(minutes=1), expected=(), judge_only=True)
        assert "DG-V206" in codes(report), name
