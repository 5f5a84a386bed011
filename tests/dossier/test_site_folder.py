"""The folder of a site changes as a whole: no reader ever sees half of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from docgen.dossier import site_folder
from docgen.dossier.site_folder import differences, held, replace
from docgen.errors import ToolFailed, UsageError


def site_of(version: int, pages: int = 12) -> dict[str, bytes]:
    """Pages that all carry one version, and that name a PDF of that version."""
    pdf = f"{version}.pdf"
    found = {f"page{number}.html": f"{version} {pdf}".encode() for number in range(pages)}
    return {**found, "register.json": f"{version} {pdf}".encode(), pdf: b"%PDF", "style.css": b"same for all"}


def renew(folder: Path, wanted: dict[str, bytes]) -> site_folder.Changes:
    changes = differences(folder, wanted)
    if changes:
        replace(folder, wanted, changes)
    return changes


def content_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that cannot exchange folders."""
    monkeypatch.setattr(site_folder, "_exchange", lambda one, other: False)


def test_folder_holds_exactly_what_is_wanted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert len(renew(site, site_of(1)).added) == len(site_of(1))
    assert content_of(site) == site_of(1)
    changes = renew(site, site_of(2))
    assert (changes.added, changes.removed) == (("2.pdf",), ("1.pdf",))
    assert "style.css" not in changes.changed
    assert content_of(site) == site_of(2)
    assert not renew(site, site_of(2))
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("fallback")
def test_folder_holds_exactly_what_is_wanted_without_exchange(tmp_path: Path) -> None:
    for version in (1, 2, 3):
        renew(tmp_path / "site", site_of(version))
        assert content_of(tmp_path / "site") == site_of(version)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_did_not_change_keeps_its_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    renew(site, site_of(1))
    os.utime(site / "style.css", (1_000_000_000, 1_000_000_000))
    renew(site, site_of(2))
    assert (site / "style.css").stat().st_mtime == 1_000_000_000


def test_files_can_be_given_by_their_path(tmp_path: Path) -> None:
    pdf = tmp_path / "copy.pdf"
    pdf.write_bytes(b"%PDF one")
    wanted = {"register.json": b"{}", "a.pdf": pdf}
    site = tmp_path / "site"
    replace(site, wanted, differences(site, wanted))
    pdf.write_bytes(b"%PDF two")
    assert differences(site, wanted).changed == ("a.pdf",)
    assert (site / "a.pdf").read_bytes() == b"%PDF one"  # no second name of the file outside


_READER = """
    import os, sys
    site = sys.argv[1]
    seen, rounds = set(), 0
    print("ready", flush=True)
    while not os.path.exists(sys.argv[2]):
        # As a web server does for one page with what belongs to it: look the folder up once, then read in it.
        folder = os.open(site, os.O_RDONLY | os.O_DIRECTORY)
        def read(name):
            with open(os.open(name, os.O_RDONLY, dir_fd=folder), "rb") as file:
                return file.read()
        try:
            versions = {read(f"page{number}.html") for number in range(12)} | {read("register.json")}
            assert len(versions) == 1, versions
            (words,) = versions
            assert read(words.split()[1].decode()) == b"%PDF"
            seen.add(words)
            rounds += 1
        except FileNotFoundError:
            # The folder was taken away while we were in it: look again whether the site is there.
            assert os.path.isfile(os.path.join(site, "register.json"))
        finally:
            os.close(folder)
    print(rounds, len(seen))
"""


def test_readers_never_see_half_a_site(tmp_path: Path) -> None:
    site, stop = tmp_path / "site", tmp_path / "stop"
    renew(site, site_of(0))
    command = [sys.executable, "-c", textwrap.dedent(_READER), str(site), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    for version in range(1, 60):
        renew(site, site_of(version))
    stop.touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    rounds, versions = map(int, out.split())
    assert rounds > 20
    assert versions > 5


def test_the_folder_is_there_at_every_moment(tmp_path: Path) -> None:
    """By path, as most servers read: the first page is there and whole, whatever happens."""
    site, failures, done = tmp_path / "site", [], threading.Event()
    renew(site, site_of(0))

    def read() -> None:
        while not done.is_set():
            try:
                assert (site / "page0.html").read_bytes().endswith(b".pdf")
            except (OSError, AssertionError) as error:
                failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for version in range(1, 60):
        renew(site, site_of(version))
    done.set()
    thread.join()
    assert failures == []


@pytest.mark.usefixtures("fallback")
def test_without_exchange_no_page_names_a_file_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    renew(site, site_of(1))
    write, broken = site_folder.files.write, []

    def watched(path: Path, content: bytes) -> None:
        write(path, content)
        for page in site.glob("*.html"):
            name = page.read_text().split()[1]
            broken.extend([] if (site / name).is_file() else [page.name])

    monkeypatch.setattr(site_folder.files, "write", watched)
    renew(site, site_of(2))
    assert broken == []
    assert content_of(site) == site_of(2)


def test_leftovers_of_a_killed_run_do_not_matter(tmp_path: Path) -> None:
    site = tmp_path / "site"
    renew(site, site_of(1))
    (tmp_path / ".site.new").mkdir()
    (tmp_path / ".site.new" / "half.html").write_bytes(b"half")
    renew(site, site_of(2))
    assert content_of(site) == site_of(2)


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    real, site = tmp_path / "real", tmp_path / "site"
    renew(real, site_of(1))
    site.symlink_to(real)
    renew(site, site_of(2))
    assert site.is_symlink()
    assert content_of(real) == site_of(2)


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_bytes(b"dear")
    with pytest.raises(UsageError, match="DG-R130"):
        replace(tmp_path / "home", site_of(1), differences(tmp_path / "home", site_of(1)))
    assert content_of(tmp_path / "home") == {"letter.txt": b"dear"}


def test_a_full_disk_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    renew(site, site_of(1))

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_folder.files, "write", full)
    with pytest.raises(ToolFailed):
        renew(site, site_of(2))
    assert content_of(site) == site_of(1)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with held(site), pytest.raises(ToolFailed, match="DG-R131"), held(site):
        pass
    (tmp_path / "public").symlink_to(site)
    with held(site), pytest.raises(ToolFailed, match="DG-R131"), held(tmp_path / "public"):
        pass
    with held(site):
        pass


def killed_at(step: int, folder: Path, wanted: dict[str, bytes]) -> bool:
    """Renew a site in a process that is killed before its n-th step on the disk; whether it came that far."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in ("open", "ctypes.dlsym") or event.startswith(("os.", "shutil.")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        renew(folder, wanted)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def is_whole(folder: Path) -> bool:
    """Whether every page is there and names a file that is there."""
    pages = [folder / "register.json", *(folder / f"page{number}.html" for number in range(3))]
    return all(page.is_file() and (folder / page.read_text().split()[1]).is_file() for page in pages)


@pytest.mark.parametrize("exchanged", [True, False])
def test_killed_at_any_moment_the_site_is_whole_and_the_next_run_heals(
    exchanged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanged:
        monkeypatch.setattr(site_folder, "_exchange", lambda one, other: False)
    old, new, moments = site_of(1, pages=3), site_of(2, pages=3), 0
    while True:
        here = tmp_path / str(moments)
        site = here / "site"
        renew(site, old)
        if not killed_at(moments + 1, site, new):
            break
        moments += 1
        assert is_whole(site)
        assert not exchanged or content_of(site) in (old, new)
        with held(site):
            replace(site, new, differences(site, new))
        assert content_of(site) == new
        assert {path.name for path in here.iterdir()} == {"site", ".site.lock"}
    assert moments > 40
    assert content_of(site) == new
