"""Revocation answers that a file keeps: whether they are those of its signatures, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.errors import RevokedError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.validate import async_validate_path

from docgen.signing.trust import Revocation, Trust


async def told_by_file(
    reader: PdfFileReader, paths: Iterable[ValidationPath], trust: Trust, moment: datetime
) -> Revocation:
    """What the security store of a file says of chains of certificates at a moment; never raises for what it holds.

    That a store is there proves nothing: anybody may append the answers on somebody else. So each certificate below
    the anchor must have an answer of its own, whose issuer is checked (EN 319 142-1, 5.4.2).

    Args:
        reader: of the file.
        paths: chains of the signature and of its timestamp.
        trust: the anchors; answers of other sources are left out.
        moment: when the chains must have held; answers may be younger.

    Returns:
        Good: no certificate was revoked then. Unknown: an answer is missing, out of date or not to be believed.
    """
    if "/DSS" not in reader.root:
        return Revocation.UNKNOWN
    settings = {
        "trust_roots": trust.roots(),
        "revocation_mode": "require",
        "moment": moment,
        "retroactive_revinfo": True,
        "allow_fetching": False,
    }
    try:
        store = DocumentSecurityStore.read_dss(reader)
        for path in paths:
            # Lists are checked against their issuer, whose certificate may stand in the signature only.
            known = {"other_certs": list(path.iter_certs(include_root=True))}
            await async_validate_path(store.as_validation_context(settings | known), path)
    except RevokedError:
        return Revocation.REVOKED
    except Exception:  # pyHanko raises anything on malformed stores: then they tell nothing
        return Revocation.UNKNOWN
    return Revocation.GOOD
