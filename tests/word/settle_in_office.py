"""Accepts or rejects all tracked changes of Word files in the real LibreOffice. Run by the Python that has `uno`.

python settle_in_office.py SOFFICE PROFILE COMMAND IN OUT
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = f"docgen-settle-{os.getpid()}"
START = 60


def settle(context, command: str, source: str, target: str) -> None:
    manager = context.ServiceManager
    desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    document = desktop.loadComponentFromURL(source, "_blank", 0, (PropertyValue(Name="Hidden", Value=True),))
    dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, ())
    document.storeToURL(target, (PropertyValue(Name="FilterName", Value="MS Word 2007 XML"),))
    document.close(True)
    desktop.terminate()


def connected():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + START
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    soffice, profile, command, source, target = sys.argv[1:]
    office = subprocess.Popen(
        [soffice, f"-env:UserInstallation={profile}", "--headless", "--norestore", f"--accept=pipe,name={PIPE};urp;"],
        start_new_session=True,
    )
    try:
        settle(connected(), command, uno.systemPathToFileUrl(source), uno.systemPathToFileUrl(target))
        office.wait(START)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)
