"""Having the prepaid balance paid out to a bank account, and calling that back (PRE-011…013)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.billing import policy
from stellwerk.billing.errors import TEXTS, InsufficientBalance, refusal
from stellwerk.billing.events import WithdrawalCancelled, WithdrawalRequested
from stellwerk.billing.models import Withdrawal
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.rules.numbers import document_number
from stellwerk.billing.rules.prepaid import WITHDRAWAL_MINIMUM_MINOR
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.withdrawals import (
    is_known_holder,
    payable_address,
    payable_holder,
    payable_iban,
    shortened,
)
from stellwerk.billing.services.numbers import take_numbers
from stellwerk.billing.services.post import lock_prepaid, post
from stellwerk.foundation import clock, events, idempotency, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert
from stellwerk.identity.services.sign_in import require_password_of
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.locks import hold_open

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow

SERIES = "withdrawal"
MARK = "W"
_TOO_MUCH = _("At most %(balance_text)s can be withdrawn.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWithdrawal:
    """How much goes where. `iban` as typed; `holder` is whose account it is."""

    amount_minor: int
    currency: str
    holder: str
    iban: str


def request_withdrawal(
    *, actor: Actor, organisation_id: int, entries: NewWithdrawal, current_password: str | None, key: str | None = None
) -> Withdrawal:
    """Take the money from the prepaid account at once and put it on its way (PRE-011).

    A second call with the same `key` answers the first withdrawal. Refusals in order: not found, no_billing_right,
    Invalid for `holder` and `iban`, `password_required`, TooManyAttempts, `password_incorrect`, withdrawal_too_small,
    insufficient_balance. Publishes WithdrawalRequested, whose handler tells everybody who sees the money.
    """
    require(policy.can_withdraw(actor, organisation_id))
    payable = _payable(entries)
    # Before the transaction: an attempt stays counted when it is refused.
    require_password_of(actor.account_id or 0, current_password)
    return book_withdrawal(actor=actor, organisation_id=organisation_id, payable=payable, key=key)


@transaction.atomic
def book_withdrawal(
    *, actor: Actor, organisation_id: int, payable: NewWithdrawal, key: str | None = None
) -> Withdrawal:
    """The request itself, whose entries and password were checked. System-only: `request_withdrawal` calls it."""
    asked = {"amount_minor": payable.amount_minor, "currency": payable.currency, "holder": payable.holder}
    return idempotency.once(
        scope=f"organisation:{organisation_id}",
        key=key,
        request={"do": "request_withdrawal", **asked, "iban": secrets.digest(payable.iban)},
        do=lambda: _booked(actor, organisation_id, payable),
        ref=lambda withdrawal: str(withdrawal.pk),
        load=lambda pk: Withdrawal.objects.get(pk=pk),
    )


@transaction.atomic
def cancel_withdrawal(*, actor: Actor, organisation_id: int, withdrawal_id: int) -> Withdrawal:
    """Call a withdrawal back before it is sent; the money returns to the balance. A second call changes nothing.

    Whoever manages the prepaid account may do this, not only who asked: it stops what somebody else should not have
    begun. Refusals in order: not found, no_billing_right, withdrawal_under_way. Publishes WithdrawalCancelled.
    """
    require(policy.can_withdraw(actor, organisation_id))
    rows = Withdrawal.objects.select_for_update().filter(pk=withdrawal_id, organisation_id=organisation_id)
    withdrawal = rows.first()
    if withdrawal is None:
        raise NotFound
    if withdrawal.state == Withdrawal.State.CANCELLED:
        return withdrawal
    if withdrawal.state != Withdrawal.State.REQUESTED:
        raise refusal("withdrawal_under_way", number=withdrawal.number)
    withdrawal.state, withdrawal.ended_at = Withdrawal.State.CANCELLED, clock.now()
    withdrawal.save(update_fields=["state", "ended_at"])
    credit_back(withdrawal=withdrawal, source_of_money=AccountKind.PAYOUT)
    event = WithdrawalCancelled(
        organisation_id=organisation_id,
        withdrawal_id=withdrawal.pk,
        number=withdrawal.number,
        amount_text=amount_text(withdrawal.amount_minor, withdrawal.currency),
    )
    events.publish(event, actor=actor)
    return withdrawal


@transaction.atomic
def credit_back(*, withdrawal: Withdrawal, source_of_money: AccountKind) -> None:
    """Put the money on the prepaid account again, once in a withdrawal's life. System-only: steps of use cases.

    It comes from the bank where it had left the bank, else from what waited to be paid out.
    """
    currency = withdrawal.currency
    is_of_bank = source_of_money is AccountKind.BANK
    origin = operator_account(source_of_money, currency, detail=withdrawal.paid_from if is_of_bank else "")
    prepaid = prepaid_of(withdrawal.organisation_id, currency)
    post(
        booking=Booking(
            reason="withdrawal_return",
            source=f"withdrawal:{withdrawal.number}",
            currency=currency,
            organisation_id=withdrawal.organisation_id,
            legs=[Leg(origin, prepaid, withdrawal.amount_minor)],
        )
    )


def _payable(entries: NewWithdrawal) -> NewWithdrawal:
    """The entries as a bank takes them; every refused field is named at once."""
    refused: list[FieldError] = []
    holder = iban = ""
    try:
        holder = payable_holder(entries.holder)
    except BillingRefused as wrong:
        refused.append(FieldError("holder", wrong.code, TEXTS[wrong.code]))
    try:
        iban = payable_iban(entries.iban, currency=entries.currency)
    except BillingRefused as wrong:
        refused.append(FieldError("iban", wrong.code, TEXTS[wrong.code]))
    if refused:
        raise Invalid(*refused)
    return replace(entries, holder=holder, iban=iban)


def _booked(actor: Actor, organisation_id: int, payable: NewWithdrawal) -> Withdrawal:
    currency, amount_minor = payable.currency, payable.amount_minor
    if amount_minor < WITHDRAWAL_MINIMUM_MINOR:
        minimum = amount_text(WITHDRAWAL_MINIMUM_MINOR, currency)
        raise refusal("withdrawal_too_small", field_name="amount_minor", minimum_text=minimum)
    hold_open(organisation_id)
    prepaid = prepaid_of(organisation_id, currency)
    balance_minor = lock_prepaid(keys=[prepaid])[prepaid]
    if amount_minor > balance_minor:
        raise InsufficientBalance(
            text=_TOO_MUCH, field_name="amount_minor", balance_text=amount_text(balance_minor, currency)
        )
    withdrawal = _stored(actor, organisation_id, payable)
    post(
        booking=Booking(
            reason="withdrawal",
            source=f"withdrawal:{withdrawal.number}",
            currency=currency,
            organisation_id=organisation_id,
            legs=[Leg(prepaid, operator_account(AccountKind.PAYOUT, currency), amount_minor)],
        )
    )
    event = WithdrawalRequested(
        organisation_id=organisation_id,
        withdrawal_id=withdrawal.pk,
        number=withdrawal.number,
        amount_text=amount_text(amount_minor, currency),
        account_text=withdrawal.account_text,
    )
    events.publish(event, actor=actor)
    return withdrawal


def _stored(actor: Actor, organisation_id: int, payable: NewWithdrawal) -> Withdrawal:
    numbers = take_numbers(series=SERIES)
    organisation = organisations.existing_organisation(organisation_id)
    names = [organisation.name, *organisations.legal_representative_names(organisation_id)]
    return insert(
        Withdrawal(
            organisation_id=organisation_id,
            number=document_number(numbers.year, numbers.first, mark=MARK),
            amount_minor=payable.amount_minor,
            currency=payable.currency,
            holder=payable.holder,
            holder_address=_address_of(payable.holder, organisation),
            sealed_iban=secrets.encrypt(payable.iban),
            account_text=shortened(payable.iban),
            needs_check=not is_known_holder(payable.holder, names=names),
            requested_by_id=actor.account_id,
            requested_at=clock.now(),
        )
    )


def _address_of(holder: str, organisation: OrganisationRow) -> dict[str, str] | None:
    """Where the holder of the account is: known where that is the organisation itself, not for a representative."""
    if not is_known_holder(holder, names=[organisation.name]):
        return None
    parts = ("street", "building_number", "postal_code", "town", "country")
    return payable_address({name: getattr(organisation, name) for name in parts})
