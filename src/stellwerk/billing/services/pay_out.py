"""What the operator does with withdrawals: into a payment file, done, or returned (PRE-012, PRE-013)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import WithdrawalDone, WithdrawalReturned, WithdrawalSent
from stellwerk.billing.models import Withdrawal
from stellwerk.billing.queries.parties import payout_account
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account
from stellwerk.billing.services.numbers import take_numbers
from stellwerk.billing.services.post import post
from stellwerk.billing.services.withdraw import credit_back
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations.services.locks import hold_open

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date
    from typing import Any

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.events import DomainEvent

FILES = "payout_file"
LONGEST_REASON = 200


@transaction.atomic
def send_withdrawals(*, actor: Actor, withdrawal_ids: Collection[int]) -> str:
    """Put requested withdrawals into one payment file and mark them sent; answers the file's id.

    Each withdrawal is in one file for ever: the file can be made again from it, byte for byte. Publishes
    WithdrawalSent for each. Refusals in order: not found (only the operator), withdrawals_unchosen without any,
    withdrawal_decided when one of them is not waiting any more: then none is sent.
    """
    require(policy.can_pay_out(actor))
    rows = list(Withdrawal.objects.select_for_update().filter(pk__in=withdrawal_ids).order_by("pk"))
    if not rows:
        raise refusal("withdrawals_unchosen")
    for each in rows:
        _require_state(each, Withdrawal.State.REQUESTED)
    numbers = take_numbers(series=FILES)
    file_id = f"SW-{numbers.year}-{numbers.first:06d}"
    now = clock.now()
    for each in rows:
        each.state, each.sent_at, each.file_id = Withdrawal.State.SENT, now, file_id
        each.paid_from = payout_account(each.currency)
    Withdrawal.objects.bulk_update(rows, ["state", "sent_at", "file_id", "paid_from"])
    told = [_news(WithdrawalSent, each, account_text=each.account_text) for each in rows]
    events.publish_many(told, actor=actor)
    return file_id


@transaction.atomic
def finish_withdrawal(*, actor: Actor, withdrawal_id: int) -> None:
    """The bank has paid it. A second call changes nothing.

    Publishes WithdrawalDone. Refusals in order: not found (only the operator), withdrawal_decided.
    """
    require(policy.can_pay_out(actor))
    withdrawal = _locked(withdrawal_id)
    if withdrawal.state != Withdrawal.State.DONE:
        finish(withdrawal=withdrawal, actor=actor)


@transaction.atomic
def return_withdrawal(*, actor: Actor, withdrawal_id: int, reason: str) -> None:
    """It cannot be paid out, or the bank sent it back: the money is on the balance again. A second call is a no-op.

    Publishes WithdrawalReturned. Refusals in order: not found (only the operator, and not for an organisation that was
    deleted), withdrawal_reason_missing, withdrawal_decided.
    """
    require(policy.can_pay_out(actor))
    kept = " ".join(reason.split())[:LONGEST_REASON]
    if not kept:
        raise refusal("withdrawal_reason_missing", field_name="reason")
    holder_id = Withdrawal.objects.filter(pk=withdrawal_id).values_list("organisation_id", flat=True).first()
    hold_open(holder_id or 0)
    withdrawal = _locked(withdrawal_id)
    if withdrawal.state != Withdrawal.State.RETURNED:
        give_back(withdrawal=withdrawal, reason=kept, actor=actor)


@transaction.atomic
def finish(*, withdrawal: Withdrawal, actor: Actor, on: date | None = None) -> None:
    """System-only: a withdrawal under lock is paid, `on` the day the bank booked it."""
    _require_state(withdrawal, Withdrawal.State.SENT)
    withdrawal.state, withdrawal.ended_at = Withdrawal.State.DONE, clock.now()
    withdrawal.save(update_fields=["state", "ended_at"])
    currency = withdrawal.currency
    payout = operator_account(AccountKind.PAYOUT, currency)
    bank = operator_account(AccountKind.BANK, currency, detail=withdrawal.paid_from)
    post(
        booking=Booking(
            reason="withdrawal_paid",
            source=f"withdrawal:{withdrawal.number}",
            currency=currency,
            legs=[Leg(payout, bank, withdrawal.amount_minor)],
            booked_on=on,
        )
    )
    events.publish(_news(WithdrawalDone, withdrawal), actor=actor)


@transaction.atomic
def give_back(*, withdrawal: Withdrawal, reason: str, actor: Actor) -> None:
    """System-only: a withdrawal under lock returns to the balance, whether it was sent or not."""
    has_left = withdrawal.state == Withdrawal.State.DONE
    _require_state(withdrawal, Withdrawal.State.REQUESTED, Withdrawal.State.SENT, Withdrawal.State.DONE)
    withdrawal.state, withdrawal.return_reason = Withdrawal.State.RETURNED, reason
    withdrawal.ended_at = clock.now()
    withdrawal.save(update_fields=["state", "return_reason", "ended_at"])
    credit_back(withdrawal=withdrawal, source_of_money=AccountKind.BANK if has_left else AccountKind.PAYOUT)
    news = _news(WithdrawalReturned, withdrawal, account_text=withdrawal.account_text, reason=reason)
    events.publish(news, actor=actor)


def _locked(withdrawal_id: int) -> Withdrawal:
    withdrawal = Withdrawal.objects.select_for_update().filter(pk=withdrawal_id).first()
    if withdrawal is None:
        raise NotFound
    return withdrawal


def _require_state(withdrawal: Withdrawal, *states: str) -> None:
    if withdrawal.state not in states:
        raise refusal("withdrawal_decided", number=withdrawal.number)


def _news(event: Callable[..., DomainEvent], withdrawal: Withdrawal, **more: Any) -> DomainEvent:
    return event(
        organisation_id=withdrawal.organisation_id,
        withdrawal_id=withdrawal.pk,
        number=withdrawal.number,
        amount_text=amount_text(withdrawal.amount_minor, withdrawal.currency),
        **more,
    )
