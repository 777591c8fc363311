"""Passkeys (WebAuthn): enrolling them, and signing in with them."""

from stellwerk.identity.services.passkeys.challenges import VALID
from stellwerk.identity.services.passkeys.parties import RelyingParty, relying_party
from stellwerk.identity.services.passkeys.proof import (
    prove_passkey,
    second_factor_options,
    sign_in_options,
    sign_in_with_passkey,
)
from stellwerk.identity.services.passkeys.registration import (
    allow_registration,
    register,
    registration_options,
    rename_passkey,
)

__all__ = [
    "VALID",
    "RelyingParty",
    "allow_registration",
    "prove_passkey",
    "register",
    "registration_options",
    "relying_party",
    "rename_passkey",
    "second_factor_options",
    "sign_in_options",
    "sign_in_with_passkey",
]
