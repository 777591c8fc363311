"""Giving up what is too little to be paid out, when an organisation is deleted (DEL-007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.events import PrepaidForfeited
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.rules.prepaid import is_forfeitable
from stellwerk.billing.services.post import lock_prepaid, post
from stellwerk.foundation import events

if TYPE_CHECKING:
    from collections.abc import Collection

    from stellwerk.foundation.actor import Actor


@transaction.atomic
def forfeit_rests(*, actor: Actor, organisation_id: int, amounts: Collection[str]) -> None:
    """Book each prepaid balance below the smallest withdrawal away, if it is among `amounts` as they were read.

    Any other balance stays: nobody gives up more than they saw. A second call finds nothing. System-only: a step of
    deleting an organisation, under its lock. Publishes PrepaidForfeited for each currency.
    """
    accounts = [prepaid_of(organisation_id, currency) for currency in prepaid_balances(organisation_id)]
    for prepaid, balance_minor in lock_prepaid(keys=accounts).items():
        currency = prepaid.currency
        amount = amount_text(balance_minor, currency)
        if amount not in amounts or not is_forfeitable(balance_minor):
            continue
        post(
            booking=Booking(
                reason="forfeited",
                source=f"organisation:{organisation_id}:{currency}",
                currency=currency,
                organisation_id=organisation_id,
                legs=[Leg(prepaid, operator_account(AccountKind.FORFEITED, currency), balance_minor)],
            )
        )
        events.publish(PrepaidForfeited(organisation_id=organisation_id, amount_text=amount), actor=actor)
