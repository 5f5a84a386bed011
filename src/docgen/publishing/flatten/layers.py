"""Optional content (ISO 32000-1, 8.11): which layers a reader sees when the document is opened."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary

from docgen.publishing.flatten.job import Job


class Layers:
    """Answers whether optional content is hidden by the default configuration."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._hidden = _hidden_groups(job)

    def hides(self, membership: Any, spot: str) -> bool:
        """Whether content of a group or membership dictionary is not shown.

        Raises:
            PublicationRefused: `DG-F108` for visibility expressions, which few readers agree on.
        """
        if not isinstance(membership, Dictionary):
            return False
        if membership.get("/Type") != pikepdf.Name.OCMD:
            return membership.objgen in self._hidden
        if "/VE" in membership:
            self._job.refuse("DG-F108", spot, reason="/VE")
        groups = membership.get("/OCGs")
        members = list(groups) if isinstance(groups, Array) else [groups]
        shown = [group.objgen not in self._hidden for group in members if isinstance(group, Dictionary)]
        if not shown:
            return False
        policy = str(membership.get("/P", "/AnyOn"))
        visible = {
            "/AllOn": all(shown),
            "/AnyOn": any(shown),
            "/AnyOff": not all(shown),
            "/AllOff": not any(shown),
        }
        if policy not in visible:
            self._job.refuse("DG-F108", spot, reason=policy)
        return not visible[policy]


def _hidden_groups(job: Job) -> frozenset[tuple[int, int]]:
    properties = job.source.Root.get("/OCProperties")
    if not isinstance(properties, Dictionary):
        return frozenset()
    configuration = properties.get("/D", Dictionary())
    if len(configuration.get("/AS", Array())):
        job.refuse("DG-F108", "catalog", reason="/AS")
    groups = {group.objgen for group in properties.get("/OCGs", Array())}
    hidden = set(groups) if configuration.get("/BaseState") == pikepdf.Name.OFF else set()
    hidden -= {group.objgen for group in configuration.get("/ON", Array())}
    hidden |= {group.objgen for group in configuration.get("/OFF", Array())}
    job.drop("layer", len(groups))
    return frozenset(hidden)
