"""The manifest says why something has to be made again, and forgets what it cannot read."""

from __future__ import annotations

from docgen.dossier.manifest import Made, Manifest, read_manifest


def test_round_trip_and_reasons() -> None:
    manifest = Manifest("X-2026-001").with_document("protocol.nl", Made({"case": "1", "template": "2"}, {"a": "b"}))
    again = read_manifest("X-2026-001", manifest.to_json())
    assert again == manifest
    assert again.to_json() == manifest.to_json()
    assert again.differences("protocol.nl", {"case": "1", "template": "2"}) == ()
    assert again.differences("protocol.nl", {"case": "1", "template": "3", "office": "4"}) == ("office", "template")
    assert again.differences("contract.nl", {}) == ("never made",)


def test_unreadable_manifest_means_make_again() -> None:
    for content in (None, b"", b"[]", b"{}", b'{"schema": 99}', b'{"schema": 1, "documents": 3}'):
        assert read_manifest("X", content).documents == {}
