"""Who signed: the name on a certificate, and whether it is the person a case names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from asn1crypto import x509

from docgen.numbers import mask_national_numbers

_PURPOSE = re.compile(r"\s*\((?:signature|authentication|handtekening|signatuur)\)\s*$", re.IGNORECASE)
"""What the Belgian eID adds to the common name."""
_TITLES = frozenset({"prof", "dr", "ir", "ing", "mr", "mevr", "mevrouw", "dhr", "heer", "mme", "madame", "monsieur"})
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart, as machine-readable travel documents write them (ICAO 9303-3, 6)."""


def holder(certificate: x509.Certificate) -> str:
    """Name of the person or organisation a certificate is for, without `(Signature)`; never its serial number.

    A national register number that stands in the name itself is masked.
    """
    subject = certificate.subject.native
    for key in ("common_name", "organization_name"):
        name = _PURPOSE.sub("", _text(subject.get(key)))
        if name:
            return mask_national_numbers(name)
    return mask_national_numbers(f"{_text(subject.get('given_name'))} {_text(subject.get('surname'))}".strip())


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")


def name_words(name: str) -> Counter[str]:
    """The words of a name for comparison: no case, no accents, no punctuation, no titles; order does not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    words = re.findall(r"\w+", re.sub(r"['’`-]", " ", bare))
    return Counter(word for word in words if word not in _TITLES)


def same_person(expected: str, certified: str) -> bool:
    """Whether a certificate's name can be that of the person a case names.

    Every word of the expected name stands in the certified name; the certificate may have more, as identity cards
    carry all given names. One word alone is not enough to tell people apart, unless both names are that one word.
    Does not promise identity: two people may have one name, and only the office can tell them apart.
    """
    asked, found = name_words(expected), name_words(certified)
    if asked == found:
        return bool(asked)
    return asked.total() > 1 and not asked - found
