"""An authenticator made of software: it answers as a device would, and lies where a test tells it to."""

import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one passkey.

    Arguments:
        origin: the origin of the page that the browser reports.
        verifies: whether it checks who holds it.
    """

    def __init__(self, *, origin: str, verifies: bool = True) -> None:
        self.origin = origin
        self.verifies = verifies
        self.count = 0
        self.credential_id = os.urandom(32)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """Return the answer to the wish for a passkey, as the page's script sends it."""
        asked = json.loads(options)
        client_data = self._client_data("webauthn.create", asked["challenge"])
        data = self._authenticator_data(asked["rp"]["id"], flags=_ATTESTED)
        data += bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self._public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"clientDataJSON": client_data, "attestationObject": attestation, "transports": ["internal"]}
        )

    def use(self, options: str) -> str:
        """Return the answer to the wish to use the passkey, as the page's script sends it."""
        asked = json.loads(options)
        self.count += 1
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._authenticator_data(asked["rpId"])
        signed = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client_data, "authenticatorData": data, "signature": signed})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, host: str, *, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public_key(self) -> bytes:
        point = self._key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})

    def _answer(self, response: dict[str, Any]) -> str:
        number = bytes_to_base64url(self.credential_id)
        encoded = {
            name: bytes_to_base64url(value) if isinstance(value, bytes) else value for name, value in response.items()
        }
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": encoded})


def read_challenge(options: str) -> bytes:
    """Return the challenge of what a page asks."""
    return base64url_to_bytes(json.loads(options)["challenge"])
