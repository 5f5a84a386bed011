"""How often Python looks for circles among objects, in a process that makes or reads many documents."""

from __future__ import annotations

import gc

_YOUNG = 50_000
"""Objects; the usual 700 are there a hundred times within one document, whose objects all stay until it is done."""


def collect_rarely() -> None:
    """From now on, leaves what is loaded alone and looks at new objects in large lots.

    For a process in which all that is needed is loaded, and which does the same for document after document: there the
    collector takes a tenth of the time and finds next to nothing. Circles are still found, some tens of megabytes
    later.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
