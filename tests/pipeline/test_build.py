"""Building: same bytes whichever way, only what changed, several at once, in order."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
import yaml

from docgen.decide.context import context
from docgen.decide.signatories import placements
from docgen.documents import DocumentId, SignablePdf
from docgen.dossier import cases, content, files
from docgen.dossier.cache import ContentCache
from docgen.dossier.manifest import read_manifest
from docgen.dossier.roots import Roots
from docgen.dossier.settled import Surroundings, settled, surroundings
from docgen.errors import DocgenError, ToolFailed, ValidationFailed
from docgen.pdf.convert import Converter, OneShotLibreOffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
from docgen.pipeline.build import Built, Making, build, build_all, build_case
from docgen.pipeline.inputs import _PRINTED, printed_words
from docgen.pipeline.recipe import OwnPress, Printing
from docgen.pipeline.together import in_order
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import trust_from
from docgen.word.render import Template, render

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("build")]
ROOT = Path(__file__).parents[2]
CASE = "VSA-2026-002"
MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Counting:
    """A converter that counts, and converts the same file only once."""

    engine: Converter
    asked: list[bytes] = field(default_factory=list)
    made: dict[bytes, bytes] = field(default_factory=dict)
    version: str = "LibreOffice under test"

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        self.asked.append(docx)
        if docx not in self.made:
            self.made[docx] = self.engine.to_pdf(docx, deadline=deadline)
        return self.made[docx]


@pytest.fixture(scope="module")
def warm(libreoffice: OneShotLibreOffice) -> Iterator[Counting]:
    installation = find_installation(libreoffice, os.environ)
    assert installation is not None
    with LibreOfficePool(installation, 1) as pool:
        yield Counting(pool)


def shop_in(folder: Path) -> Workshop:
    """A workshop over copies of the templates and of one case."""
    roots = Roots(folder / "templates", folder / "cases", folder / "out")
    if not roots.templates.exists():
        shutil.copytree(ROOT / "templates", roots.templates)
        roots.cases.mkdir()
        shutil.copy(ROOT / "cases" / f"{CASE}.yaml", roots.cases)
        base = cases.read(Roots(roots.templates, ROOT / "cases", roots.out), CASE).require().case.base
        if base and base.case:
            shutil.copy(ROOT / "cases" / f"{base.case}.yaml", roots.cases)
    return Workshop.equipped(roots, content.wording(roots), content.rules(roots), MOMENT, trust_from([]))


def outputs(shop: Workshop) -> dict[str, bytes]:
    folder = shop.roots.out / CASE
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".docx", ".pdf", ".json")
    }


def states(built: tuple[Built, ...]) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.id.kind: (one.state, one.why) for one in built}


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory, warm: Counting) -> Path:
    folder = tmp_path_factory.mktemp("built")
    assert {one.state for one in build(shop_in(folder), CASE, converter=warm)} == {"built"}
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path, warm: Counting) -> Path:
    """Everything built, in a folder that a test may change."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    warm.asked.clear()
    return tmp_path


