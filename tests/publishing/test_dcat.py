"""The catalogue for data portals: well-formed JSON-LD with what DCAT-AP 3 asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from publishing import samples
from publishing.samples import entry
from publishing.test_site import BASE, built

MANDATORY = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"},
    "dcat:Dataset": {"dct:title", "dct:description", "dct:publisher", "dct:language", "dct:accessRights"},
    "dcat:Distribution": {"dcat:accessURL", "dct:format", "dcat:mediaType"},
    "foaf:Agent": {"foaf:name"},
    "spdx:Checksum": {"spdx:algorithm", "spdx:checksumValue"},
}


def catalogue(*items: Any, **more: object) -> dict[str, Any]:
    return json.loads(built(items or None, **more)["catalog.jsonld"])  # type: ignore[no-any-return]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def test_every_term_is_declared_and_nothing_is_fetched() -> None:
    whole = catalogue()
    prefixes = whole["@context"]
    assert all(isinstance(address, str) and address.startswith("http") for address in prefixes.values())
    for node in nodes(whole["@graph"]):
        for key in node:
            assert key.startswith("@") or key.partition(":")[0] in prefixes, key
        if "@type" in node:
            assert node["@type"].partition(":")[0] in prefixes


def test_every_node_has_what_its_class_needs() -> None:
    seen = set()
    for node in nodes(catalogue()["@graph"]):
        needed = MANDATORY.get(node.get("@type", ""))
        if needed is not None:
            seen.add(node["@type"])
            assert needed <= set(node), (node["@type"], needed - set(node))
    assert seen == set(MANDATORY)


def test_names_are_unique_and_references_lead_to_nodes() -> None:
    graph = catalogue()["@graph"]
    named = [node["@id"] for node in nodes(graph) if "@type" in node and "@id" in node]
    assert len(named) == len(set(named))
    for node in graph:
        for key in ("dct:publisher", "dcat:dataset", "dct:relation"):
            for reference in node.get(key, []):
                assert reference["@id"] in named, (key, reference)
    site = built()
    for node in nodes(graph):
        if "dcat:landingPage" in node:
            assert all(page["@id"].removeprefix(BASE) in site for page in node["dcat:landingPage"])


def test_values_are_typed_and_texts_say_their_language() -> None:
    for node in nodes(catalogue()["@graph"]):
        if "@value" in node:
            assert set(node) in ({"@value", "@language"}, {"@value", "@type"})
        if node.get("@type") == "xsd:date":
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", node["@value"])


def test_a_withdrawn_case_says_so_and_has_no_file() -> None:
    graph = catalogue()["@graph"]
    (gone,) = [node for node in graph if node.get("dct:identifier") == "STATBEL-2025-008"]
    assert gone["dcat:distribution"] == []
    assert gone["adms:status"]["@id"].endswith("WITHDRAWN")
    (shown,) = [node for node in graph if node.get("dct:identifier") == "STATBEL-2026-001"]
    assert "adms:status" not in shown
    assert {one["dcat:downloadURL"]["@id"] for one in shown["dcat:distribution"]} == {
        f"{BASE}STATBEL-2026-001.{kind}.nl.pdf" for kind in ("contract", "dpo_advice")
    }


def test_a_change_is_related_to_its_original() -> None:
    change = entry("VSA-2026-002", "addendum", amends_case="VSA-2026-001", number="A1")
    graph = catalogue(entry("VSA-2026-001", "protocol"), change)["@graph"]
    (node,) = [node for node in graph if node.get("dct:identifier") == "VSA-2026-002"]
    assert node["dct:relation"] == [{"@id": f"{BASE}VSA-2026-001.html#dataset"}]


def test_only_offices_with_publications_are_named() -> None:
    agents = [node for node in catalogue(entry("VSA-2026-001", "protocol"))["@graph"] if node["@type"] == "foaf:Agent"]
    assert [node["foaf:mbox"]["@id"] for node in agents] == [f"mailto:{samples.OFFICES['vsa'].mailbox}"]
