"""Keys that stay at a remote signing service, reached by the API of the Cloud Signature Consortium, version 1.

pyHanko's client speaks the API (CSC API 1.0.4: `credentials/info`, `credentials/authorize`, `signatures/signHash`).
What is ours: asking for PIN and one-time password when the service wants them, time limits, words for what goes
wrong, and not believing the service: what it returns must be a signature of this document by the certificate it showed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)

from docgen.errors import SigningFailed, UsageError
from docgen.signing.encoded import EncodedOnce
from docgen.signing.keys import Secret, SigningKey
from docgen.signing.raw import is_signature_of

_ADDRESS = re.compile(r"(https://[^\s/@?#]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/[^\s@?#]*)?")
"""Secrets travel to this address: encrypted, or within this machine."""
_CODE = re.compile(r"[a-z_]{1,40}")
_MODES = ("implicit", "explicit")
_SIGNATURE_SIZE = 512
"""Bytes; enough for RSA-4096."""


@dataclass(frozen=True, slots=True)
class RemoteService:
    """A signing service, and which of the user's keys there. Holds no secret."""

    url: str
    """Base address: what stands before `/csc/v1/`."""
    credential: str = ""
    """Which key; empty when the user has only one."""
    timeout: float = 15.0
    """Seconds for one request."""

    def __post_init__(self) -> None:
        """Refuses addresses to which no secret should be sent.

        Raises:
            UsageError: DG-S241 not an https address (http only within this machine), or one with a password in it.
        """
        if not _ADDRESS.fullmatch(self.url):
            raise UsageError.because("DG-S241")


@dataclass(frozen=True, slots=True)
class Secrets:
    """How to ask for what the service wants to know; each is asked for when it is needed, and kept nowhere."""

    token: Secret = field(repr=False)
    """OAuth access token of the user's session."""
    pin: Secret = field(repr=False)
    otp: Secret = field(repr=False)
    """One-time password, from the user's telephone or a device."""


def remote_key(service: RemoteService, secrets: Secrets) -> SigningKey:
    """The user's key at a signing service: its certificates now, PIN and one-time password at each signature.

    Raises:
        SigningFailed: DG-S242 the service failed or refused, DG-S243 it does not accept the token, DG-S244 no answer
            in time, DG-S245 the user has no key there or several, DG-S246 the key cannot be used this way, DG-S247 the
            answer is not one of this API. Signing raises these too, and DG-S248 PIN or one-time password not accepted,
            DG-S249 not a signature of this document by this certificate.
    """
    session = CSCServiceSessionInfo(service.url.rstrip("/"), service.credential, secrets.token())
    found, credential = asyncio.run(_opened(service, session))
    _require_usable(credential)
    signer = _RemoteSigner(service, found, credential, secrets)
    return SigningKey(signer, credential.signing_cert, tuple(credential.chain))


def service_name(service: RemoteService) -> str:
    """What the service calls itself (`info`, which asks for no token); to see whether it can be reached.

    Raises:
        SigningFailed: DG-S242, DG-S244, DG-S247 as in `remote_key`.
    """

    async def ask() -> Mapping[str, Any]:
        async with _connection(service) as client:
            return await _post(client, CSCServiceSessionInfo(service.url.rstrip("/"), ""), "info", {})

    return str(asyncio.run(ask()).get("name") or service.url)


async def _opened(
    service: RemoteService, session: CSCServiceSessionInfo
) -> tuple[CSCServiceSessionInfo, CSCCredentialInfo]:
    async with _connection(service) as client:
        if not session.credential_id:
            one = await _only_credential(client, session)
            session = CSCServiceSessionInfo(session.service_url, one, session.oauth_token)
        limit = max(1, round(service.timeout))
        return session, await fetch_certs_in_csc_credential(client, session, timeout=limit)


async def _only_credential(client: aiohttp.ClientSession, session: CSCServiceSessionInfo) -> str:
    listed = (await _post(client, session, "credentials/list", {})).get("credentialIDs")
    if not isinstance(listed, list) or len(listed) != 1:
        raise SigningFailed.because("DG-S245", count=len(listed) if isinstance(listed, list) else 0)
    return str(listed[0])


def _require_usable(credential: CSCCredentialInfo) -> None:
    said = credential.response_data
    key, mode = said.get("key") or {}, said.get("authMode", "implicit")
    if key.get("status", "enabled") != "enabled":
        raise SigningFailed.because("DG-S246", problem="disabled")
    if mode not in _MODES:
        raise SigningFailed.because("DG-S246", problem=mode if _CODE.fullmatch(str(mode)) else "authMode")


