"""A card reader and a card laid out like the Belgian eID: token BELPIC, key and certificate Signature, CA, Root."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from docgen.signing.demo_pki import DemoPki

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


def new_reader(folder: Path) -> Path:
    """An empty reader; the file is for SOFTHSM2_CONF."""
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    return settings


def fill_card(pki: DemoPki, name: str, folder: Path, *, each_time: bool = False) -> None:
    """Put somebody's card, laid out like a Belgian eID, into the reader that SOFTHSM2_CONF names.

    With `each_time`, its key wants the PIN at every signature.
    """
    person = pki._person(name)
    key = folder / "key.pem"
    key.write_bytes(person.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    util = ["softhsm2-util", "--token", "BELPIC", "--pin", PIN]
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "BELPIC", "--so-pin", "0000", "--pin", PIN],
        check=True,
        capture_output=True,
    )
    if each_time:
        (folder / "key.der").write_bytes(
            person.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        command = [sys.executable, "-c", _PUT_KEY, SOFTHSM, PIN, str(folder / "key.der")]
        subprocess.run(command, check=True, capture_output=True)
    else:
        subprocess.run([*util, "--import", key, "--label", "Signature", "--id", "01"], check=True, capture_output=True)
    certificates = {
        "Signature": person.certificate,
        "CA": pki.citizen.certificate,
        "Root": pki.root.certificate,
    }
    for number, (label, made) in enumerate(certificates.items(), start=1):
        (folder / f"{label}.der").write_bytes(made.public_bytes(Encoding.DER))
        # In a process of its own: PKCS#11 libraries keep what they saw first.
        subprocess.run(
            [sys.executable, "-c", _PUT, SOFTHSM, PIN, str(folder / f"{label}.der"), label, str(number)],
            check=True,
            capture_output=True,
        )


_PUT = """
import sys, pkcs11
from pkcs11.util.x509 import decode_x509_certificate
module, pin, file, label, number = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label="BELPIC").open(user_pin=pin, rw=True) as session:
    made = decode_x509_certificate(open(file, "rb").read())
    made |= {pkcs11.Attribute.LABEL: label, pkcs11.Attribute.ID: bytes([int(number)]), pkcs11.Attribute.TOKEN: True}
    session.create_object(made)
"""

_PUT_KEY = """
import sys, pkcs11
from pkcs11.util.ec import decode_ec_private_key
module, pin, file = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label="BELPIC").open(user_pin=pin, rw=True) as session:
    made = decode_ec_private_key(open(file, "rb").read())
    made |= {pkcs11.Attribute.LABEL: "Signature", pkcs11.Attribute.ID: bytes([1]), pkcs11.Attribute.TOKEN: True,
             pkcs11.Attribute.SIGN: True, pkcs11.Attribute.PRIVATE: True, pkcs11.Attribute.ALWAYS_AUTHENTICATE: True}
    session.create_object(made)
"""
