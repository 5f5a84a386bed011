"""The targets of fuzzing, on a small corpus: whole samples, and samples with pieces cut, doubled and changed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from docgen.errors import DocgenError
from fuzz.targets import CANARY, TARGETS, check, sample
from publishing import builders

CONTENT = (
    b"/P <</MCID 0>> BDC q 0 0 1 rg BT 1 0 0 1 20 100 Tm /F0 9 Tf 14 TL [(ge) -20 (heim)] TJ T* (x) ' ET Q EMC\n"
    b"/OC /L0 BDC (CANARYXQ7) Tj EMC q 9 0 0 9 5 5 cm /X1 Do Q /X0 Do /G0 gs /C0 cs 1 0 0 sc 1 2 3 4 re W n\n"
    b"BI /W 1 /H 1 /BPC 8 /CS /G ID x\nEI % comment\n[1 2] 0 d 3 Tr BT (y) Tj ET BX 1 xyzzy EX"
)
SEEDS = {
    "content": CONTENT,
    "lexing": CONTENT,
    "file": sample(b"0 g 1 1 5 5 re f"),
    "audit": sample(CONTENT),
    "font": builders.compact_program(),
}

PIECES = (b"<<", b">>", b"]", b"(", b"\\", b"%", b"-1", b"99999999999", b"endobj", CANARY)


def corpus(seed: bytes, number: int) -> Iterator[bytes]:
    chance = random.Random(number)  # noqa: S311 -- the same corpus every time
    yield from (b"", seed)
    for _ in range(number):
        data = bytearray(seed)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) or 1)
            span = chance.randint(1, 40)
            pick = chance.randrange(4)
            if pick == 0:
                data[at : at + span] = b""
            elif pick == 1:
                data[at:at] = data[at : at + span]
            elif pick == 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            else:
                data[at:at] = chance.choice(PIECES)
        yield bytes(data)


@pytest.mark.parametrize("target", TARGETS)
def test_target_finds_nothing(target: str) -> None:
    for data in corpus(SEEDS[target], 60):
        TARGETS[target](data)


def test_a_canary_that_comes_through_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    leaking = type("Leaking", (), {"content": sample(b"n")})
    monkeypatch.setattr("fuzz.targets.rewrite", lambda content, policy: leaking)
    with pytest.raises(AssertionError):
        check(sample(b"n"))
    assert not issubclass(AssertionError, DocgenError)
