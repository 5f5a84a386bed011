"""YAML with places: what is refused, where it is said to stand, and that nothing at all makes the reader fail."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docgen.case import source
from docgen.case.source import Source, dotted, read

LOADERS = [yaml.SafeLoader, yaml.CSafeLoader]
VALID_NUMBER = "85.07.30-033.28"


def codes(found: Source) -> list[str]:
    return [finding.code for finding in found.findings]


def spots(found: Source) -> list[tuple[str, int, int]]:
    return [(f.code, f.place.line, f.place.column) for f in found.findings if f.place]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb:\n\t- x\n", "DG-C151", 3, 1),
        ("a:\n  b: 1\n\tc: 2\n", "DG-C151", 3, 1),
        ("a: @x\n", "DG-C152", 1, 4),
        ("a: `x`\n", "DG-C152", 1, 4),
        ("a: %x\n", "DG-C152", 1, 4),
        ("a: b: c\n", "DG-C153", 1, 5),
        ('a: "b\nc: d\n', "DG-C154", 1, 4),
        ("a: 'b\nc: d\n", "DG-C154", 1, 4),
        ('a: 1\nb: "x\n# zoals "2.1".\nc: 3\n', "DG-C154", 2, 4),
        ("a:\n  - 'x\n  - 'y'\n", "DG-C154", 2, 5),
        ("a: 'l'emploi'\n", "DG-C160", 1, 7),
        ("a: 1\nbcd\ne: 2\n", "DG-C155", 2, 1),
        ("a: [1, 2\nb: 3\n", "DG-C156", 1, 4),
        ("a: {x: 1\nb: 3\n", "DG-C156", 1, 4),
        ("a:\n  b: 1\n c: 2\n", "DG-C157", 3, 2),
        ("a:\n  - x\n  y: 2\n", "DG-C157", 3, 3),
        ('a: "b" c\n', "DG-C157", 1, 8),
        ('a: "\\q"\n', "DG-C158", 1, 4),
        ("a: | x\n  y\n", "DG-C159", 1, 4),
        ("a: , b\n", "DG-C103", 1, 4),
        ("a: 1\n---\nb: 2\n", "DG-C109", 2, 1),
        ("a: 1\n...\nb: 2\n", "DG-C109", 3, 1),
        ("a: *belangrijk*\n", "DG-C105", 1, 4),
        ("a: *b\n", "DG-C105", 1, 4),
        ("a: &b 1\n", "DG-C105", 1, 4),
        ("a: &b 1\nc: &b 2\n", "DG-C105", 1, 4),
        ("a: !!str 1\n", "DG-C112", 1, 4),
        ("a: !x 1\n", "DG-C112", 1, 4),
        ("%YAML 1.1\n---\na: 1\n", "DG-C113", 1, 1),
        ("a: 1\nb: 2\na: 3\n", "DG-C106", 3, 1),
        ("? [a, b]\n: c\n", "DG-C107", 1, 3),
        ('"": c\n', "DG-C107", 1, 1),
        ("b: 1\n<<: {a: 1}\n", "DG-C115", 2, 1),
        ("", "DG-C110", 1, 1),
        ("# only a comment\n", "DG-C110", 1, 1),
        ("a: onderzoek\nb: project #5 over wonen\n", "DG-C114", 2, 12),
        ("a: é\x07\n", "DG-C104", 1, 5),
        ("a: b\u2028c\n", "DG-C104", 1, 5),
        ("a: " + "[" * 30 + "]" * 30, "DG-C108", 1, 24 - 1),
    ],
)
def test_what_is_refused_and_where(text: str, code: str, line: int, column: int, loader: source.Loader) -> None:
    assert (code, line, column) in spots(read(text.encode(), "f.yaml", loader))


@pytest.mark.parametrize("loader", LOADERS)
def test_the_unprintable_character_is_named(loader: source.Loader) -> None:
    (finding,) = read(b"a: b\x01c\n", "f", loader).findings
    assert finding.parameters == {"character": "U+0001"}


def test_an_escape_may_not_smuggle_an_unprintable_character() -> None:
    assert spots(read(b'a: 1\nb: "x\\x01y"\n', "f")) == [("DG-C104", 2, 4)]


def test_scalars_stay_as_they_are_written() -> None:
    text = "land: NO\nnummer: 012\nja: yes\nprijs: 1e3\ndatum: 2026-01-02\nleeg:\ntilde: ~\naangehaald: 'null'\n"
    assert read(text.encode(), "f").values == {
        "land": "NO",
        "nummer": "012",
        "ja": "yes",
        "prijs": "1e3",
        "datum": "2026-01-02",
        "leeg": None,
        "tilde": None,
        "aangehaald": "null",
    }


def test_a_comment_after_a_value_is_not_lost_text() -> None:
    assert codes(read(b"a: b # uitleg\nc: 'd' #e\nf: g#h\n", "f")) == []


def test_block_scalars_keep_their_lines() -> None:
    assert read(b"a: |\n  een\n  twee\nb: >-\n  drie\n  vier\n", "f").values == {"a": "een\ntwee\n", "b": "drie vier"}


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_count_characters_whatever_ends_the_lines(loader: source.Loader, line_break: str, mark: str) -> None:
    text = mark + line_break.join(["titel: Ünïcode 𝔘 naam", "lijst:", "  - {é: 1, naam: x}", ""])
    found = read(text.encode(), "f", loader)
    assert found.findings == ()
    assert (found.place(("lijst", 0, "naam")).line, found.place(("lijst", 0, "naam")).column) == (3, 12)


def test_a_file_in_another_encoding_says_where() -> None:
    (finding,) = read("a: é\nnaam: €uro én".encode("cp1252"), "f").findings
    assert finding.place and (finding.code, finding.place.line, finding.place.column) == ("DG-C102", 1, 4)
    (finding,) = read("aé: 1\nb: ".encode() + b"\xff", "f").findings
    assert finding.place and (finding.place.line, finding.place.column) == (2, 4)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert codes(read(b"a" * 1_000_001, "f")) == ["DG-C101"]
    assert codes(read(b"a: " + b"b" * 999_000, "f")) == []


@pytest.mark.parametrize(
    "text",
    [
        f"a: {VALID_NUMBER}\n",
        f"# {VALID_NUMBER}\na: 1\n",
        f"{VALID_NUMBER}: 1\n",
        f"a: {VALID_NUMBER}\nb: [1\n",
        f"a: {VALID_NUMBER}\nb: *x\n",
        f"a: {VALID_NUMBER}\nb: !!str x\na: 3",
        'a: "\\x385.07.30-033.28"\n',
        "a: >\n  nummer 85.07.30\n  033.28 van de leider\n",
    ],
)
def test_a_national_number_is_found_and_never_repeated(text: str) -> None:
    found = read(text.encode(), "f")
    assert "D-33" in codes(found)
    said = repr([(f.parameters, f.place) for f in found.findings])
    assert "033.28" not in said
    assert "85.07" not in said


def test_a_national_number_in_a_file_of_another_encoding_is_found_too() -> None:
    assert set(codes(read(f"a: {VALID_NUMBER}\nb: é\n".encode("cp1252"), "f"))) == {"DG-C102", "D-33"}


def test_all_defects_of_a_file_are_told_at_once() -> None:
    text = f"a: 1\na: 2\nb: !!str x\nc: &k {VALID_NUMBER}\nd: *k\n<<: {{e: 1}}\nf: x\x01\n"
    found = read(text.encode(), "f")
    assert sorted(codes(found)) == sorted(["DG-C106", "DG-C112", "DG-C105", "DG-C105", "D-33", "DG-C115", "DG-C104"])
    assert found.unreadable == {("d",)}
    assert isinstance(found.values, dict)


def test_an_alias_that_holds_itself_ends() -> None:
    assert "DG-C105" in codes(read(b"a: &x [*x, *x]\nb: *x\n", "f"))


def test_aliases_that_would_grow_without_end_are_not_followed() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 15)]
    assert "DG-C105" in codes(read("\n".join(lines).encode(), "f"))


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", ": "])
def test_nesting_without_end_is_refused(opening: str, loader: source.Loader) -> None:
    assert "DG-C108" in codes(read((opening * 100_000).encode(), "f", loader))


# fmt: off
SCRAPS = st.sampled_from(
    ["b: ", "- ", "\n", "\n  ", "\t", '"', "'", "[", "]", "{", "}", "&x ", "*x", "!!", "# ", "|\n", ">", "? ", ": "]
) | st.sampled_from(
    ["%", "---\n", "...\n", "<<: ", "\\", "\\U", "\\x0", "\r", "\x85", "\u2028", "\ufeff", "é", "𝔘", "1", ",", "~"]
)
# fmt: on


@settings(max_examples=300)
@given(content=st.binary(max_size=200) | st.lists(SCRAPS, max_size=25).map(lambda scraps: "".join(scraps).encode()))
@example(content=b'a: "\\UFFFFFFFF"')
@example(content=b'a: "\\ud83d"')
@example(content=b"\xff\xfea\x00")
@example(content=b"\x00")
def test_any_bytes_give_findings_and_never_an_exception(content: bytes) -> None:
    for loader in LOADERS:
        found = read(content, "f", loader)
        assert all(f.place is not None and f.place.line >= 1 and f.place.column >= 1 for f in found.findings)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=12,
)
KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
)


@settings(max_examples=150)
@given(
    values=st.dictionaries(KEYS, VALUES, min_size=1, max_size=3),
    flow=st.sampled_from([None, True, False]),
    loader=st.sampled_from(LOADERS),
    style=st.sampled_from([None, '"', "'"]),
)
def test_what_stands_at_a_place_is_the_value(
    values: dict[str, object], flow: bool | None, loader: source.Loader, style: str | None
) -> None:
    text = yaml.safe_dump(values, allow_unicode=True, default_flow_style=flow, default_style=style, width=10_000)
    found = read(text.encode(), "f", loader)
    if any(finding.code in ("DG-C112", "D-33") for finding in found.findings):
        return  # PyYAML wrote a tag, or chance a number
    assert found.values == values
    lines = text.split("\n")
    for path, place in found.places.items():
        here = lines[place.line - 1][place.column - 1 :]
        if path and isinstance(path[-1], str):
            assert here.lstrip("\"'").startswith(path[-1])
        elif path and isinstance(value := at(values, path), str):
            assert here.startswith(("'", '"', "?", value[0])), (here, value)


def at(value: object, path: source.Path) -> object:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def test_paths_are_written_as_people_write_them() -> None:
    assert dotted(("datasets", 0, "variables", 2, "name")) == "datasets[0].variables[2].name"
    assert VALID_NUMBER not in dotted(("documents", VALID_NUMBER))


SAMPLES = sorted(Path(__file__).parents[2].glob("cases/*.yaml"))


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_the_quick_reader_and_the_careful_one_agree_on_whole_cases(file: Path, loader: source.Loader) -> None:
    content = file.read_bytes()
    quick = read(content, file.name, loader)
    careful = with_care(content, file.name, loader)
    assert quick == careful
    assert list(quick.places) == list(careful.places)


@given(st.text("ab:-? \n'\"#[]{}|>&*!%~<0\t\\x85.,", max_size=40))
@settings(max_examples=1000)
def test_the_quick_reader_and_the_careful_one_agree_on_anything(text: str) -> None:
    for loader in LOADERS:
        assert read(text.encode(), "f", loader) == with_care(text.encode(), "f", loader)


def with_care(content: bytes, file: str, loader: source.Loader) -> Source:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "composed", lambda *_given: None)
        return read(content, file, loader)
