"""Topping up the prepaid account by bank transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import TopUp
from stellwerk.billing.queries import parties
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.numbers import document_number, top_up_digits
from stellwerk.billing.rules.prepaid import TOPUP_MAXIMUM_MINOR, TOPUP_MINIMUM_MINOR, require_topup
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.numbers import take_numbers
from stellwerk.foundation import clock, idempotency
from stellwerk.foundation.decisions import require
from stellwerk.foundation.orm import insert
from stellwerk.organisations.services.locks import hold_open

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

SERIES = "top_up"
MARK = "T"


@transaction.atomic
def request_top_up(
    *, actor: Actor, organisation_id: int, amount_minor: int, currency: str, key: str | None = None
) -> TopUp:
    """Announce a deposit with a payment reference of its own; the bank entry credits it (PRE-003…007, EX-18).

    A second call with the same `key` answers the first top-up. Refusals in order: not found, no_billing_right,
    means_currency_refused, topup_out_of_range.
    """
    require(policy.can_manage_prepaid(actor, organisation_id))
    _require_allowed(amount_minor, currency)
    return idempotency.once(
        scope=f"organisation:{organisation_id}",
        key=key,
        request={"do": "request_top_up", "amount_minor": amount_minor, "currency": currency},
        do=lambda: _announced(actor, organisation_id, amount_minor, currency),
        ref=lambda top_up: str(top_up.pk),
        load=lambda pk: TopUp.objects.get(pk=pk),
    )


def _require_allowed(amount_minor: int, currency: str) -> None:
    try:
        require_topup(amount_minor, currency=currency, means="bank_transfer")
    except BillingRefused as refused:
        limits = {
            "minimum_text": amount_text(TOPUP_MINIMUM_MINOR, currency),
            "maximum_text": amount_text(TOPUP_MAXIMUM_MINOR, currency),
        }
        raise refusal(refused.code, **refused.context, **limits) from refused


def _announced(actor: Actor, organisation_id: int, amount_minor: int, currency: str) -> TopUp:
    hold_open(organisation_id)
    numbers = take_numbers(series=SERIES)
    iban = parties.iban_for(currency)
    digits = top_up_digits(numbers.year, numbers.first)
    return insert(
        TopUp(
            organisation_id=organisation_id,
            number=document_number(numbers.year, numbers.first, mark=MARK),
            amount_minor=amount_minor,
            currency=currency,
            iban=iban,
            reference=parties.payment_reference(organisation_id, digits, iban=iban),
            requested_by_id=actor.account_id,
            requested_at=clock.now(),
        )
    )
