"""Clockwork of the billing room. Each task finds its work by columns, so a missed day is made up and twice is once."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, transaction

from stellwerk.billing.queries.renewal_days import due_organisation_ids
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.end_order import plan_order_deadlines
from stellwerk.billing.services.renew import play_organisations
from stellwerk.billing.services.withdraw_renewals import plan_announcement_deadlines
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.errors import DomainError

log = structlog.get_logger(__name__)

# What the data of one organisation may cause; anything else is a fault of the house and fails the job as it should.
_ONE_ORGANISATIONS_FAULT = (
    DomainError, BillingRefused, DatabaseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip


@jobs.recurring("15 5 * * *")
@jobs.task("billing.watch_unpaid_orders")
def watch_unpaid_orders_due() -> None:
    plan_order_deadlines()


@jobs.recurring("20 5 * * *")
@jobs.task("billing.end_announcements")
def end_announcements_due() -> None:
    plan_announcement_deadlines()


@jobs.recurring("15 4 * * *")
@jobs.task("billing.plan_renewal_day")
def plan_renewal_day() -> None:
    """One job for each batch of organisations with a product near or past its expiry: many workers may share them."""
    last = 0
    while batch := due_organisation_ids(on=clock.today(), after=last):
        jobs.enqueue(renew_batch, {"organisation_ids": batch})
        last = batch[-1]


@jobs.task("billing.renew_batch")
def renew_batch(organisation_ids: list[int]) -> None:
    """Remind, charge and pursue a batch in one transaction. When one fails, each gets a job of its own.

    The failing one is tried again, then parked and reported by `stellwerk doctor`; the others are done.
    """
    try:
        with transaction.atomic():
            play_organisations(organisation_ids=organisation_ids)
    except _ONE_ORGANISATIONS_FAULT:
        if len(organisation_ids) == 1:
            raise
        log.exception("renewal_batch_taken_apart", organisations=len(organisation_ids))
        jobs.enqueue_many(renew_batch, [{"organisation_ids": [number]} for number in organisation_ids])
