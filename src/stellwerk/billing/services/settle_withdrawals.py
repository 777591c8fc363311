"""What the bank's file tells of withdrawals: paid, or sent back (PRE-013). Known by their end-to-end id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_noop

from stellwerk.billing.bank.entries import Direction
from stellwerk.billing.models import Withdrawal
from stellwerk.billing.services.pay_out import finish, give_back

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stellwerk.billing.bank.entries import BankEntry as BankRow
    from stellwerk.foundation.actor import Actor

_NUMBER = re.compile(r"[0-9]{4}-W[0-9]{6,}")
RETURNED_BY_THE_BANK = gettext_noop("The bank sent the money back")


@transaction.atomic
def lock_withdrawals(*, rows: Sequence[BankRow]) -> dict[str, Withdrawal]:
    """The withdrawals that a file names, by number. System-only: the bank import locks them before prepaid accounts."""
    named = {row.end_to_end_id for row in rows if _NUMBER.fullmatch(row.end_to_end_id)}
    if not named:
        return {}
    found = Withdrawal.objects.select_for_update().filter(number__in=named).exclude(sent_at=None)
    return {each.number: each for each in found.order_by("pk")}


@transaction.atomic
def settle_withdrawal(*, row: BankRow, withdrawal: Withdrawal | None, held: Collection[int], actor: Actor) -> str:
    """What a row says of a withdrawal: its new state, booked once, or "" when the row is about something else.

    Only the exact amount counts. What came back is booked from the bank, so a payment that was not seen going out is
    booked first. `held` are the organisations that are held open. System-only: the bank import calls it.
    """
    if withdrawal is None or not row.is_booked or row.is_collective:
        return ""
    if (row.amount_minor, row.currency) != (withdrawal.amount_minor, withdrawal.currency):
        return ""
    state = withdrawal.state
    if row.direction is Direction.DEBIT:
        if row.is_reversal:
            return ""
        if state == Withdrawal.State.SENT:
            finish(withdrawal=withdrawal, actor=actor, on=row.booked_on)
        return "withdrawal_paid"
    if state != Withdrawal.State.RETURNED:
        if withdrawal.organisation_id not in held:
            return ""  # deleted meanwhile: the money waits for a decision
        if state == Withdrawal.State.SENT:
            finish(withdrawal=withdrawal, actor=actor, on=row.booked_on)
        give_back(withdrawal=withdrawal, reason=RETURNED_BY_THE_BANK, actor=actor)
    return "withdrawal_returned"
