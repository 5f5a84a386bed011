"""The trusted list of the configuration, for commands that judge what came from elsewhere."""

from __future__ import annotations

import importlib
from dataclasses import replace

from docgen.cli.desk import Desk
from docgen.cli.given import read_given
from docgen.signing.trust import Trust, trust_from


def with_trusted_list(desk: Desk, trust: Trust) -> Trust:
    """The trust with the configured list, fetched when it is due; the same trust when none is configured.

    Raises:
        UsageError: a certificate of the list's signers cannot be read.
    """
    wanted = desk.settings.trusted_list
    if not wanted.source:
        return trust
    signers = trust_from(read_given(path) for path in wanted.signers).anchors
    cache = desk.settings.roots.out / "trusted-list"
    # The library that reads lists takes a second to load, and most offices ask for none.
    lists = importlib.import_module("docgen.pipeline.trusted_list")
    source = lists.Source(wanted.source, signers, cache, desk.settings.signing.timeout)
    return replace(trust, trusted_list=lists.obtain(source, desk.now))
