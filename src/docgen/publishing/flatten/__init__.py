"""Flatten: the allow-list rewrite of a signed PDF into a publication copy. Shares no code with the audit."""

from docgen.publishing.flatten.policy import FlattenPolicy, Handling, InvisibleText, Limits, Rewritten
from docgen.publishing.flatten.recipe import flatten, rewrite

__all__ = ["FlattenPolicy", "Handling", "InvisibleText", "Limits", "Rewritten", "flatten", "rewrite"]
