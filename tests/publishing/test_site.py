"""The register site: safe, stable, complete, readable by machines, and usable by everyone."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import chromium, open_page, require_accessible
from docgen.documents import RegisterEntry
from docgen.errors import ContentInvalid, PublicationRefused
from docgen.publishing.audit import audit, to_html
from docgen.publishing.site import REGISTER_SCHEMA, build_site
from publishing import samples
from publishing.samples import LANGUAGES, NASTY, OFFICES, TOP, entries, entry

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BASE = "https://register.example/"
WORDING = samples.wording()
TEMPLATES = samples.site_templates()
ATOM = "{http://www.w3.org/2005/Atom}"


def built(items: tuple[RegisterEntry, ...] | None = None, **more: object) -> Mapping[str, bytes]:
    arguments: dict[str, object] = {
        "offices": OFFICES,
        "templates": TEMPLATES,
        "wording": WORDING,
        "languages": LANGUAGES,
        "generated": MOMENT,
        "base_url": BASE,
    }
    return build_site(entries() if items is None else items, **{**arguments, **more})  # type: ignore[arg-type]


class Page(HTMLParser):
    """Links, ids, headings and the text of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append(tag)
        self.links += [value for key in ("href", "src") if (value := known.get(key))]
        self.ids += [value] if (value := known.get("id")) else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(site: Mapping[str, bytes]) -> dict[str, Page]:
    return {path: Page(content) for path, content in site.items() if path.endswith(".html")}


# --- files ------------------------------------------------------------------------------------------------------------


def test_site_has_a_page_a_case_and_language_and_open_data() -> None:
    site = built()
    cases = {item.case for item in entries()}
    expected = {f"{name}{suffix}.html" for name in (*cases, "index") for suffix in ("", ".fr", ".en")}
    expected |= {"register.json", "register.schema.json", "register.csv", "catalog.jsonld", "feed.xml", "sitemap.xml"}
    assert set(site) == expected | {"style.css", "register.js"}


def test_same_entries_in_any_order_give_the_same_bytes() -> None:
    assert built() == built(tuple(reversed(entries())))


def test_empty_register_is_a_page_that_says_so() -> None:
    site = built(())
    assert "nog geen documenten" in pages(site)["index.html"].text
    assert json.loads(site["register.json"])["entries"] == []


def test_every_link_leads_somewhere() -> None:
    site = built()
    known = pages(site)
    pdfs = {item.file for item in entries() if not item.withdrawn_on}
    for path, page in known.items():
        for link in page.links:
            if link.startswith("mailto:"):
                continue
            target, _, anchor = link.removeprefix(BASE).partition("#")
            assert not target or target in site or target in pdfs, (path, link)
            assert not anchor or anchor in known[target or path].ids, (path, link)


def test_every_publication_is_linked_except_the_withdrawn() -> None:
    site = pages(built())
    for item in entries():
        for path in ("index.html", f"{item.case}.html"):
            assert (item.file in site[path].links) is (not item.withdrawn_on)
    withdrawn = site["STATBEL-2025-008.html"].text
    assert "Ingetrokken op 1 september 2025." in withdrawn
    assert "Le projet a été arrêté" in withdrawn


def test_pages_are_sound() -> None:
    for path, page in pages(built()).items():
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False)), path
        assert {"main", "header", "footer", "title"} <= set(page.tags), path
        assert not re.search(r"\b(site|audit)\.[a-z_]+\b", page.text), path  # a key without a sentence


def test_pages_are_in_their_language() -> None:
    site = built()
    for path, words in (("index.html", "Aanvrager"), ("index.fr.html", "Demandeur"), ("index.en.html", "Applicant")):
        assert words in site[path].decode()
    assert '<html lang="fr">' in site["index.fr.html"].decode()
    assert '<h1 lang="fr">Mobilité' in site["STATBEL-2025-008.en.html"].decode()
    assert "3 février 2026" in site["STATBEL-2026-001.fr.html"].decode()


