"""The code that the app shows without a network (SEC-026…028, SEC-035)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.errors import CodeInvalid
from stellwerk.identity.models import ApprovalDevice
from stellwerk.identity.rules import matching_step


@transaction.atomic
def accept_code(*, account_id: int, code: str) -> None:
    """Take the code of any device of the account, once. System-only: the password was right.

    The page counts the attempts first (SEC-059). Raises `code_already_used`, CodeInvalid.
    """
    typed = "".join(code.split())
    now = int(clock.now().timestamp())
    for device in ApprovalDevice.objects.filter(account_id=account_id, removed_at=None):
        step = matching_step(secrets.decrypt(device.sealed_seed), typed, seconds=now)
        if step is None:
            continue
        unused = Q(last_code_step=None) | Q(last_code_step__lt=step)
        # The condition decides, not what was read before: two pages may send the same code at the same moment.
        rows = ApprovalDevice.objects.filter(unused, pk=device.pk, removed_at=None)
        if not rows.update(last_code_step=step, last_used_at=clock.now()):
            raise RuleBroken("code_already_used", field_name="code")
        return
    raise CodeInvalid(field_name="code")
