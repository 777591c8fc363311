"""Wrong answers after the right password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.identity.events import SecondFactorFailed
from stellwerk.identity.services import guard

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.models import Account
    from stellwerk.identity.rules import Method


@transaction.atomic
def note_failure(*, actor: Actor, account: Account, method: Method) -> None:
    """Write down a wrong answer; like a wrong password it counts towards the lock (SEC-056).

    System-only: the step that judged the answer. Publishes SecondFactorFailed.
    """
    guard.count_failure(account, actor)
    events.publish(SecondFactorFailed(account_id=account.pk, method=method), actor=account.acting(actor))
