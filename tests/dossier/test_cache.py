"""The cache gives back what it was given or nothing, keeps to its limit, and bears two runs at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.documents import sha256
from docgen.dossier.cache import ContentCache, Inventory


def key(name: str) -> str:
    return sha256(name.encode())


def entries(cache: ContentCache) -> list[Path]:
    return sorted(cache.folder.glob("??/*"))


def test_gives_back_what_it_was_given(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path / "c")
    assert cache.get(key("a")) is None
    cache.put(key("a"), b"content")
    cache.put(key("empty"), b"")
    assert cache.get(key("a")) == b"content"
    assert cache.get(key("empty")) == b""
    assert ContentCache(tmp_path / "c").get(key("a")) == b"content"


@given(st.data())
def test_a_damaged_entry_is_none(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    cache = ContentCache(tmp_path_factory.mktemp("c"))
    cache.put(key("a"), b"some content")
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    entry.write_bytes(whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert cache.get(key("a")) is None
    assert entries(cache) == []


def test_an_entry_under_another_name_is_none(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path)
    cache.put(key("a"), b"content")
    (entry,) = entries(cache)
    other = tmp_path / key("b")[:2] / key("b")
    other.parent.mkdir(exist_ok=True)
    entry.rename(other)
    assert cache.get(key("b")) is None


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path) -> None:
    cache = ContentCache(tmp_path, limit=10_000)
    for number in range(5):
        cache.put(key(str(number)), bytes(1500))
        os.utime(tmp_path / key(str(number))[:2] / key(str(number)), (number, number))
    assert cache.get(key("0")) is not None
    cache.put(key("new"), bytes(4000))
    kept = [name for name in ("0", "1", "2", "3", "4", "new") if cache.get(key(name)) is not None]
    assert kept[0] == "0"
    assert kept[-1] == "new"
    assert "1" not in kept
    assert cache.inventory().size <= 10_000


def test_keeps_to_its_limit_with_several_at_once(tmp_path: Path) -> None:
    def work(number: int) -> bool:
        cache = ContentCache(tmp_path, limit=50_000)
        for index in range(40):
            name = key(str(index % 20))
            cache.put(name, bytes([index % 20]) * 3000)
            found = cache.get(name)
            assert found is None or found == bytes([index % 20]) * 3000
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(4)))
    cache = ContentCache(tmp_path, limit=50_000)
    cache.make_room()
    assert 0 < cache.inventory().size <= 50_000
    assert [file for file in tmp_path.rglob(".*") if file.name != ".lock"] == []


def test_a_folder_that_cannot_be_written_makes_it_forgetful_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = ContentCache(tmp_path / "file" / "cache")
    cache.put(key("a"), b"content")
    assert cache.get(key("a")) is None
    assert cache.inventory() == Inventory(0, 0)
