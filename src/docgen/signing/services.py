"""Timestamp and revocation services over HTTP: reached with time limits, and believed only as far as they prove."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, RevokedError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from docgen.errors import SigningFailed, UsageError
from docgen.findings import Place
from docgen.signing.chains import chains
from docgen.signing.levels import Level, Services
from docgen.signing.trust import Trust

BELGIAN_TIMESTAMPS = "http://tss.eidpki.belgium.be/"
"""Timestamp service of the Belgian eID, which the federal signing service uses for its own archive signatures."""
USUAL_TIMEOUT = 15.0
"""Seconds for one request."""
_CLOCKS_APART = timedelta(hours=1)
"""Further apart than this, the service's clock or ours is wrong, and nobody could tell which from the file."""
_HTTP = re.compile(r"https?://[^\s/@]+(/[^\s@]*)?")


class UntrueTimestamp(TimestampRequestError):
    """The service answered, and the answer is not a timestamp of what was sent."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where services are, and how long one request may take."""

    timestamp: str = BELGIAN_TIMESTAMPS
    timeout: float = USUAL_TIMEOUT

    def __post_init__(self) -> None:
        """Refuses what is no address.

        Raises:
            UsageError: DG-S233 not an http or https address, or one with a name and password in it.
        """
        if not _HTTP.fullmatch(self.timestamp):
            raise UsageError.because("DG-S233")


class _ProvingTimeStamper(HTTPTimeStamper):
    """pyHanko's client, which looks at status and nonce, and here also at what was stamped, when, and by whom."""

    def __init__(self, reach: Reach, trust: Trust, now: datetime) -> None:
        super().__init__(reach.timestamp, timeout=reach.timeout)
        # A timestamp brings no revocation answers for its own service; those are fetched and embedded afterwards.
        self._trust = replace(trust, revocation="soft-fail")
        self._now = now

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            problem = await self._problem(token, message_digest, md_algorithm)
        except TimestampRequestError:
            raise
        except Exception as error:  # anything may come out of reading what a server sent
            raise UntrueTimestamp(type(error).__name__) from error
        if problem:
            raise UntrueTimestamp(problem)
        return token

    async def _problem(self, token: cms.ContentInfo, digest: bytes, algorithm: str) -> str:
        status = await validate_tst_signed_data(
            token["content"],
            chains(self._trust, self._now),
            lambda used: digest if used == algorithm else hashlib.new(used).digest(),
        )
        if not (status["intact"] and status["valid"]):
            return "not a timestamp of this document"
        if abs(status["timestamp"] - self._now) > _CLOCKS_APART:
            return "its clock and ours are more than an hour apart"
        if status.get("trust_problem_indic") is not None or status.get("validation_path") is None:
            return "not from a trusted service"
        return ""


class _FetchingContext(ValidationContext):
    """A context that owns its connections: pyHanko leaves those of a backend it was given open."""

    def __init__(self, *, fetcher_backend: AIOHttpFetcherBackend, **settings: Any) -> None:
        super().__init__(fetcher_backend=fetcher_backend, **settings)
        self._connections = fetcher_backend

    async def aclose(self) -> None:
        close: Callable[[], Awaitable[None]] = self._connections.close
        await close()


def services(reach: Reach, trust: Trust, now: datetime) -> Services:
    """What signing above B-B calls upon.

    Timestamps that do not prove what they should, or come from a service outside `trust`, are refused. Every
    certificate of a signature must have a revocation answer. Nothing is fetched before a signature is made.
    """

    def context() -> ValidationContext:
        return _FetchingContext(
            trust_roots=trust.roots(),
            allow_fetching=True,
            revocation_mode="require",
            fetcher_backend=AIOHttpFetcherBackend(per_request_timeout=reach.timeout),
        )

    make: Callable[[], ValidationContext] | None = context if trust.anchors else None
    return Services(_ProvingTimeStamper(reach, trust, now), make)


def refusal(error: BaseException, level: Level, place: Place) -> SigningFailed | None:
    """What to say when a service stood in the way; `None` when it was something else.

    DG-S413 a timestamp or revocation answer could not be had, DG-S414 it did not come in time: both may be retried.
    DG-S415 the timestamp service answered something else than a trusted timestamp, DG-S416 the signer's certificate is
    revoked, DG-S417 its chain does not end in a trust anchor, DG-S418 a revocation answer is missing: may be retried.
    """
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, UntrueTimestamp):
            return SigningFailed.because("DG-S415", place, level=level, problem=str(cause))
        if isinstance(cause, RevokedError):
            return SigningFailed.because("DG-S416", place, level=level)
        if isinstance(cause, PathBuildingError):
            return SigningFailed.because("DG-S417", place, level=level)
        if isinstance(cause, PathValidationError):
            return SigningFailed.because("DG-S418", place, level=level)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return SigningFailed.because("DG-S414", place, level=level)
    if any(isinstance(cause, TimestampRequestError | OSError) for cause in causes):
        return SigningFailed.because("DG-S413", place, level=level, problem=type(causes[-1]).__name__)
    return None


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