def test_a_change_and_what_it_changes_lead_to_each_other() -> None:
    original = entry("VSA-2026-001", "protocol", number="VSA/2026/001")
    change = entry(
        "VSA-2026-002", "addendum", number="VSA/2026/001/A1", amends="VSA/2026/001", amends_case="VSA-2026-001"
    )
    unnumbered = entry("VSA-2026-003", "addendum", number="", amends_case="VSA-2026-001", signed_on="2026-05-01")
    site = built((change, original, unnumbered))
    known = pages(site)
    for later in ("VSA-2026-002", "VSA-2026-003"):
        assert any(link.startswith("VSA-2026-001.html#protocol-nl-") for link in known[f"{later}.html"].links)
        assert any(link.startswith(f"{later}.fr.html#addendum-nl-") for link in known["VSA-2026-001.fr.html"].links)
    assert "WijzigtProtocol VSA/2026/001" in " ".join(known["VSA-2026-003.html"].text.split())
    rows = {row["id"]: row for row in json.loads(site["register.json"])["entries"]}
    assert rows["VSA-2026-002/addendum.nl"]["amends_id"] == "VSA-2026-001/protocol.nl"
    assert rows["VSA-2026-001/protocol.nl"]["amended_by"] == ["VSA-2026-002/addendum.nl", "VSA-2026-003/addendum.nl"]
    alone = built((change,))
    assert "VSA/2026/001" in pages(alone)["VSA-2026-002.html"].text
    assert json.loads(alone["register.json"])["entries"][0]["amends_id"] == ""


def test_offices_have_a_part_each_and_one_office_has_no_heading() -> None:
    both = pages(built())["index.html"]
    assert {"o-statbel", "o-vsa", "vsa-2025", "statbel-2026"} <= set(both.ids)
    one = pages(built((entry("VSA-2026-001", "protocol"),)))["index.html"]
    assert not [name for name in one.ids if name.startswith("o-")]


def test_without_a_base_address_everything_is_relative() -> None:
    site = built(base_url="")
    assert "sitemap.xml" not in site
    assert b"canonical" not in site["index.html"]
    rows = json.loads(site["register.json"])["entries"]
    assert {row["page"] for row in rows} <= set(site)
    assert rows == json.loads(json.dumps(rows))
    jsonschema.Draft202012Validator(json.loads(site["register.schema.json"])).validate(
        json.loads(site["register.json"])
    )
    ids = [str(element.text) for element in etree.fromstring(site["feed.xml"]).iter(f"{ATOM}id")]
    assert all(name.startswith("urn:") for name in ids)


# --- nothing gets through ---------------------------------------------------------------------------------------------


def test_nasty_names_are_text() -> None:
    for path, content in built().items():
        if path.startswith(("VSA-2025-014", "index")) and path.endswith(".html"):
            assert "Smith &amp; Co &lt;B.V.&gt; &#34;de Ætå&#34;" in content.decode(), path
            assert "<B.V.>" not in content.decode(), path
            assert "<bdi>Smith" in content.decode(), path


_WILD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@settings(max_examples=25)
@given(_WILD, _WILD)
def test_any_text_survives_the_page_the_table_and_the_feed(title: str, applicant: str) -> None:
    items = (entry("VSA-2026-001", "protocol", project="x" + title, title=title, applicant="y" + applicant),)
    try:
        site = built(items, languages=("nl",))
    except PublicationRefused as refused:
        assert {finding.code for finding in refused.findings} == {"DG-R105"}
        return
    root = etree.fromstring(site["feed.xml"])
    assert root.findtext(f"{ATOM}entry/{ATOM}title")
    read = json.loads(site["register.json"])["entries"][0]
    assert (read["title"], read["applicant"]) == (title, "y" + applicant)
    rows = list(csv.reader(io.StringIO(site["register.csv"].decode("utf-8-sig"), newline="")))
    assert rows[1][rows[0].index("applicant")] == "y" + applicant
    assert Page(site["index.html"]).tags.count("script") == 1


def test_markup_in_any_field_stays_text() -> None:
    markup = '"><script>alert(1)</script>'
    wild = {
        item.name: markup
        for item in fields(RegisterEntry)
        if item.name in ("title", "project", "applicant", "number", "summary", "retention", "amends")
    }
    item = entry("VSA-2026-001", "protocol", datasets=(markup,), signatories=((markup, ""),), **wild)
    for path, content in built((item,)).items():
        assert b"<script>alert" not in content or path in ("register.json", "register.csv", "catalog.jsonld"), path


def test_formulas_are_disarmed_in_the_table() -> None:
    rows = built((entry("VSA-2026-001", "protocol", applicant='=HYPERLINK("x")'),))["register.csv"].decode("utf-8-sig")
    assert "'=HYPERLINK" in rows


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"office": "nobody"}, "DG-R102"),
        ({"file": "../x.pdf"}, "DG-R104"),
        ({"case": "a/b"}, "DG-R104"),
        ({"case": "index"}, "DG-R104"),
        ({"file": "index.html"}, "DG-R104"),
        ({"signed_on": "yesterday"}, "DG-R104"),
        ({"digest": "abc"}, "DG-R104"),
        ({"summary": "van 85.07.30-033.28"}, "DG-R105"),
        ({"signatories": (("850730 033 28", ""),)}, "DG-R105"),
    ],
)
def test_unsafe_entry_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(PublicationRefused) as refused:
        built((replace(entries()[0], **change),))  # type: ignore[arg-type]
    assert code in {finding.code for finding in refused.value.findings}
    assert "033" not in str(refused.value)


