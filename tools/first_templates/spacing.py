"""Room between a table and the text under it.

Word and LibreOffice give a table no space of its own, so the paragraph under it must bring some. It does so by its
style, never by formatting of its own, so that legal staff change it in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from source import Block, Paragraph

AFTER_TABLE = {"body": "body_after", "clause": "clause_after", "closing": "closing_after"}
"""The style of each kind of text when it stands under a table. Headings and captions have room enough of their own."""

_INSTRUCTION = re.compile(r"^\{%p\s*(if|elif|else|endif|for|endfor)\b")


@dataclass(slots=True)
class _Branches:
    """What the ends of the branches of an open condition or loop may leave right above the next paragraph."""

    before: bool
    ends: list[bool] = field(default_factory=list)
    always: bool = False
    """One of the branches is printed in any case."""


def under_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with every text that may be printed right under a table in a style with room above it."""
    return tuple(_styled(blocks))


def _styled(blocks: Sequence[Block]) -> Iterator[Block]:
    under, open_branches = False, list[_Branches]()
    for block in blocks:
        if not isinstance(block, Paragraph):
            under = True
        elif block.style == "instruction":
            under = _after_instruction(block.text, under, open_branches)
        else:
            yield replace(block, style=AFTER_TABLE.get(block.style, block.style)) if under else block
            under = False
            continue
        yield block


def _after_instruction(text: str, under: bool, stack: list[_Branches]) -> bool:
    word = match[1] if (match := _INSTRUCTION.match(text)) else ""
    if word in ("if", "for"):
        stack.append(_Branches(under))
    elif word in ("elif", "else"):
        stack[-1].ends.append(under)
        stack[-1].always |= word == "else"
        return stack[-1].before
    elif word in ("endif", "endfor"):
        branches = stack.pop()
        return under or any(branches.ends) or (branches.before and not branches.always)
    return under
