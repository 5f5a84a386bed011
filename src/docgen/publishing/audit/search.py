"""Searching pieces for secrets, all pieces of a sort at once; only a hit is looked for again piece by piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docgen.publishing.audit.pieces import Piece, Where
from docgen.publishing.audit.views import LONGEST, folded, views

SHORTEST = 4
"""Letters or digits a text must keep after folding; shorter ones are found everywhere."""
_SEPARATOR = b"\x1f\x1f\n"
_MOST_SPOTS = 5


class Secret(StrEnum):
    """What sort of thing must not be found; the key of its words is `audit.secret.<value>`."""

    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    PUBLIC_KEY = "public_key"
    FINGERPRINT = "fingerprint"
    SERIAL_NUMBER = "serial_number"
    IDENTITY_NUMBER = "identity_number"
    EMAIL = "email"
    VALIDATION_DATA = "validation_data"
    NAME = "name"
    SIGNATURE_DETAIL = "signature_detail"
    PRIVATE_VALUE = "private_value"


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing to search for."""

    secret: Secret
    data: bytes
    """Exact bytes, or folded text."""
    is_text: bool = False
    number: int = 0
    """Which private value, counted from 1; the value itself never enters a finding."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret was found somewhere."""

    secret: Secret
    number: int
    spots: tuple[str, ...]
    where: Where


def text_needles(secret: Secret, text: str, number: int = 0) -> frozenset[Needle]:
    """A text in the encodings files use; empty when too short to mean anything."""
    forms = {folded(text.encode(encoding, "ignore")) for encoding in ("utf-8", "latin-1")}
    if any(ord(character) > 255 for character in text):
        forms |= {folded(text.encode(encoding)) for encoding in ("utf-16-be", "utf-16-le")}
    return frozenset(Needle(secret, form, True, number) for form in forms if len(form) >= SHORTEST)


@dataclass(frozen=True, slots=True)
class _Haystack:
    plain: tuple[bytes, ...]
    folded: tuple[bytes, ...]
    beyond_ascii: tuple[bytes, ...]
    """Those of the plain ones that are not all ASCII: in no other can stand what is not all ASCII itself."""

    def __contains__(self, needle: Needle) -> bool:
        sought = needle.data[:LONGEST]
        ways = self.folded if needle.is_text else self.plain if sought.isascii() else self.beyond_ascii
        return any(sought in view for view in ways)


def _haystack(data: bytes) -> _Haystack:
    ways = tuple(views(data))
    return _Haystack(ways, tuple(map(folded, ways)), tuple(way for way in ways if not way.isascii()))


def _together(stacks: Collection[_Haystack]) -> _Haystack:
    """All of them in one: what is not in there is in none of them."""
    return _Haystack(
        (_SEPARATOR.join(view for stack in stacks for view in stack.plain),),
        (_SEPARATOR.join(view for stack in stacks for view in stack.folded),),
        (_SEPARATOR.join(view for stack in stacks for view in stack.beyond_ascii),),
    )


class Haystacks:
    """All pieces of a file, prepared once for any number of searches."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces: Mapping[Where, Sequence[Piece]] = _grouped(pieces)
        self._stacks = {
            where: _haystack(_SEPARATOR.join(dict.fromkeys(piece.data for piece in group)))
            for where, group in self._pieces.items()
        }
        self._whole = _together(self._stacks.values())

    def search(self, needles: Iterable[Needle], places: frozenset[Where] = frozenset(Where)) -> Iterator[Hit]:
        """Every secret found, at most once for each sort of place."""
        anywhere = (needle for needle in needles if needle in self._whole)
        wanted = sorted(anywhere, key=lambda needle: (needle.secret, needle.number, needle.data))
        for where, stack in self._stacks.items():
            if where not in places:
                continue
            found: dict[tuple[Secret, int], list[Needle]] = defaultdict(list)
            for needle in wanted:
                if needle in stack:
                    found[needle.secret, needle.number].append(needle)
            for (secret, number), present in found.items():
                yield Hit(secret, number, self._spots(where, present), where)

    def _spots(self, where: Where, needles: Sequence[Needle]) -> tuple[str, ...]:
        spots: dict[str, None] = {}
        for piece in self._pieces[where]:
            if len(spots) == _MOST_SPOTS:
                break
            if piece.spot not in spots:
                stack = _haystack(piece.data)
                if any(needle in stack for needle in needles):
                    spots[piece.spot] = None
        return tuple(spots)


def _grouped(pieces: Iterable[Piece]) -> Mapping[Where, Sequence[Piece]]:
    groups: dict[Where, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.where].append(piece)
    return groups
