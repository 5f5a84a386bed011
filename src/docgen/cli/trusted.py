"""Whom to ask about files from elsewhere: revocation services and the trusted list, as configured."""

from __future__ import annotations

import importlib
from dataclasses import replace

from docgen.cli.desk import Desk
from docgen.cli.given import read_given
from docgen.signing.trust import Trust, trust_from


def for_incoming(desk: Desk, trust: Trust) -> Trust:
    """The trust with the configured list, fetched when it is due, and with leave to ask revocation services.

    Without either in the configuration it is the same trust.

    Raises:
        UsageError: a certificate of the list's signers cannot be read.
    """
    signing, wanted = desk.settings.signing, desk.settings.trusted_list
    if signing.answers == "fetch":
        trust = replace(trust, fetch=signing.timeout)
    if not wanted.source:
        return trust
    signers = trust_from(read_given(path) for path in wanted.signers).anchors
    cache = desk.settings.roots.out / "trusted-list"
    # The library that reads lists takes a second to load, and most offices ask for none.
    lists = importlib.import_module("docgen.pipeline.trusted_list")
    source = lists.Source(wanted.source, signers, cache, signing.timeout)
    return replace(trust, trusted_list=lists.obtain(source, desk.now))
