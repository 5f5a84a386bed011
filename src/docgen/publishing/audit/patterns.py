"""What looks like personal data whoever it belongs to: national register numbers, bank accounts, e-mail, telephone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum

from stdnum import iban

from docgen.findings import Finding, Severity
from docgen.numbers import is_enterprise_number, national_numbers
from docgen.publishing.audit.evidence import Evidence, Readable
from docgen.publishing.audit.outcome import found, listed
from docgen.publishing.audit.views import folded


class Pattern(StrEnum):
    """Sorts of personal data that can be recognised by their form."""

    NATIONAL_NUMBER = "national_number"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office does not want to see published."""

    forbidden: frozenset[Pattern] = frozenset({Pattern.NATIONAL_NUMBER, Pattern.IBAN})
    """These block publication; the other sorts are reported for a person to look at."""
    public_values: tuple[str, ...] = ()
    """Exceptions: the office's own mailbox, telephone and account. Never applied to national register numbers."""


_CODES = {
    Pattern.NATIONAL_NUMBER: "DG-L301",
    Pattern.IBAN: "DG-L302",
    Pattern.EMAIL: "DG-L303",
    Pattern.PHONE: "DG-L304",
}
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}")
_BELGIAN_LENGTH = 16
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_PHONE = re.compile(r"(?<![\w/.+-])(?:\+|00)?(?:32[ ./-]?(?:\(0\))?|0)[1-9]\d?(?:[ ./-]{0,2}\d{2,3}){3}(?![\w/-])")
_ENTERPRISE = re.compile(r"\d{4}\.\d{3}\.\d{3}")
_MOBILE = re.compile(r"04[5-9]\d")
_BREAK = re.compile(r"\s(?:(?=@)|(?<=@\s)|(?<=\.\s)(?=[a-z])|(?<=\n)(?=\.\w)|(?<=-\n)(?=\w))")
"""Gaps where addresses are broken; after a full stop only before a small letter, as sentences end there too."""
_HYPHEN = re.compile(r"-(?=\s*\n)")


def national_numbers_absent(evidence: Evidence, policy: Policy) -> Iterator[Finding]:
    """No national register number or BIS number, by its check digits, in anything that is text."""
    return _check(evidence, policy, Pattern.NATIONAL_NUMBER)


def accounts_absent(evidence: Evidence, policy: Policy) -> Iterator[Finding]:
    """No bank account number (ISO 13616), by its check digits."""
    return _check(evidence, policy, Pattern.IBAN)


def contacts_known(evidence: Evidence, policy: Policy) -> Iterator[Finding]:
    """E-mail addresses and telephone numbers are the office's public ones."""
    yield from _check(evidence, policy, Pattern.EMAIL)
    yield from _check(evidence, policy, Pattern.PHONE)


def _check(evidence: Evidence, policy: Policy, pattern: Pattern) -> Iterator[Finding]:
    public = {folded(value.encode()) for value in policy.public_values}
    asked = (text for text in evidence.different_texts if _concerns(pattern, text))
    holding = {text for text in asked if _holds(text.text, pattern, public)}
    if holding:
        spots = dict.fromkeys(spot for spot, text in evidence.texts if text in holding)
        severity = Severity.ERROR if pattern in policy.forbidden else Severity.WARNING
        yield found(_CODES[pattern], listed(spots), severity, count=len(spots))


def _concerns(pattern: Pattern, text: Readable) -> bool:
    return text.prose or pattern is Pattern.NATIONAL_NUMBER


def _holds(text: str, pattern: Pattern, public: Set[bytes]) -> bool:
    if not _NEEDED[pattern].search(text):
        return False
    values = _FINDERS[pattern](text)
    return any(pattern is Pattern.NATIONAL_NUMBER or folded(value.encode()) not in public for value in values)


_NEEDED: dict[Pattern, re.Pattern[str]] = {
    Pattern.NATIONAL_NUMBER: re.compile(r"\d(?:[\s.\-/]*+\d){10}"),
    Pattern.IBAN: re.compile(r"[A-Z]{2}\d{2}(?:[\s.\-]*+[A-Z0-9]){11}"),
    Pattern.EMAIL: re.compile("@"),
    Pattern.PHONE: re.compile(r"(?:32[\s./\-]*+(?:\(0\))?|0)[1-9]\d?(?:[\s./\-]*+\d{2,3}){3}"),
}
"""What a text must have for a finder to be worth asking, in all forms that it makes of it; most are names and keys."""


def _forms(text: str) -> tuple[str, ...]:
    """As it stands; and as if no line ended, and no sign had spaces around it."""
    tight = line = " ".join(text.split())
    for sign in ".-/":
        tight = tight.replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return tuple(dict.fromkeys((text, line, tight)))


def _national(text: str) -> Iterator[str]:
    """Also when letters are set apart or a line ends inside the number."""
    for form in _forms(text):
        for start, end in national_numbers(form):
            yield form[start:end]


def _accounts(text: str) -> Iterator[str]:
    return (account for form in _forms(text) for account in _accounts_in(form))


def _accounts_in(text: str) -> Iterator[str]:
    for match in _IBAN.finditer(text):
        letters = re.sub(r"[ .-]", "", match.group())
        # The longest run may have swallowed the words behind the number.
        if any(
            iban.is_valid(letters[:length], check_country=False)
            for length in range(_BELGIAN_LENGTH - 1, len(letters) + 1)
        ):
            yield match.group()


def _emails(text: str) -> Iterator[str]:
    """An address that a line end breaks counts twice: its hyphen may be its own."""
    for form in dict.fromkeys((text, _joined(text), _joined(_HYPHEN.sub("", text)))):
        yield from (match.group() for match in _EMAIL.finditer(form))


def _joined(text: str) -> str:
    """Without the gaps where addresses are broken."""
    lines = filter(None, (" ".join(line.split()) for line in text.split("\n")))
    return _BREAK.sub("", "\n".join(lines))


def _phones(text: str) -> Iterator[str]:
    for form in dict.fromkeys((text, " ".join(text.split()))):
        yield from (match.group() for match in _PHONE.finditer(form) if not _is_enterprise(match.group()))


def _is_enterprise(number: str) -> bool:
    """Whether what looks like a telephone number is the enterprise number of a contract's party.

    Mobile numbers have ten digits too, so one of those must also be written as enterprise numbers are.
    """
    written_so = _ENTERPRISE.fullmatch(number) is not None
    return is_enterprise_number(number) and (written_so or not _MOBILE.match(number))


_FINDERS: dict[Pattern, Callable[[str], Iterator[str]]] = {
    Pattern.NATIONAL_NUMBER: _national,
    Pattern.IBAN: _accounts,
    Pattern.EMAIL: _emails,
    Pattern.PHONE: _phones,
}
