"""The waiting browser's side: ask the devices, go on after YES (SEC-017…024)."""

from __future__ import annotations

import secrets as standard
import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock, jobs, secrets
from stellwerk.foundation.errors import TooManyRequests
from stellwerk.foundation.orm import insert
from stellwerk.identity.models import Account, ApprovalDevice, ApprovalRequest
from stellwerk.identity.rules import Decision
from stellwerk.identity.services.approve.push import wake_device

_LONGEST_USER_AGENT = 300


class Waiting(StrEnum):
    """How it stands with the request of a browser."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The browser that waits. `secret` lies in its session; only its digest is stored."""

    secret: str
    user_agent: str
    address: str | None


@transaction.atomic
def ask_devices(*, account_id: int, browser: Asking) -> ApprovalRequest:
    """A new request to every device of the account. System-only: the password was right.

    It replaces the older one of the same browser. Raises TooManyRequests while three others are open (SEC-022).
    """
    Account.objects.select_for_update().get(pk=account_id)  # two browsers asking at once are counted one by one
    now, digest = clock.now(), secrets.digest(browser.secret)
    undecided = ApprovalRequest.objects.filter(decision="", withdrawn_at=None)
    undecided.filter(browser_digest=digest).update(withdrawn_at=now)
    ends = list(undecided.filter(account_id=account_id, expires_at__gt=now).values_list("expires_at", flat=True))
    if len(ends) >= settings.APPROVE_OPEN_REQUESTS:
        raise TooManyRequests(retry_after_seconds=max(1, int((min(ends) - now).total_seconds()) + 1))
    request = insert(
        ApprovalRequest(
            uuid=uuid.uuid4(),
            account_id=account_id,
            browser_digest=digest,
            user_agent=browser.user_agent[:_LONGEST_USER_AGENT],
            address=browser.address,
            number=10 + standard.randbelow(90),
            created_at=now,
            # Whole seconds: the end is part of what the device signs, and the wire knows no fractions.
            expires_at=(now + timedelta(seconds=settings.APPROVE_REQUEST_SECONDS)).replace(microsecond=0),
        )
    )
    _wake_devices_of(account_id)
    return request


@transaction.atomic
def finalise_request(*, account_id: int, secret: str) -> Waiting:
    """How it stands; after YES the browser that asked goes on, once. System-only: the session's secret is the right.

    APPROVED is answered exactly once, and only within 30 seconds after the answer of the device.
    """
    now = clock.now()
    mine = ApprovalRequest.objects.filter(account_id=account_id, browser_digest=secrets.digest(secret))
    row = mine.filter(withdrawn_at=None).order_by("-pk").first()
    if row is None:
        return Waiting.EXPIRED
    if row.decision == Decision.REJECTED:
        return Waiting.REJECTED
    if not row.decision:
        return Waiting.OPEN if row.expires_at > now else Waiting.EXPIRED
    in_time = Q(decided_at__gt=now - timedelta(seconds=settings.APPROVE_FINALISE_SECONDS))
    is_mine = mine.filter(in_time, pk=row.pk, finalised_at=None, withdrawn_at=None).update(finalised_at=now)
    return Waiting.APPROVED if is_mine else Waiting.EXPIRED


@transaction.atomic
def withdraw_requests(*, account_id: int, secret: str | None = None) -> int:
    """End the open requests of an account, or only the one of a browser (SEC-022, ID-067). System-only: a step.

    Also what was approved and not yet used: after a changed password nobody goes on with an old one.
    """
    rows = ApprovalRequest.objects.filter(account_id=account_id, withdrawn_at=None, finalised_at=None)
    rows = rows.exclude(decision=Decision.REJECTED)
    if secret is not None:
        rows = rows.filter(browser_digest=secrets.digest(secret))
    return rows.update(withdrawn_at=clock.now())


def _wake_devices_of(account_id: int) -> None:
    devices = ApprovalDevice.objects.filter(account_id=account_id, removed_at=None).exclude(sealed_subscription="")
    jobs.enqueue_many(wake_device, [{"device_id": pk} for pk in devices.values_list("pk", flat=True)])
