"""Messages before the expiry: reminders to pay, and notices of an automatic charge (REN-030…038)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.events import AutomaticRenewalDue, ExpiryReminderDue
from stellwerk.billing.queries.renewal_days import by_address
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.renewal_steps import Step, StepKind, charge_on, reminder_step
from stellwerk.billing.services.renew.steps import remember_steps
from stellwerk.foundation import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stellwerk.billing.queries.renewal_days import DueProduct, OrganisationDay
    from stellwerk.billing.queries.renewal_quotes import RenewalQuotes
    from stellwerk.foundation.events import DomainEvent
    from stellwerk.organisations.queries import OrganisationRow

_Taken = tuple["DueProduct", Step]


@transaction.atomic
def remind_organisations(*, days: Sequence[OrganisationDay], quotes: RenewalQuotes, today: date) -> None:
    """One reminder per organisation and day for all its products at that interval (REN-035).

    Publishes ExpiryReminderDue, and AutomaticRenewalDue with amount and day of the charge. It comes before the attempt
    of the same day (REN-036). System-only: the daily run calls it.
    """
    taken = [(day.recipient, [(each, step) for each in day.due if (step := reminder_step(each.course, today=today))])
             for day in days]  # fmt: skip
    remember_steps(taken=[entry for _, steps in taken for entry in steps], today=today)
    events.publish_many([event for recipient, steps in taken for event in _news(recipient, steps, quotes)])


def _news(recipient: OrganisationRow, steps: Iterable[_Taken], quotes: RenewalQuotes) -> list[DomainEvent]:
    manual = [each for each, step in steps if step.kind is StepKind.REMINDER]
    news: list[DomainEvent] = []
    if manual:
        news.append(ExpiryReminderDue(organisation_id=recipient.id, items=tuple(each.item for each in manual)))
    together: defaultdict[date, list[DueProduct]] = defaultdict(list)
    for each, step in steps:
        if step.kind is not StepKind.REMINDER:
            together[max(charge_on(each.course), quotes.tariff.on)].append(each)
    for charged_on, due in sorted(together.items()):
        parts = [
            quotes.quote(invoiced, [each.product for each in group]) for invoiced, group in by_address(recipient, due)
        ]
        news.append(
            AutomaticRenewalDue(
                organisation_id=recipient.id,
                items=tuple(each.item for each in due),
                amount_text=amount_text(sum(each.gross_minor for each in parts), recipient.currency),
                charged_on=charged_on.isoformat(),
            )
        )
    return news
