"""Signing in with a passkey: instead of the password, or after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import constant_time_compare

from stellwerk.foundation import clock, events
from stellwerk.identity.errors import PasskeyRefused
from stellwerk.identity.events import PasskeyCopied, SignInFailed
from stellwerk.identity.models import Account, Passkey
from stellwerk.identity.rules import Method
from stellwerk.identity.services import throttle
from stellwerk.identity.services.passkeys.challenges import in_letters, new_challenge, use_up
from stellwerk.identity.services.second_factor.failures import note_failure

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from fido2.webauthn import AuthenticationResponse, AuthenticatorData

    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.services.passkeys.parties import RelyingParty

PASSKEYS_PER_ADDRESS = throttle.Limit("passkey_address", 30, 15 * 60, by_network=True)
_INSTEAD, _AFTER = "passkey_sign_in", "passkey_second_factor"


def sign_in_options(*, session: MutableMapping[str, Any], party: RelyingParty) -> dict[str, Any]:
    """Any key of this host, and the person verified by the device. Says nothing about who has one."""
    challenge = new_challenge(session=session, purpose=_INSTEAD)
    from stellwerk.identity.services.passkeys import ceremonies  # its libraries take a while to load

    return ceremonies.request_options(party, known=None, requires_verification=True, challenge=challenge)


def second_factor_options(*, session: MutableMapping[str, Any], account_id: int, party: RelyingParty) -> dict[str, Any]:
    """One of the account's keys; the password has verified the person already."""
    known = list(Passkey.objects.filter(account_id=account_id).order_by("pk"))
    challenge = new_challenge(session=session, purpose=_AFTER)
    from stellwerk.identity.services.passkeys import ceremonies

    return ceremonies.request_options(party, known=known, requires_verification=False, challenge=challenge)


def sign_in_with_passkey(
    *, session: MutableMapping[str, Any], actor: Actor, party: RelyingParty, answer: str
) -> Account:
    """The account behind the key. The device has verified the person, so nothing else is asked. System-only.

    Refusals in order: TooManyAttempts per network address (SEC-059), then the same PasskeyRefused for everything
    that does not fit (ID-034) or PasskeyExpired for an old question. Publishes SignInFailed; SignedIn follows when the
    session opens. Call it outside of a transaction: the failure must stay written.
    """
    throttle.count(PASSKEYS_PER_ADDRESS, actor.address or "")
    passkey = _proven(session, purpose=_INSTEAD, actor=actor, party=party, answer=answer, account_id=None)
    throttle.take_back(PASSKEYS_PER_ADDRESS, actor.address or "")
    return passkey.account


def prove_passkey(
    *, session: MutableMapping[str, Any], actor: Actor, party: RelyingParty, answer: str, account_id: int
) -> Passkey:
    """The key of this account that answered, after the password. System-only. Refusals as in sign_in_with_passkey.

    Publishes SecondFactorFailed for what does not fit.
    """
    throttle.count(PASSKEYS_PER_ADDRESS, actor.address or "")
    passkey = _proven(session, purpose=_AFTER, actor=actor, party=party, answer=answer, account_id=account_id)
    throttle.take_back(PASSKEYS_PER_ADDRESS, actor.address or "")
    return passkey


def _proven(
    session: MutableMapping[str, Any],
    *,
    purpose: str,
    actor: Actor,
    party: RelyingParty,
    answer: str,
    account_id: int | None,
) -> Passkey:
    from stellwerk.identity.services.passkeys import ceremonies

    response = ceremonies.read_assertion(answer)
    challenge = use_up(session=session, purpose=purpose, answered=response.response.client_data.challenge)
    passkey = _answering(response, account_id)
    try:
        if passkey is None:
            raise PasskeyRefused
        data = ceremonies.checked_assertion(
            party,
            response,
            challenge=challenge,
            credential_data=bytes(passkey.credential_data),
            requires_verification=purpose == _INSTEAD,
        )
        _note_use(passkey.pk, data, actor=passkey.account.acting(actor))
    except PasskeyRefused:
        if account_id is None:
            _note_failure(actor, passkey.account if passkey else None)
        else:
            note_failure(actor=actor, account=Account.objects.get(pk=account_id), method=Method.PASSKEY)
        raise
    return passkey


def _answering(response: AuthenticationResponse, account_id: int | None) -> Passkey | None:
    """The stored key that the answer names, if it is one of `account_id` (None: of anybody who may sign in)."""
    rows = Passkey.objects.select_related("account").filter(account__is_active=True)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    passkey = rows.filter(credential_id=in_letters(response.raw_id)).first()
    handle = response.response.user_handle
    # A key that found the account by itself says for whom; one that was asked for by its id need not.
    if passkey is None or (handle is None and account_id is None):
        return None
    if handle is not None and not constant_time_compare(in_letters(handle), passkey.user_handle):
        return None
    return passkey


def _note_use(passkey_id: int, data: AuthenticatorData, *, actor: Actor) -> None:
    """Move the counter on. One that does not grow belongs to a copy of the key (WebAuthn, 6.1.1)."""
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update().filter(pk=passkey_id).first()
        if passkey is None:  # removed a moment ago
            raise PasskeyRefused
        counts = data.counter > 0 or passkey.sign_count > 0
        is_copy = counts and data.counter <= passkey.sign_count
        if not is_copy:
            passkey.sign_count, passkey.last_used_at = data.counter, clock.now()
            passkey.is_backed_up = data.is_backed_up()
            passkey.save(update_fields=["sign_count", "last_used_at", "is_backed_up"])
        else:
            events.publish(PasskeyCopied(account_id=passkey.account_id, name=passkey.name), actor=actor)
    if is_copy:
        raise PasskeyRefused


@transaction.atomic
def _note_failure(actor: Actor, account: Account | None) -> None:
    event = SignInFailed(account_id=account.pk if account else None)
    events.publish(event, actor=account.acting(actor) if account else actor)
