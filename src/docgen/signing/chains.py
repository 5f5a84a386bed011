"""Certificate chains under given trust: the contexts in which pyHanko validates them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from docgen.signing.trust import Trust


def chains(trust: Trust, moment: datetime, *, looking_back: bool = False) -> ValidationContext:
    """A fresh validation context for one signature at a moment.

    Args:
        trust: the anchors, and the answers at hand.
        moment: when the chain must hold, aware.
        looking_back: let revocation answers of later days tell about this moment.
    """
    strict = trust.fetch is not None and trust.revocation == "soft-fail"
    return ValidationContext(
        trust_roots=trust.roots(),
        crls=list(trust.crls) or None,
        ocsps=list(trust.ocsps) or None,
        revocation_mode="hard-fail" if strict else trust.revocation,
        moment=moment,
        allow_fetching=trust.fetch is not None,
        fetcher_backend=AIOHttpFetcherBackend(per_request_timeout=trust.fetch) if trust.fetch is not None else None,
        retroactive_revinfo=looking_back,
    )


@asynccontextmanager
async def asking(trust: Trust, moment: datetime, *, looking_back: bool = False) -> AsyncIterator[ValidationContext]:
    """The same context, whose connections are closed afterwards."""
    context = chains(trust, moment, looking_back=looking_back)
    try:
        yield context
    finally:
        close: Callable[[], Awaitable[None]] = context.aclose
        await close()
