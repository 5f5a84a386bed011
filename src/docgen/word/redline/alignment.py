"""Which item of a list became which of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_ALIKE = 0.4
"""Items that share less than this are another item, not the same one changed."""


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph, table, row or control, as far as matching looks at it."""

    key: str
    """The same in both lists when nothing changed."""
    sort: str
    """Only items of one sort can be each other."""
    words: tuple[str, ...]


def aligned(old: Sequence[Item], new: Sequence[Item]) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of numbers, in the order of the text; nothing on one side for what is gone or new.

    What was moved is gone at one place and new at the other.
    """
    keys = [one.key for one in old], [one.key for one in new]
    for name, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if name == "equal":
            yield from zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            for left, right in _paired(old[i1:i2], new[j1:j2]):
                yield None if left is None else left + i1, None if right is None else right + j1


def _paired(old: Sequence[Item], new: Sequence[Item]) -> Iterator[tuple[int | None, int | None]]:
    left = right = 0
    while left < len(old) and right < len(new):
        here = _likeness(old, left, new, right)
        skip_old, skip_new = _likeness(old, left + 1, new, right), _likeness(old, left, new, right + 1)
        if here >= _ALIKE and here >= max(skip_old, skip_new):
            yield left, right
            left, right = left + 1, right + 1
        elif skip_new > max(skip_old, _ALIKE) or (skip_old <= _ALIKE and len(new) - right > len(old) - left):
            yield None, right
            right += 1
        else:
            yield left, None
            left += 1
    yield from ((one, None) for one in range(left, len(old)))
    yield from ((None, one) for one in range(right, len(new)))


def _likeness(old: Sequence[Item], left: int, new: Sequence[Item], right: int) -> float:
    if left >= len(old) or right >= len(new) or old[left].sort != new[right].sort:
        return 0.0
    return SequenceMatcher(None, old[left].words, new[right].words, autojunk=False).ratio()
