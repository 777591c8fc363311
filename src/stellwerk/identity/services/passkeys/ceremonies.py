"""Options for the browser and the judgement of its answers, by python-fido2. Nothing is stored here.

The only file that knows the library. It is imported at the first use, because the library and what it needs take a
sixth of a second to load.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from stellwerk.identity.errors import PasskeyRefused, PasskeyUnusable
from stellwerk.identity.services.passkeys.challenges import VALID_MINUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fido2.webauthn import AuthenticatorData

    from stellwerk.identity.models import Account, Passkey
    from stellwerk.identity.services.passkeys.parties import RelyingParty

T = TypeVar("T")
LONGEST_ANSWER = 20_000  # characters; an answer with a key of 4096 bits has about 4,000
_PREFERRED = UserVerificationRequirement.PREFERRED
_REQUIRED = UserVerificationRequirement.REQUIRED
# What parsing and checking foreign bytes may raise: none of it is our fault, all of it is a refusal.
_MALFORMED = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, NotImplementedError,
    OverflowError, struct.error, UnsupportedAlgorithm,
)  # fmt: skip


def creation_options(
    party: RelyingParty, account: Account, *, handle: bytes, known: Iterable[Passkey], challenge: bytes
) -> dict[str, Any]:
    """What `navigator.credentials.create` is asked for: a resident key and verification, both preferred.

    Devices that hold one of the `known` keys already are left out by the browser.
    """
    user = PublicKeyCredentialUserEntity(id=handle, name=account.email, display_name=account.display_name)
    options, _state = _server(party).register_begin(
        user,
        [_descriptor(passkey) for passkey in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_PREFERRED,
        challenge=challenge,
    )
    return _public(dict(options))


def request_options(
    party: RelyingParty, *, known: Iterable[Passkey] | None, requires_verification: bool, challenge: bytes
) -> dict[str, Any]:
    """What `navigator.credentials.get` is asked for. With `known` None the person picks any key of this host."""
    options, _state = _server(party).authenticate_begin(
        None if known is None else [_descriptor(passkey) for passkey in known],
        user_verification=_REQUIRED if requires_verification else _PREFERRED,
        challenge=challenge,
    )
    return _public(dict(options))


def read_registration(raw: str) -> RegistrationResponse:
    """The browser's answer to `creation_options`. Raises PasskeyUnusable for what is none."""
    return _tried(lambda: RegistrationResponse.from_dict(_values(raw)), PasskeyUnusable)


def read_assertion(raw: str) -> AuthenticationResponse:
    """The browser's answer to `request_options`. Raises PasskeyRefused for what is none."""
    return _tried(lambda: AuthenticationResponse.from_dict(_values(raw)), PasskeyRefused)


def checked_registration(
    party: RelyingParty, answer: RegistrationResponse, *, challenge: bytes
) -> tuple[AuthenticatorData, AttestedCredentialData]:
    """Type, origin, challenge, host, presence and a key of a kind we can check. Raises PasskeyUnusable."""

    def check() -> tuple[AuthenticatorData, AttestedCredentialData]:
        _only_from_our_page(answer.response.client_data.cross_origin)
        data = _server(party).register_complete(_state(challenge, _PREFERRED), answer)
        credential = data.credential_data
        if credential is None or credential.credential_id != answer.raw_id:
            raise ValueError("the answer is about another key")
        if credential.public_key.get(3) not in CoseKey.supported_algorithms():
            raise ValueError("a key of a kind that nobody here can check")
        return data, credential

    return _tried(check, PasskeyUnusable)


def checked_assertion(
    party: RelyingParty,
    answer: AuthenticationResponse,
    *,
    challenge: bytes,
    credential_data: bytes,
    requires_verification: bool,
) -> AuthenticatorData:
    """Type, origin, challenge, host, presence, verification where required, signature. Raises PasskeyRefused."""

    def check() -> AuthenticatorData:
        _only_from_our_page(answer.response.client_data.cross_origin)
        verification = _REQUIRED if requires_verification else _PREFERRED
        known = [AttestedCredentialData(credential_data)]
        _server(party).authenticate_complete(_state(challenge, verification), known, answer)
        return answer.response.authenticator_data

    return _tried(check, PasskeyRefused)


def transports_of(raw: str) -> list[str]:
    """How the device was reached, as the browser says; words that the standard does not know are left out."""
    response = _values(raw).get("response")
    named = response.get("transports") if isinstance(response, dict) else None
    known = {str(transport.value) for transport in AuthenticatorTransport}
    return sorted({word for word in named if isinstance(word, str)} & known) if isinstance(named, list) else []


def _server(party: RelyingParty) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=party.id, name="Stellwerk")
    server = Fido2Server(entity, verify_origin=lambda origin: origin == party.origin)
    server.timeout = VALID_MINUTES * 60_000  # type: ignore[assignment]  # milliseconds; typed as None only
    return server


def _state(challenge: bytes, verification: UserVerificationRequirement) -> dict[str, Any]:
    """What the library would have us keep between question and answer."""
    return {"challenge": websafe_encode(challenge), "user_verification": verification}


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY,
        id=websafe_decode(passkey.credential_id),
        transports=[AuthenticatorTransport(word) for word in passkey.transports] or None,
    )


def _public(options: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(options["publicKey"], default=dict))
    return plain


def _values(raw: str) -> dict[str, Any]:
    if len(raw) > LONGEST_ANSWER:
        raise ValueError("no device says so much")
    values = json.loads(raw)
    if not isinstance(values, dict):
        raise TypeError("not an object")
    return values


def _only_from_our_page(is_foreign: bool) -> None:  # noqa: FBT001  the one fact it judges
    if is_foreign:
        raise ValueError("asked by a page inside another one")


def _tried(check: Callable[[], T], refusal: type[PasskeyRefused | PasskeyUnusable]) -> T:
    try:
        return check()
    except _MALFORMED as malformed:
        raise refusal from malformed
