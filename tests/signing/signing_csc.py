"""A remote signing service (CSC API 1.0.4) on this machine, which can also be down, slow, or lie."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

TOKEN, PIN, OTP = "a-token-of-today", "135790", "424242"
ECDSA, RSA = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11"
Answer = dict[str, Any] | Response


@dataclass
class CscService:
    """The service: one key, its certificates, and what it was asked."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificates: list[x509.Certificate]
    mode: str = "explicit"
    otp: str = ""
    """Type of one-time password: empty, `offline` or `online`."""
    key_status: str = "enabled"
    credentials: list[str] = field(default_factory=lambda: ["key-1"])
    calls: list[str] = field(default_factory=list)
    granted: dict[str, str] = field(default_factory=dict)
    """Permission to sign: the hash it is for."""
    override: dict[str, Callable[[dict[str, Any]], Answer]] = field(default_factory=dict)
    """Other answers than the honest one, by call."""
    url: str = ""

    def answer(self, request: Request) -> Response:
        call = request.path.removeprefix("/csc/v1/")
        self.calls.append(call)
        body = request.get_json(silent=True) or {}
        if call != "info" and request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response('{"error": "invalid_token"}', 401, content_type="application/json")
        honest = {
            "info": lambda _: {"name": "Proefdienst", "specs": "1.0.4.0"},
            "credentials/list": lambda _: {"credentialIDs": self.credentials},
            "credentials/info": self._info,
            "credentials/sendOTP": lambda _: Response("", 204),
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        said = self.override.get(call, honest.get(call, lambda _: refusal("invalid_request")))(body)
        if isinstance(said, Response):
            return said
        return Response(json.dumps(said), content_type="application/json")

    def _info(self, _: dict[str, Any]) -> Answer:
        return {
            "key": {"status": self.key_status, "algo": [self._algorithm], "len": 256},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(each.dump()).decode() for each in self.certificates],
            },
            "authMode": self.mode,
            "SCAL": "2",
            "PIN": {"presence": "true"},
            "OTP": {"presence": "true" if self.otp else "false", "type": self.otp or "offline"},
            "multisign": 1,
        }

    @property
    def _algorithm(self) -> str:
        return RSA if isinstance(self.key, rsa.RSAPrivateKey) else ECDSA

    def _authorize(self, body: dict[str, Any]) -> Answer:
        if self.mode == "explicit" and body.get("PIN") != PIN:
            return refusal("invalid_pin")
        if self.otp and body.get("OTP") != OTP:
            return refusal("invalid_otp")
        if body.get("numSignatures") != 1 or len(body.get("hash", [])) != 1:
            return refusal("invalid_request")
        permission = secrets.token_hex(8)
        self.granted[permission] = body["hash"][0]
        return {"SAD": permission, "expiresIn": 300}

    def _sign(self, body: dict[str, Any]) -> Answer:
        (wanted,) = body["hash"]
        if self.granted.pop(str(body.get("SAD")), None) != wanted or body.get("signAlgo") != self._algorithm:
            return refusal("invalid_request")
        return {"signatures": [self.signature(base64.b64decode(wanted))]}

    def signature(self, digest: bytes) -> str:
        """What the key makes of a digest, in base64."""
        prehashed = Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return base64.b64encode(self.key.sign(digest, padding.PKCS1v15(), prehashed)).decode()
        return base64.b64encode(self.key.sign(digest, ec.ECDSA(prehashed))).decode()


def refusal(code: str) -> Response:
    return Response(
        f'{{"error": "{code}", "error_description": "Not with these words"}}', 400, content_type="application/json"
    )


def slowly(_: dict[str, Any]) -> Answer:
    time.sleep(3)
    return {}


@contextmanager
def running(service: CscService) -> Iterator[CscService]:
    """The service, answering over HTTP for as long as the block lasts."""

    @Request.application
    def application(request: Request) -> Response:
        return service.answer(request)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
