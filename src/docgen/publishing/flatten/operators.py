"""The operators of content streams (ISO 32000-1, Annex A) with the operands each of them takes.

Signature letters: `n` number, `N` name, `s` string, `a` array of numbers, `t` array (of numbers and
strings: looked at when it is measured), `p`
property list (dictionary or name), `*` any number of numbers with a name allowed at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.copying import is_number

_BY_SIGNATURE = {
    "": "q Q h S s f F f* B B* b b* n W W* BT ET T* EMC BX EX",
    "n": "w J j M i G g Tc Tw Tz TL Tr Ts",
    "nn": "m l Td TD",
    "nnn": "RG rg",
    "nnnn": "v y re K k",
    "nnnnnn": "cm c Tm",
    "an": "d",
    "N": "ri gs CS cs Do sh BMC MP",
    "Nn": "Tf",
    "Np": "BDC DP",
    "s": "Tj '",
    "t": "TJ",
    "nns": '"',
    "*": "SC SCN sc scn",
}
SIGNATURES = MappingProxyType(
    {operator: signature for signature, operators in _BY_SIGNATURE.items() for operator in operators.split()}
)
PATHS = frozenset({"m", "l", "c", "v", "y", "h", "re"})
PAINTS = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
FILLS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})
TEXT_SHOWS = frozenset({"Tj", "TJ"})
TEXT_MOVES = frozenset({"Td", "TD", "Tm", "T*", "BT", "ET"})


def fits(operator: str, operands: Sequence[Any]) -> bool:
    """Whether an operator is known and has the operands it must have."""
    signature = SIGNATURES.get(operator)
    if signature is None:
        return False
    if signature == "*":
        numbers = operands[:-1] if operands and isinstance(operands[-1], Name) else operands
        return all(is_number(operand) for operand in numbers)
    return len(signature) == len(operands) and all(map(_is, signature, operands))


def _is(letter: str, operand: Any) -> bool:
    if letter == "n":
        return is_number(operand)
    if letter == "N":
        return isinstance(operand, Name)
    if letter == "s":
        return isinstance(operand, String)
    if letter == "p":
        return isinstance(operand, Name | Dictionary)
    if not isinstance(operand, Array):
        return False
    return letter == "t" or all(is_number(member) for member in operand)
