"""Devices without a browser: their codes, the person's answer, their patience (RFC 8628)."""

from __future__ import annotations

import secrets as standard
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.identity import policy
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.events import ApplicationAllowed
from stellwerk.identity.models import Account, ApplicationConsent, DeviceGrant
from stellwerk.identity.rules import DEVICE_CODE_PREFIX
from stellwerk.identity.services.oauth.issue import Grant, issue

if TYPE_CHECKING:
    from allauth.idp.oidc.models import Client

    from stellwerk.foundation.actor import Actor

VALID_SECONDS = 600
INTERVAL_SECONDS = 5
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, no words; nothing that looks like a digit
_HALF = 4
_Decision = DeviceGrant.Decision


@dataclass(frozen=True, slots=True)
class StartedDevice:
    """`device_code` is for the device, `user_code` for its screen: BCDF-GHJK."""

    device_code: str
    user_code: str


@transaction.atomic
def start_device(*, client: Client, scopes: list[str]) -> StartedDevice:
    """Let a device wait for an answer for ten minutes. System-only: every application with this grant may ask.

    Raises OAuthRefusal `invalid_scope`.
    """
    if not scopes or set(scopes) - set(client.get_scopes()):
        raise OAuthRefusal("invalid_scope", "Ask for at least one scope, and only for those registered.")
    device_code = secrets.new_secret(DEVICE_CODE_PREFIX)
    letters = "".join(standard.choice(_LETTERS) for _ in range(2 * _HALF))
    DeviceGrant.objects.create(
        client=client,
        device_digest=secrets.digest(device_code),
        user_code_digest=_digest(letters),
        scopes=scopes,
        expires_at=clock.now() + timedelta(seconds=VALID_SECONDS),
    )
    return StartedDevice(device_code, f"{letters[:_HALF]}-{letters[_HALF:]}")


@dataclass(frozen=True, slots=True)
class WaitingDevice:
    """A device that asks, as the person sees it."""

    id: int
    client_id: str
    client_name: str
    scopes: list[str]


def waiting_device(user_code: str) -> WaitingDevice | None:
    """The device that waits with this code, however it was typed. System-only, writes nothing."""
    letters = "".join(character for character in user_code.upper() if character in _LETTERS)
    rows = DeviceGrant.objects.filter(user_code_digest=_digest(letters), expires_at__gt=clock.now())
    rows = rows.filter(decision=_Decision.WAITING, client__owner__is_active=True)
    row = rows.values_list("pk", "client_id", "client__name", "scopes").first()
    return WaitingDevice(*row) if row else None


@transaction.atomic
def answer_device(*, actor: Actor, account_id: int, grant_id: int, is_allowed: bool) -> bool:
    """The person's answer; False when it came too late. Refusals: policy. Publishes ApplicationAllowed."""
    require(policy.can_manage_secrets_of(actor, account_id))
    decision = _Decision.ALLOWED if is_allowed else _Decision.DENIED
    waiting = DeviceGrant.objects.filter(pk=grant_id, decision=_Decision.WAITING, expires_at__gt=clock.now())
    if not waiting.update(decision=decision, account_id=account_id):
        return False
    if is_allowed:
        row = DeviceGrant.objects.select_related("client").get(pk=grant_id)
        now = clock.now()
        consent, _is_new = ApplicationConsent.objects.select_for_update().get_or_create(
            account_id=account_id, client=row.client, defaults={"granted_at": now}
        )
        consent.scopes, consent.granted_at = sorted({*consent.scopes, *row.scopes}), now
        consent.save(update_fields=["scopes", "granted_at"])
        allowed = ApplicationAllowed(client_id=row.client.pk, name=row.client.name, scopes=", ".join(row.scopes))
        events.publish(allowed, actor=actor)
    return True


def grant_of_device(device_code: str, client: Client, *, issuer: str) -> dict[str, Any]:
    """The tokens of a device whose owner said yes. System-only.

    Raises OAuthRefusal `authorization_pending`, `slow_down`, `access_denied`, `expired_token` (RFC 8628 3.5).
    """
    now = clock.now()
    with transaction.atomic():
        rows = DeviceGrant.objects.select_for_update(of=("self",)).filter(client=client)
        row = rows.filter(device_digest=secrets.digest(device_code)).first()
        if row is None:
            raise OAuthRefusal("invalid_grant", "No device waits with this code.")
        polled_at, decision = row.last_polled_at, row.decision
        row.last_polled_at = now
        row.save(update_fields=["last_polled_at"])
        account = Account.objects.filter(pk=row.account_id or 0, is_active=True).first()
        if decision == _Decision.ALLOWED and row.expires_at > now and account is not None:
            row.delete()  # used once
            grant = Grant(client=client, account=account, scopes=row.scopes, issuer=issuer, is_lasting=True)
            return issue(grant)
    if row.expires_at <= now:
        raise OAuthRefusal("expired_token", "The device waited too long. Begin again.")
    if decision == _Decision.DENIED:
        raise OAuthRefusal("access_denied", "The person said no.")
    if polled_at is not None and now - polled_at < timedelta(seconds=INTERVAL_SECONDS):
        raise OAuthRefusal("slow_down", f"Ask every {INTERVAL_SECONDS} seconds.")
    raise OAuthRefusal("authorization_pending", "The person has not answered yet.")


@transaction.atomic
def forget_old_devices() -> int:
    """Delete what nobody answered. System-only: clockwork. Returns how many."""
    return DeviceGrant.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()[0]


def _digest(letters: str) -> str:
    # Keyed, because eight letters could be tried out against a stolen plain digest.
    return salted_hmac("device", letters, algorithm="sha256").hexdigest()