def rewrite(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")


def test_same_bytes_from_a_warm_and_from_a_new_process(
    built: Path, tmp_path_factory: pytest.TempPathFactory, libreoffice: OneShotLibreOffice
) -> None:
    """From the case file to the PDF with its empty signature fields, and the manifest."""
    other = shop_in(tmp_path_factory.mktemp("other"))
    build(other, CASE, converter=Counting(libreoffice), jobs=2)
    expected = outputs(shop_in(built))
    assert len([name for name in expected if name.endswith(".pdf")]) == 3
    assert outputs(other) == expected


def test_nothing_is_done_twice(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    before = outputs(shop)
    assert {*states(build(shop, CASE, converter=warm)).values()} == {("up to date", ())}
    assert warm.asked == []
    assert outputs(shop) == before


def test_words_that_no_document_uses_are_no_input(built: Path, warm: Counting) -> None:
    for file in sorted((built / "templates" / "wording" / "parts").glob("*.yaml")):
        text = file.read_text("utf-8")
        file.write_text(text.replace('remedy: "', 'remedy: "Nu: '), "utf-8")
    assert {*states(build(shop_in(built), CASE, converter=warm)).values()} == {("up to date", ())}


def test_a_changed_word_that_is_not_printed_costs_no_conversion(built: Path, warm: Counting) -> None:
    rewrite(built / "templates" / "wording" / "nl.yaml", "labels:\n", 'labels:\n  nowhere:\n    a: "b"\n')
    before = {name: made for name, made in outputs(shop_in(built)).items() if name != "manifest.json"}
    assert {*states(build(shop_in(built), CASE, converter=warm)).values()} == {("up to date", ("wording",))}
    assert warm.asked == []
    after = outputs(shop_in(built))
    assert {name: made for name, made in after.items() if name != "manifest.json"} == before
    assert {*states(build(shop_in(built), CASE, converter=warm)).values()} == {("up to date", ())}


def test_a_changed_word_that_is_printed_costs_a_conversion(built: Path, warm: Counting) -> None:
    """The name of a signature field stands in the PDF only, not in the Word document."""
    rewrite(built / "templates" / "wording" / "nl.yaml", 'slot.tooltip: "Handtekening: ', 'slot.tooltip: "Teken hier: ')
    found = states(build(shop_in(built), CASE, converter=warm))
    assert ("built", ("wording",)) in found.values()
    assert len(warm.asked) == sum(state == "built" for state, _ in found.values())


def test_a_remark_in_the_case_file_costs_no_conversion(built: Path, warm: Counting) -> None:
    case = built / "cases" / f"{CASE}.yaml"
    case.write_text(case.read_text("utf-8") + "\n# seen\n", "utf-8")
    assert {*states(build(shop_in(built), CASE, converter=warm)).values()} == {("up to date", ("case",))}
    assert warm.asked == []


def test_one_changed_template_rebuilds_only_its_kind(built: Path, warm: Counting) -> None:
    file = built / "templates" / "vsa" / "nl" / "addendum.docx"
    document = docx.Document(str(file))
    document.save(str(file))  # other bytes, same pages
    found = states(build(shop_in(built), CASE, converter=warm))
    assert found.pop("addendum") == ("up to date", ("template",))
    assert {*found.values()} == {("up to date", ())}
    document.add_paragraph("Nog een zin.")
    document.save(str(file))
    found = states(build(shop_in(built), CASE, converter=warm))
    assert found.pop("addendum") == ("built", ("template",))
    assert {*found.values()} == {("up to date", ())}
    assert len(warm.asked) == 1


def test_another_version_of_a_tool_makes_all_again(built: Path, warm: Counting) -> None:
    other = Counting(warm, version="LibreOffice of tomorrow")
    assert {*states(build(shop_in(built), CASE, converter=other)).values()} == {("built", ("converter",))}
    assert len(other.asked) == 3


def test_a_lost_or_changed_output_is_made_again(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    before = outputs(shop)
    (shop.roots.out / CASE / "pdf" / "addendum.nl.pdf").write_bytes(b"changed")
    found = states(build(shop, CASE, converter=warm))
    assert found.pop("addendum") == ("built", ("output missing or changed",))
    assert outputs(shop) == before


def test_what_a_broken_journal_cannot_tell_is_told_each_time(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    journal = shop.roots.journal(CASE)
    journal.write_bytes(journal.read_bytes().replace(b'"built"', b'"built "', 1))
    title = yaml.safe_load(shop.roots.case_file(CASE).read_text("utf-8"))["title"]
    rewrite(shop.roots.case_file(CASE), title[:12], "Ander begin ")
    for _ in range(2):
        with pytest.raises(ValidationFailed) as caught:
            build(shop, CASE, converter=warm)
        assert [finding.code for finding in caught.value.findings] == ["DG-D120"]


def test_a_signed_document_is_reported_only_when_what_it_says_would_change(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    document = DocumentId(CASE, "application_simplified", "nl")
    shop.roots.signed(document).parent.mkdir(parents=True)
    shutil.copy(shop.roots.pdf(document), shop.roots.signed(document))
    case = shop.roots.case_file(CASE)
    case.write_text(case.read_text("utf-8") + "\n# seen\n", "utf-8")
    (one,) = build(shop, CASE, converter=warm, kinds=[document.kind])
    assert (one.state, one.why, one.findings) == ("signed", (), ())
    title = shop.roots.case_file(CASE)
    text = yaml.safe_load(title.read_text("utf-8"))["title"]
    rewrite(title, text[:12], "Ander begin ")
    (one,) = build(shop, CASE, converter=warm, kinds=[document.kind])
    assert (one.state, one.why) == ("signed", ("case",))
    assert [finding.code for finding in one.findings] == ["DG-X120"]
    assert warm.asked == []


class Slow:
    """Begins with so many documents at once, takes longest over the first, and fails on those that are too long."""

    version = "slow"

    def __init__(self, engine: Converter, failing: set[int], together: int = 1) -> None:
        self._engine, self._failing = engine, failing
        self._first = threading.Barrier(together)
        self._lock, self._count = threading.Lock(), 0
        self.at_once, self._now = 0, 0

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        with self._lock:
            number, self._count = self._count, self._count + 1
            self._now += 1
            self.at_once = max(self.at_once, self._now)
        if number < self._first.parties:
            self._first.wait(60)
        time.sleep(0.3 / (number + 1))
        try:
            if number in self._failing:
                raise ToolFailed.because("DG-P102", seconds="1")
            return self._engine.to_pdf(docx, deadline=deadline)
        finally:
            with self._lock:
                self._now -= 1


def test_documents_of_a_case_are_made_at_once_and_told_in_order(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    in_turn = [one.id for one in build(shop, CASE, converter=warm)]
    slow = Slow(warm, set(), together=3)
    assert [one.id for one in build(shop, CASE, converter=slow, jobs=3)] == in_turn
    assert slow.at_once == 3


def test_a_document_that_fails_does_not_keep_the_others(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    with pytest.raises(ToolFailed) as caught:
        build(shop, CASE, converter=Slow(warm, {0}))
    assert [finding.code for finding in caught.value.findings] == ["DG-P102"]
    made = read_manifest(CASE, shop.roots.manifest(CASE).read_bytes()).documents
    assert sorted(one.inputs["converter"] for one in made.values()) == [warm.version, "slow", "slow"]


class Forbidden:
    """A press that must not be needed."""

    version = "LibreOffice under test"

    def __call__(self, printing: Printing) -> SignablePdf:
        raise AssertionError(printing.docx.id)


def made_with(warm: Counting, cache: ContentCache | None = None, around: Surroundings | None = None) -> Making:
    return Making.by(OwnPress(warm), cache=cache, around=around)


def test_what_was_made_before_is_not_made_again_though_out_was_cleared(
    built: Path, tmp_path_factory: pytest.TempPathFactory, warm: Counting
) -> None:
    shop = shop_in(built)
    cache = ContentCache(tmp_path_factory.mktemp("cache"))
    before = outputs(shop)
    shutil.rmtree(shop.roots.out)
    first = build_case(shop, CASE, made_with(warm, cache))
    assert {(one.state, one.from_cache) for one in first} == {("built", False)}
    shutil.rmtree(shop.roots.out)
    again = build_case(shop, CASE, Making.by(Forbidden(), cache=cache))
    assert {(one.state, one.from_cache) for one in again} == {("built", True)}
    assert outputs(shop) == before


def test_a_damaged_entry_of_the_cache_is_not_used(
    built: Path, tmp_path_factory: pytest.TempPathFactory, warm: Counting
) -> None:
    shop = shop_in(built)
    cache = ContentCache(tmp_path_factory.mktemp("cache"))
    before = outputs(shop)
    shutil.rmtree(shop.roots.out)
    build_case(shop, CASE, made_with(warm, cache))
    for entry in cache.folder.glob("??/*"):
        entry.write_bytes(entry.read_bytes()[:-1] + b"?")
    shutil.rmtree(shop.roots.out)
    again = build_case(shop, CASE, made_with(warm, cache))
    assert {(one.state, one.from_cache) for one in again} == {("built", False)}
    assert outputs(shop) == before


def around(shop: Workshop, now: datetime = MOMENT) -> Surroundings:
    return surroundings(shop.roots, now, {"engine": "this one"})


def test_a_settled_case_is_not_looked_at_again_until_something_changes(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    first = build_case(shop, CASE, made_with(warm, around=around(shop)))
    assert settled(shop.roots, CASE, around(shop)) == first
    for change in _changes(shop):
        change()
        assert settled(shop.roots, CASE, around(shop)) is None, change
        build_case(shop, CASE, made_with(warm, around=around(shop)))
        assert settled(shop.roots, CASE, around(shop)) is not None, change


def _changes(shop: Workshop) -> list[Callable[[], object]]:
    roots = shop.roots
    addendum = DocumentId(CASE, "addendum", "nl")
    base = cases.read(roots, CASE).require().case.base
    assert base
    assert base.case

    def append(file: Path, more: str) -> Callable[[], object]:
        return lambda: file.write_text(file.read_text("utf-8") + more, "utf-8")

    def new_template() -> None:
        file = roots.template("vsa", "nl", "addendum")
        docx.Document(str(file)).save(str(file))

    return [
        append(roots.case_file(CASE), "# seen\n"),
        append(roots.case_file(base.case), "# seen\n"),
        append(roots.templates / "vsa" / "office.yaml", "# seen\n"),
        append(roots.templates / "wording" / "nl.yaml", "# seen\n"),
        append(sorted((roots.templates / "rules").glob("*.yaml"))[0], "# seen\n"),
        new_template,
        roots.pdf(addendum).unlink,
        lambda: roots.docx(addendum).write_bytes(b"changed"),
        lambda: files.write(roots.received(CASE) / "note.txt", b"came in"),
        lambda: (roots.cache / "settled" / f"{CASE}.json").write_text("{}", "utf-8"),
    ]


def test_what_is_settled_holds_for_one_day_and_these_tools(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    build_case(shop, CASE, made_with(warm, around=around(shop)))
    assert settled(shop.roots, CASE, around(shop, MOMENT + timedelta(hours=10, minutes=30))) is not None
    assert settled(shop.roots, CASE, around(shop, MOMENT + timedelta(hours=11, minutes=30))) is None  # in Brussels
    assert settled(shop.roots, CASE, surroundings(shop.roots, MOMENT, {"engine": "another"})) is None


def test_a_case_with_a_failure_is_looked_at_again(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    slow = Making.by(OwnPress(Slow(warm, {0})), around=around(shop))
    found = build_case(shop, CASE, slow)
    assert [one.state for one in found].count("failed") == 1
    assert settled(shop.roots, CASE, around(shop)) is None


def test_a_case_that_changes_while_it_is_built_is_looked_at_again(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    (shop.roots.pdf(DocumentId(CASE, "addendum", "nl"))).unlink()

    class Meanwhile:
        version = warm.version

        def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
            file = shop.roots.case_file(CASE)
            file.write_text(file.read_text("utf-8") + "# meanwhile\n", "utf-8")
            return warm.to_pdf(docx, deadline=deadline)

    found = build_case(shop, CASE, Making.by(OwnPress(Meanwhile()), around=around(shop)))
    assert "built" in {one.state for one in found}
    assert settled(shop.roots, CASE, around(shop)) is None


def test_many_cases_at_once_are_told_in_order_with_their_failures(built: Path, warm: Counting) -> None:
    shop = shop_in(built)
    source = shop.roots.case_file(CASE).read_text("utf-8")
    names = []
    for number in range(3, 7):
        names.append(f"VSA-2026-90{number}")
        shop.roots.case_file(names[-1]).write_text(source.replace(CASE, names[-1]), "utf-8")
    shop.roots.case_file(names[1]).write_text("schema: 1\n", "utf-8")
    slow = Slow(warm, set(), together=2)
    making = Making.by(OwnPress(slow), jobs=2)
    found = list(build_all([(shop, name) for name in names], making, ["addendum"]))
    assert [one if isinstance(one, DocgenError) else one[0].id.case for one in found] == [
        names[0],
        found[1],
        *names[2:],
    ]
    assert isinstance(found[1], DocgenError)
    assert slow.at_once == 2


def test_after_an_interruption_nothing_new_begins() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.05)
        return number

    results = in_order(work, range(100), 2)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    count = len(begun)
    time.sleep(0.2)
    assert len(begun) <= count + 2


def test_every_word_a_document_asks_for_counts_as_its_input() -> None:
    roots = Roots(ROOT / "templates", ROOT / "cases", Path("unused"))
    wording = content.wording(roots)
    asked: set[str] = set()

    class Listening:
        def label(self, path: str, value: str, lang: str) -> str:
            return wording.label(path, value, lang)

        def text(self, key: str, lang: str, **parameters: str) -> str:
            asked.add(key)
            return wording.text(key, lang, **parameters)

    for name in (CASE, "STATBEL-2026-001"):
        case = cases.read(roots, name).require().case
        office = content.office(roots, case.office)
        for kind in office.kinds:
            try:
                template = Template(*content.template(roots, office.id, case.language, kind))
                values = context(case, office, kind, case.language, date(2026, 1, 1))
                placements(case, office, kind, case.language, Listening())  # type: ignore[arg-type]
                render(template, values, DocumentId(name, kind, case.language), Listening())
            except DocgenError:
                continue
    assert "slot.tooltip" in asked and len(asked) > 2
    assert {key for key in asked if not key.startswith(_PRINTED)} == set()
    assert printed_words(wording, "nl") != printed_words(wording, "fr")
