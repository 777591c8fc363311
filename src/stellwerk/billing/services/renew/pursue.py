"""What non-payment leads to: warnings, suspension, termination (REN-050…057)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.events import OverdueStepTaken
from stellwerk.billing.rules.renewal_steps import Step, StepKind, overdue_step, suspension_on, termination_on
from stellwerk.billing.services.renew.steps import remember_steps
from stellwerk.foundation import events
from stellwerk.products.services import suspend_product, terminate_product

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.billing.queries.renewal_days import DueProduct, OrganisationDay


@transaction.atomic
def pursue_organisations(*, days: Sequence[OrganisationDay], today: date) -> None:
    """Warn, suspend or terminate the overdue products of a batch; others of the same owner stay untouched (REN-056).

    Publishes one OverdueStepTaken per organisation, step and consequence. System-only: the daily run calls it.
    """
    taken = [(each, step) for day in days for each in day.due if (step := overdue_step(each.course, today=today))]
    remember_steps(taken=taken, today=today)
    for each, step in taken:
        if step.kind is StepKind.SUSPENSION:
            suspend_product(product_id=each.product.id, reason="overdue")
        elif step.kind is StepKind.TERMINATION:
            terminate_product(product_id=each.product.id)
    _tell(taken, today)


def _tell(taken: Sequence[tuple[DueProduct, Step]], today: date) -> None:
    together: defaultdict[tuple[int, StepKind, date], list[DueProduct]] = defaultdict(list)
    for each, step in taken:
        together[each.product.organisation_id, step.kind, _follows_on(each, step, today)].append(each)
    events.publish_many(
        [
            OverdueStepTaken(
                organisation_id=organisation_id,
                step=kind.value,
                items=tuple(each.item for each in due),
                follows_on=follows_on.isoformat(),
            )
            for (organisation_id, kind, follows_on), due in together.items()
        ]
    )


def _follows_on(due: DueProduct, step: Step, today: date) -> date:
    """The day of what comes next if nobody pays."""
    if step.kind is StepKind.WARNING:
        return suspension_on(due.course)
    return today if step.kind is StepKind.TERMINATION else termination_on(due.course, today=today)
