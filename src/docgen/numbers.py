"""National register numbers and enterprise numbers: recognising them, never keeping them.

National register number (rijksregisternummer): eleven digits YYMMDD-SSS-CC, CC = 97 - (first nine digits mod 97), with
a 2 put in front of the nine digits for people born in 2000 or later; BIS numbers add 20 or 40 to the month. Legal
basis of its form: royal decree of 3 April 1984. Enterprise number: ten digits, mod 97. Both checks come from
python-stdnum; here is only what finds candidates in running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.be import bis, nn, vat

# A look-ahead, so that candidates may overlap: in "12 85.07.30-033.28" the 12 must not hide the number.
_ELEVEN = r"\d(?:[ .\-/\u00a0\u2009\u202f]{0,2}\d){10}"
_CANDIDATE = re.compile(rf"(?<!\d)(?=({_ELEVEN})(?!\d))")
_DIGITS_ENOUGH = re.compile(_ELEVEN)
"""Without a look-ahead: where it finds nothing there is no candidate, and it finds that out five times as fast."""


_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=\d*[a-f])[0-9a-f]{64}(?![0-9A-Za-z])")
"""A SHA-256 digest: one in some thousands holds eleven digits that pass the check. A run of bare digits is none."""


def is_national_number(digits: str) -> bool:
    """Whether eleven digits pass the check of a national register number or BIS number, in either century."""
    if len(digits) != 11 or not digits.isdecimal():
        return False
    # The check digits alone refuse nearly everything, a hundred times faster than the whole check.
    birth, check = digits[:9], int(digits[9:])
    if check not in (97 - int(birth) % 97, 97 - int(f"2{birth}") % 97):
        return False
    return bool(nn.is_valid(digits) or bis.is_valid(digits))


def national_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every national register number in a text, however it is spaced or punctuated.

    Digits within a SHA-256 digest, as publication copies and registers show them, are none. Gives places only: the
    caller must not log what stands there.
    """
    if not _DIGITS_ENOUGH.search(text):
        return
    digests = [match.span() for match in _DIGEST.finditer(text)]
    for match in _CANDIDATE.finditer(text):
        start, end = match.span(1)
        if any(first <= start and end <= last for first, last in digests):
            continue
        if is_national_number(re.sub(r"\D", "", match.group(1))):
            yield start, end


def mask_national_numbers(text: str) -> str:
    """The text with every national register number replaced by dots; for logs and reports."""
    masked = list(text)
    for start, end in national_numbers(text):
        masked[start:end] = ["•" if character.isdigit() else character for character in text[start:end]]
    return "".join(masked)


def is_enterprise_number(number: str) -> bool:
    """Whether an enterprise number (KBO/BCE), written with or without dots, passes its check digits."""
    return bool(vat.is_valid(number)) and len(re.sub(r"\D", "", number)) == 10