@asynccontextmanager
async def _connection(service: RemoteService) -> AsyncIterator[aiohttp.ClientSession]:
    """A connection, and our words for whatever goes wrong on it."""
    limits = aiohttp.ClientTimeout(total=service.timeout)
    watch = aiohttp.TraceConfig()
    watch.on_request_redirect.append(_refuse_redirect)
    try:
        async with aiohttp.ClientSession(timeout=limits, trace_configs=[watch]) as client:
            yield client
    except (aiohttp.ClientError, SigningError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refusal(error) from error


async def _refuse_redirect(*_: object) -> None:
    """A service that sends us elsewhere would be sending our secrets elsewhere."""
    raise SigningFailed.because("DG-S242", problem="redirect")


def _refusal(error: BaseException) -> SigningFailed:
    causes: list[BaseException] = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    for cause in causes:
        if isinstance(cause, TimeoutError):
            return SigningFailed.because("DG-S244")
        if isinstance(cause, aiohttp.ContentTypeError):
            return SigningFailed.because("DG-S247")
        if isinstance(cause, aiohttp.ClientResponseError):
            refused = cause.status in (401, 403)
            return SigningFailed.because("DG-S243" if refused else "DG-S242", problem=f"HTTP {cause.status}")
        if isinstance(cause, aiohttp.ClientError | OSError):
            return SigningFailed.because("DG-S242", problem=type(cause).__name__)
    return SigningFailed.because("DG-S247")


async def _post(
    client: aiohttp.ClientSession, session: CSCServiceSessionInfo, call: str, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    untyped: Any = session
    async with client.post(untyped.endpoint_url(call), headers=session.auth_headers, json=body) as answer:
        if answer.status == 400:
            raise _said_no(await answer.json())
        answer.raise_for_status()
        said = await answer.json() if answer.status == 200 else {}
    if not isinstance(said, dict):
        raise SigningFailed.because("DG-S247")
    return said


def _said_no(said: object) -> SigningFailed:
    """The service's own error, by its code; its sentence may quote what was sent and stays out."""
    code = str(said.get("error", "")) if isinstance(said, dict) else ""
    problem = code if _CODE.fullmatch(code) else "HTTP 400"
    wrong_secret = "pin" in problem or "otp" in problem
    return SigningFailed.because("DG-S248" if wrong_secret else "DG-S242", problem=problem)


class _Authorization(CSCAuthorizationManager):
    """Asks for PIN and one-time password as the key demands, and binds the permission to the one document."""

    def __init__(
        self,
        client: aiohttp.ClientSession,
        session: CSCServiceSessionInfo,
        credential: CSCCredentialInfo,
        secrets: Secrets,
    ) -> None:
        super().__init__(session, credential)
        self._client, self._secrets = client, secrets

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        said = self.credential_info.response_data
        explicit = said.get("authMode", "implicit") == "explicit"
        pin = self._secrets.pin() if explicit and _wanted(said.get("PIN")) else None
        otp = None
        if explicit and _wanted(said.get("OTP")):
            if (said.get("OTP") or {}).get("type") == "online":
                await self._call("credentials/sendOTP", {"credentialID": self.csc_session_info.credential_id})
            otp = self._secrets.otp()
        request = self.format_csc_auth_request(pin=pin, otp=otp, hash_b64s=hash_b64s)
        return self.parse_csc_auth_response(dict(await self._call("credentials/authorize", request)))

    async def _call(self, call: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return await _post(self._client, self.csc_session_info, call, body)


def _wanted(said: object) -> bool:
    return isinstance(said, dict) and str(said.get("presence", "false")).lower() == "true"


class _Client(CSCSigner):
    """pyHanko's client, which otherwise logs why a signature failed and then raises something that does not say."""

    failure: BaseException | None = None

    async def commit(self) -> None:
        untyped: Any = super()
        try:
            await untyped.commit()
        except BaseException as error:
            self.failure = error
            raise


class _RemoteSigner(EncodedOnce):
    """Signs at the service. A connection is made for each signature, as each has an event loop of its own."""

    def __init__(
        self,
        service: RemoteService,
        session: CSCServiceSessionInfo,
        credential: CSCCredentialInfo,
        secrets: Secrets,
    ) -> None:
        super().__init__(
            signing_cert=credential.signing_cert, cert_registry=credential.as_cert_store(), embed_roots=False
        )
        self._service, self._session, self._credential, self._secrets = service, session, credential, secrets

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(_SIGNATURE_SIZE)
        async with _connection(self._service) as client:
            manager = _Authorization(client, self._session, self._credential, self._secrets)
            limit = max(1, round(self._service.timeout))
            remote = _Client(client, manager, sign_timeout=limit, embed_roots=False)
            try:
                raw = bytes(await remote.async_sign_raw(data, digest_algorithm))
            except SigningError as error:
                reason = remote.failure or error
                raise reason from reason.__cause__
        if not is_signature_of(raw, data, digest_algorithm, self._credential.signing_cert):
            raise SigningFailed.because("DG-S249")
        return raw
