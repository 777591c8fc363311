"""Enrolling, renaming and removing passkeys of one's own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.identity import policy
from stellwerk.identity.errors import PasskeyExpired
from stellwerk.identity.events import PasskeyRenamed
from stellwerk.identity.models import Account, Passkey
from stellwerk.identity.rules import Method
from stellwerk.identity.services.entries import checked_name
from stellwerk.identity.services.passkeys.challenges import in_bytes, in_letters, new_challenge, use_up
from stellwerk.identity.services.second_factor.collection import add
from stellwerk.identity.services.sign_in import require_password

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.services.passkeys.parties import RelyingParty

MOST_PASSKEYS = 20
_HANDLE_BYTES = 64  # the longest the standard allows
_PENDING = "passkey_registration"


def allow_registration(
    *, session: MutableMapping[str, Any], actor: Actor, account_id: int, name: str, current_password: str
) -> None:
    """First half: the password is right and the name is usable, so this browser may enrol one key.

    Refusals in order: policy, TooManyAttempts, `password_incorrect`, a missing or unusable name, `too_many_passkeys`.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    require_password(Account.objects.get(pk=account_id), current_password)
    name = checked_name("name", name)
    _leave_room(account_id)
    session[_PENDING] = {"account_id": account_id, "name": name, "handle": in_letters(_handle_of(account_id))}


def registration_options(
    *, session: MutableMapping[str, Any], account_id: int, party: RelyingParty
) -> dict[str, Any] | None:
    """What the browser is asked, with a new challenge; None when nothing was allowed before."""
    pending = session.get(_PENDING)
    if pending is None or pending["account_id"] != account_id:
        return None
    from stellwerk.identity.services.passkeys import ceremonies  # its libraries take a while to load

    return ceremonies.creation_options(
        party,
        Account.objects.get(pk=account_id),
        handle=in_bytes(pending["handle"]),
        known=Passkey.objects.filter(account_id=account_id),
        challenge=new_challenge(session=session, purpose=_PENDING),
    )


def register(*, session: MutableMapping[str, Any], actor: Actor, party: RelyingParty, answer: str) -> tuple[str, ...]:
    """Second half: keep the public key that the device made. A second answer is refused.

    Answers recovery codes to show where it is the first factor.

    Refusals in order: `passkey_expired` without the first half or for a used challenge, `passkey_unusable`,
    `too_many_passkeys`, `passkey_already_used`. Publishes SecondFactorAdded.
    """
    pending = session.get(_PENDING)
    if pending is None or pending["account_id"] != actor.account_id:
        raise PasskeyExpired
    from stellwerk.identity.services.passkeys import ceremonies

    response = ceremonies.read_registration(answer)
    challenge = use_up(session=session, purpose=_PENDING, answered=response.response.client_data.challenge)
    data, credential = ceremonies.checked_registration(party, response, challenge=challenge)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=pending["account_id"])
        _leave_room(pending["account_id"])
        passkey = Passkey(
            account_id=pending["account_id"],
            name=pending["name"],
            credential_id=in_letters(credential.credential_id),
            credential_data=bytes(credential),
            user_handle=pending["handle"],
            sign_count=data.counter,
            transports=ceremonies.transports_of(answer),
            is_backed_up=data.is_backed_up(),
            aaguid=str(credential.aaguid),
            created_at=clock.now(),
        )
        codes = add(actor=actor, method=Method.PASSKEY, factor=passkey)
    del session[_PENDING]
    return codes


@transaction.atomic
def rename_passkey(*, actor: Actor, account_id: int, passkey_id: int, name: str) -> Passkey:
    """Another name to recognise it by. The same name changes nothing. Publishes PasskeyRenamed.

    Refusals in order: policy, NotFound for another person's, a missing or unusable name.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    passkey = Passkey.objects.select_for_update().filter(pk=passkey_id, account_id=account_id).first()
    if passkey is None:
        raise NotFound
    name = checked_name("name", name)
    if passkey.name != name:
        event = PasskeyRenamed(account_id=account_id, passkey_id=passkey.pk, old_name=passkey.name, name=name)
        passkey.name = name
        passkey.save(update_fields=["name"])
        events.publish(event, actor=actor)
    return passkey


def _leave_room(account_id: int) -> None:
    if Passkey.objects.filter(account_id=account_id).count() >= MOST_PASSKEYS:
        raise RuleBroken("too_many_passkeys", most=MOST_PASSKEYS)


def _handle_of(account_id: int) -> bytes:
    """The same for all keys of a person, so that a device keeps one entry per account."""
    known = Passkey.objects.filter(account_id=account_id).values_list("user_handle", flat=True).first()
    return in_bytes(known) if known else secrets.token_bytes(_HANDLE_BYTES)