def test_two_publications_with_one_file_name_are_refused() -> None:
    with pytest.raises(PublicationRefused, match="DG-R103"):
        built((entries()[0], replace(entries()[1], file=entries()[0].file)))


@pytest.mark.parametrize(
    "spoilt", ["{{ case.nothing }}", "{% if %}", "{{ ''.__class__.__mro__ }}", "{% include 'x' %}"]
)
def test_wrong_template_is_named(spoilt: str) -> None:
    with pytest.raises(ContentInvalid, match="DG-R101") as wrong:
        built(templates={**TEMPLATES, "case.html": spoilt})
    assert wrong.value.findings[0].parameters["template"] == "case.html"


# --- open data --------------------------------------------------------------------------------------------------------


def test_json_keeps_to_its_schema() -> None:
    site = built()
    jsonschema.Draft202012Validator.check_schema(REGISTER_SCHEMA)
    schema = json.loads(site["register.schema.json"])
    values = json.loads(site["register.json"])
    jsonschema.Draft202012Validator(schema).validate(values)
    assert [item["signed_on"] for item in values["entries"]] == sorted(
        (item.signed_on for item in entries()), reverse=True
    )
    assert {item["file"] for item in values["entries"] if item["withdrawn_on"]} == {None}


def test_schema_is_documented() -> None:
    words = (TOP / "docs" / "register.md").read_text("utf-8")
    names = REGISTER_SCHEMA["properties"]["entries"]["items"]["properties"]  # type: ignore[index]
    assert [name for name in names if f"`{name}`" not in words] == []


def test_feed_is_atom_with_unique_ids() -> None:
    root = etree.fromstring(built()["feed.xml"])
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == len(entries()) + 1
    assert root.findtext(f"{ATOM}updated") == max(
        str(element.text) for element in root.iterfind(f"{ATOM}entry/{ATOM}updated")
    )


def test_sitemap_lists_every_page() -> None:
    site = built()
    found = {element.text for element in etree.fromstring(site["sitemap.xml"]).iter("{*}loc")}
    assert found == {BASE + path for path in site if path.endswith(".html")}


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, contract_pdf: bytes) -> Path:
    root = tmp_path_factory.mktemp("site")
    for path, content in built().items():
        (root / path).write_bytes(content)
    report = audit(contract_pdf + b"x", source=None)
    page = to_html(
        report, templates=TEMPLATES, wording=WORDING, lang="fr", document=f"contrat {NASTY}.pdf", generated=MOMENT
    )
    (root / "audit.html").write_bytes(page)
    return root


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


def _opened(browser: webdriver.Chrome, folder: Path, page: str, width: int) -> None:
    open_page(browser, folder / page, width)


@pytest.mark.chromium
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "page", ["index.html", "index.fr.html", "VSA-2025-014.html", "STATBEL-2025-008.en.html", "audit.html"]
)
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    browser: webdriver.Chrome, folder: Path, page: str, width: int
) -> None:
    _opened(browser, folder, page, width)
    for details in browser.find_elements(By.TAG_NAME, "summary"):
        details.click()
    require_accessible(browser, width)


@pytest.mark.chromium
@pytest.mark.parametrize("width", [1280, 320])
def test_the_list_stays_a_table_for_people_who_listen(browser: webdriver.Chrome, folder: Path, width: int) -> None:
    """Also where it is laid out as a stack, without roles of its own, which HTML does not allow there."""
    _opened(browser, folder, "index.html", width)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = Counter(node["role"]["value"] for node in tree if not node["ignored"])
    tables, rows = (len(browser.find_elements(By.CSS_SELECTOR, name)) for name in ("table", "tr"))
    assert (roles["table"], roles["row"]) == (tables, rows)
    assert roles["columnheader"] == 4 * tables
    assert roles["rowheader"] == rows - tables
    assert roles["cell"] == 3 * roles["rowheader"] > 0


