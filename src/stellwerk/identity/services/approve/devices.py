"""What happens to a linked device: used, reached by push; and what is forgotten in time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.events.approve import DeviceRenamed
from stellwerk.identity.models import ApprovalDevice, ApprovalRequest, DeviceLink
from stellwerk.identity.services.approve.push import Subscription, checked_subscription
from stellwerk.identity.services.entries import checked_name

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_USE_NOTED_EVERY = timedelta(hours=1)
_KEPT_FOR = timedelta(days=90)  # answers with their signatures, for whoever asks what happened


@transaction.atomic
def rename_device(*, actor: Actor, account_id: int, device_id: int, name: str) -> None:
    """Another name to recognise a device by. The same name changes nothing. Publishes DeviceRenamed.

    Refusals in order: policy, NotFound for a removed or another person's, a missing or unusable name.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    rows = ApprovalDevice.objects.select_for_update().filter(account_id=account_id, removed_at=None)
    device = rows.filter(pk=device_id).first()
    if device is None:
        raise NotFound
    name = checked_name("name", name)
    if device.name != name:
        event = DeviceRenamed(account_id=account_id, device_id=device.pk, old_name=device.name, name=name)
        device.name = name
        device.save(update_fields=["name"])
        events.publish(event, actor=actor)


@transaction.atomic
def store_subscription(*, device_id: int, subscription: Subscription) -> None:
    """Where push messages reach the device. System-only: the device signed the call.

    Raises Invalid for an address that belongs to no push service the operator allows.
    """
    checked = checked_subscription(subscription)
    sealed = secrets.encrypt(json.dumps(checked.as_json()))
    ApprovalDevice.objects.filter(pk=device_id, removed_at=None).update(sealed_subscription=sealed)


@transaction.atomic
def forget_subscription(*, device_id: int) -> None:
    """No push messages any more. System-only: the device signed the call, or the push service said it is gone."""
    ApprovalDevice.objects.filter(pk=device_id).update(sealed_subscription="")


@transaction.atomic
def note_device_use(*, device_id: int) -> None:
    """Remember that the device was there; within the hour a second call changes nothing. System-only: it signed."""
    now = clock.now()
    is_stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _USE_NOTED_EVERY)
    ApprovalDevice.objects.filter(is_stale, pk=device_id, removed_at=None).update(last_used_at=now)


@transaction.atomic
def forget_old_approvals() -> None:
    """Delete links that ran out and requests older than 90 days. System-only: clockwork."""
    now = clock.now()
    DeviceLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    ApprovalRequest.objects.filter(expires_at__lt=now - _KEPT_FOR).delete()
