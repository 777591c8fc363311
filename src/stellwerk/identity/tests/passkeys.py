"""A security key in software: makes the answers a browser would send, signed with a real P-256 key."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from stellwerk.foundation.actor import Actor
from stellwerk.identity.models import Account, Passkey
from stellwerk.identity.services import passkeys
from stellwerk.identity.services.passkeys import RelyingParty
from stellwerk.organisations.tests.builders import PASSWORD, a_stranger_actor

ORIGIN = "http://testserver"
NO_AAGUID = bytes(16)
Flag = AuthenticatorData.FLAG


@dataclass
class SoftwareKey:
    """One credential. Set the fields a test wants to be wrong; `counts` is the next value of the counter."""

    host: str = "testserver"
    origin: str = ORIGIN
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    counts: int = 1
    is_verified: bool = True
    is_present: bool = True
    user_handle: str = ""

    def creation(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.create(options), as JSON."""
        options = options.get("publicKey", options)
        self.user_handle = options["user"]["id"]
        public_key = ES256.from_cryptography_key(self.private_key.public_key())
        data = AttestedCredentialData.create(NO_AAGUID, self.credential_id, public_key)
        attestation = AttestationObject.create("none", self._authenticator_data(Flag.AT, data), {})
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client_data("webauthn.create", options["challenge"])),
                "attestationObject": websafe_encode(bytes(attestation)),
                "transports": ["internal", "hybrid"],
            }
        )

    def assertion(self, options: dict[str, Any]) -> str:
        """The answer to navigator.credentials.get(options), as JSON."""
        options = options.get("publicKey", options)
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(Flag(0))
        signed = bytes(data) + hashlib.sha256(client_data).digest()
        signature = self.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signature),
                "userHandle": self.user_handle,
            }
        )

    def _authenticator_data(self, flags: Flag, data: AttestedCredentialData | None = None) -> AuthenticatorData:
        flags |= Flag.UP if self.is_present else Flag(0)
        flags |= Flag.UV if self.is_verified else Flag(0)
        counter, self.counts = self.counts, self.counts + 1
        more = bytes(data) if data is not None else b""
        return AuthenticatorData.create(hashlib.sha256(self.host.encode()).digest(), flags, counter, more)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        values = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(values).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        number = websafe_encode(self.credential_id)
        values = {
            "id": number, "rawId": number, "type": "public-key", "response": response, "clientExtensionResults": {},
        }  # fmt: skip
        return json.dumps(values)


PARTY = RelyingParty("testserver", ORIGIN)
VISITOR = Actor(address="192.0.2.7")


def allowed(session: dict[str, Any], account: Account, *, name: str = "Telephone", password: str = PASSWORD) -> None:
    """The first half of enrolling: name and password."""
    actor = a_stranger_actor(account)
    passkeys.allow_registration(
        session=session, actor=actor, account_id=account.pk, name=name, current_password=password
    )


def an_enrolled_key(account: Account, key: SoftwareKey | None = None, *, name: str = "Telephone") -> SoftwareKey:
    session: dict[str, Any] = {}
    key = key or SoftwareKey()
    allowed(session, account, name=name)
    options = passkeys.registration_options(session=session, account_id=account.pk, party=PARTY)
    passkeys.register(session=session, actor=a_stranger_actor(account), party=PARTY, answer=key.creation(options))
    return key


def signed_in_with(key: SoftwareKey) -> Account:
    session: dict[str, Any] = {}
    answer = key.assertion(passkeys.sign_in_options(session=session, party=PARTY))
    return passkeys.sign_in_with_passkey(session=session, actor=VISITOR, party=PARTY, answer=answer)


def proven(key: SoftwareKey, account: Account) -> Passkey:
    session: dict[str, Any] = {}
    options = passkeys.second_factor_options(session=session, account_id=account.pk, party=PARTY)
    return passkeys.prove_passkey(
        session=session, actor=VISITOR, party=PARTY, answer=key.assertion(options), account_id=account.pk
    )
