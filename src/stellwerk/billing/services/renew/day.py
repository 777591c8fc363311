"""The daily run over all organisations, batch by batch. A batch is one transaction: a kill loses or repeats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.queries.renewal_days import (
    OrganisationDay,
    organisation_days,
    organisations_to_charge,
)
from stellwerk.billing.queries.renewal_quotes import RenewalQuotes, Tariff, tariff
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.services.post import lock_prepaid
from stellwerk.billing.services.renew.charge import charge_organisations
from stellwerk.billing.services.renew.pursue import pursue_organisations
from stellwerk.billing.services.renew.remind import remind_organisations
from stellwerk.foundation import clock
from stellwerk.organisations.queries import organisation_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date


@transaction.atomic
def play_organisations(*, organisation_ids: Collection[int]) -> None:
    """Do all that the renewal calendar asks of these organisations today: remind, charge, pursue, in this order.

    The count of statements does not depend on how many there are. A second call on the same day finds nothing left to
    do. Fails as a whole when one organisation fails. System-only: the daily run calls it.
    """
    today = clock.today()
    recipients = organisation_rows(organisation_ids)
    payers = organisations_to_charge(recipients, on=today)
    # The lock comes before the reading: a rival who charges the same organisations has finished when this one reads.
    balances = lock_prepaid(keys=[prepaid_of(number, recipients[number].currency) for number in sorted(payers)])
    days = organisation_days(recipients, on=today)
    quotes = RenewalQuotes(_prices(days, today))
    remind_organisations(days=days, quotes=quotes, today=today)
    renewed = charge_organisations(days=days, quotes=quotes, balances=balances, today=today)
    pursue_organisations(days=[_without(day, renewed) for day in days], today=today)


def _prices(days: Sequence[OrganisationDay], today: date) -> Tariff:
    """What may have to be quoted: products that renew by themselves."""
    automatic = [(day, each.product) for day in days for each in day.due if each.product.renews_automatically]
    return tariff(
        {product.offer_code for _, product in automatic},
        currencies={day.recipient.currency for day, _ in automatic},
        on=today,
    )


def _without(day: OrganisationDay, renewed: frozenset[int]) -> OrganisationDay:
    return OrganisationDay(day.recipient, tuple(each for each in day.due if each.product.id not in renewed))
