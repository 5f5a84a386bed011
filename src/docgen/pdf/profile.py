"""The profile a LibreOffice process starts with: no macro runs, no link is followed, nothing is asked.

Also what a LibreOffice that was killed leaves outside its profile.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_SETTINGS: Final[Sequence[tuple[str, str, str]]] = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Misc", "FirstRun", "false"),
    ("Common/Misc", "UseLocking", "false"),
    ("Writer/Content/Update", "Link", "0"),  # 0 = never update links when a document is opened
    ("Writer/Content/Update", "Field", "true"),
    ("Java/VirtualMachine", "Enable", "false"),
    ("Recovery/AutoSave", "Enabled", "false"),
    ("Recovery/RecoveryInfo", "Enabled", "false"),
)
_PROXY: Final[Sequence[tuple[str, str]]] = (
    ("ooInetProxyType", "2"),  # 2 = the proxy named here
    ("ooInetHTTPProxyName", "127.0.0.1"),
    ("ooInetHTTPProxyPort", "9"),
    ("ooInetHTTPSProxyName", "127.0.0.1"),
    ("ooInetHTTPSProxyPort", "9"),
    ("ooInetNoProxy", ""),
)


def write_profile(folder: Path) -> None:
    """Makes the folder for `-env:UserInstallation=`, holding our settings and nothing else.

    Defence in depth: `require_harmless` already refuses what these settings would stop.
    """
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")


def sockets(profile: Path, pipe: str = "") -> tuple[Path, ...]:
    """Where LibreOffice puts its sockets: one by which a second start finds the first, and that of `--accept=pipe`.

    It takes them away when it ends by itself, not when it is killed. Names as LibreOffice 7.4 makes them: the first
    ends in the MD5 of the profile's address in UTF-16, each byte in hex without a leading zero.
    """
    address = profile.as_uri().encode("utf-16-le")
    digest = "".join(f"{byte:x}" for byte in hashlib.md5(address, usedforsecurity=False).digest())
    names = [f"SingleOfficeIPC_{digest}", *([pipe] if pipe else [])]
    folders = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108  LibreOffice's own choice, whatever TMPDIR says
    return tuple(folder / f"OSL_PIPE_{os.getuid()}_{name}" for folder in folders for name in names)


def remove_sockets(profile: Path, pipe: str = "") -> None:
    """Takes away the sockets of a LibreOffice that no longer runs."""
    for path in sockets(profile, pipe):
        with contextlib.suppress(OSError):
            path.unlink()


def _registry() -> str:
    items = [_item(f"/org.openoffice.Office.{path}", name, value) for path, name, value in _SETTINGS]
    items += [_item("/org.openoffice.Inet/Settings", name, value) for name, value in _PROXY]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry">',
            *items,
            "</oor:items>",
        ]
    )


def _item(path: str, name: str, value: str) -> str:
    prop = f'<prop oor:name={quoteattr(name)} oor:op="fuse"><value>{escape(value)}</value></prop>'
    return f"<item oor:path={quoteattr(path)}>{prop}</item>"
