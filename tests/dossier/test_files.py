"""Writes are whole or absent, and what was signed or received is never lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from docgen.dossier import files
from docgen.errors import RuleRefused, SigningFailed, ToolFailed


def test_write_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.pdf"
    files.write(target, b"old")
    files.write(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_who_may_read_a_file_is_for_its_owner_to_say(tmp_path: Path) -> None:
    target = tmp_path / "case.yaml"
    before = os.umask(0o027)
    try:
        files.write(target, b"old")
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o640
    target.chmod(0o600)
    files.write(target, b"new")
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.read_bytes() == b"new"


def test_full_disk_is_said_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "b.pdf"
    files.write(target, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ToolFailed) as caught:
        files.write(target, b"new")
    assert caught.value.findings[0].code == "DG-D110"
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_received_files_are_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "in.pdf"
    files.write_once(target, b"as it came")
    files.write_once(target, b"as it came")
    with pytest.raises(RuleRefused):
        files.write_once(target, b"something else")
    assert target.read_bytes() == b"as it came"


def test_signed_files_only_grow(tmp_path: Path) -> None:
    target = tmp_path / "protocol.nl.pdf"
    files.add_signature(target, b"sent", b"sent+first")
    files.add_signature(target, b"sent+first", b"sent+first+second")
    with pytest.raises(SigningFailed) as caught:
        files.add_signature(target, b"sent+first+second", b"rewritten")
    assert caught.value.findings[0].code == "DG-D101"
    with pytest.raises(SigningFailed) as caught:
        files.add_signature(target, b"sent", b"sent+other")
    assert caught.value.findings[0].code == "DG-D102"
    assert target.read_bytes() == b"sent+first+second"


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    assert files.read_if_there(tmp_path / "none") is None
    with pytest.raises(ToolFailed):
        files.read_if_there(tmp_path)


def test_a_line_is_added_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "journal"
    files.append(target, b"one\n")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ToolFailed) as caught:
        files.append(target, b"two\n")
    assert caught.value.findings[0].code == "DG-D110"
    assert target.read_bytes() == b"one\n"


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ToolFailed) as caught, files.locked(tmp_path / "file" / ".lock"):
        pass
    assert caught.value.findings[0].code == "DG-D111"