@pytest.mark.chromium
def test_list_is_narrowed_as_people_type(browser: webdriver.Chrome, folder: Path) -> None:
    _opened(browser, folder, "index.html", 1280)
    shown = "return [...document.querySelectorAll('tbody tr')].filter(row => row.offsetParent !== null).length"
    assert browser.execute_script(shown) == 4
    browser.find_element(By.ID, "words").send_keys("MOBILITE emploi")  # without accents
    assert browser.execute_script(shown) == 1
    assert browser.find_element(By.ID, "count").text == "1 project"
    browser.find_element(By.ID, "words").send_keys("x")
    assert browser.find_element(By.ID, "count").text.startswith("Geen project")
    browser.find_element(By.CSS_SELECTOR, "#filter button").click()
    browser.find_element(By.CSS_SELECTOR, "#kind option[value=protocol]").click()
    assert browser.execute_script(shown) == 2
    browser.find_element(By.CSS_SELECTOR, "#office option[value=statbel]").click()
    assert browser.execute_script(shown) == 0


@pytest.mark.chromium
def test_keyboard_reaches_the_content_first(browser: webdriver.Chrome, folder: Path) -> None:
    _opened(browser, folder, "index.html", 1280)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = browser.switch_to.active_element
    assert skip.get_attribute("href").endswith("#main")
    assert skip.rect["y"] >= 0
    skip.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"


_FOCUS = """
const element = document.activeElement, box = element.getBoundingClientRect();
return {name: element.tagName + '|' + (element.getAttribute('href') || element.id || element.type || element.innerText),
  outline: getComputedStyle(element).outlineStyle + getComputedStyle(element).outlineWidth,
  inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth, wide: box.width};
"""
_REACHABLE = (
    "return [...document.querySelectorAll('a[href], button, input, select, summary')]"
    ".filter(element => element.offsetParent !== null || element.classList.contains('skip')).length"
)


@pytest.mark.chromium
@pytest.mark.parametrize("page", ["index.html", "VSA-2025-014.fr.html"])
def test_everything_works_by_keyboard_at_400_percent(browser: webdriver.Chrome, folder: Path, page: str) -> None:
    """A window of 1280 by 1024 zoomed to 400 % has 320 by 256 CSS pixels (WCAG 2.2, 1.4.10 and 2.4.11)."""
    metrics = {"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((folder / page).as_uri())
    expected = browser.execute_script(_REACHABLE)
    seen = []
    for _ in range(expected):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focus = browser.execute_script(_FOCUS)
        assert focus["inside"], focus
        assert focus["outline"] == "solid3px", focus
        seen.append(focus["name"])
    assert len(seen) == expected > 10
    assert seen[0] == "A|#main"
    assert not [name for name in seen if name.startswith("BODY")]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 320


@pytest.mark.chromium
def test_filter_works_by_keyboard_and_tells_what_it_did(browser: webdriver.Chrome, folder: Path) -> None:
    _opened(browser, folder, "index.html", 1280)
    words = browser.find_element(By.ID, "words")
    words.send_keys("mobilite", Keys.TAB)
    assert browser.find_element(By.ID, "count").get_attribute("role") == "status"
    assert browser.find_element(By.ID, "count").text == "1 project"
    assert not browser.find_element(By.ID, "o-vsa").is_displayed()
    assert browser.switch_to.active_element.get_attribute("id") == "office"


@pytest.mark.chromium
def test_page_without_script_shows_everything(folder: Path, tmp_path: Path) -> None:
    """The list is in the page itself, and the search form stays hidden until the script shows it."""
    plain = (folder / "index.html").read_text("utf-8").replace("register.js", "none.js")
    page = tmp_path / "index.html"
    page.write_text(plain, "utf-8")
    command = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'c'}"]
    result = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, check=True, timeout=120)
    assert 'role="search"' in result.stdout.decode()
    assert re.search(r'<form id="filter"[^>]* hidden', result.stdout.decode())
    assert result.stdout.decode().count("<tr data-office") == 4


@pytest.mark.chromium
def test_on_paper_the_digests_are_there_and_what_only_works_on_a_screen_is_not(
    browser: webdriver.Chrome, folder: Path, tmp_path: Path
) -> None:
    _opened(browser, folder, "VSA-2025-014.html", 1280)
    printed = tmp_path / "page.pdf"
    printed.write_bytes(base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"]))
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, check=True, text=True).stdout
    rows = json.loads((folder / "register.json").read_text("utf-8"))["entries"]
    for row in rows:
        assert (row["sha256"] in text) is (row["case"] == "VSA-2025-014")
    assert "VSA-2025-014.addendum.nl.pdf" in text  # where the link leads
    assert "Open data" not in text
