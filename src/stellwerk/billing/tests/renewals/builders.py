"""Organisations with products and money on account, for stories about renewals."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.services.post import post
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.jobs import schedule
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_product_of

_numbers = itertools.count(1)


def with_balance(organisation, amount_minor: int, currency: str = "CHF"):
    """The organisation, richer by a deposit."""
    bank = operator_account(AccountKind.BANK, currency, detail="CH93")
    prepaid = prepaid_of(organisation.pk, currency)
    post(
        booking=Booking(
            reason="top_up",
            source=f"test-top-up:{next(_numbers)}",
            currency=currency,
            organisation_id=organisation.pk,
            legs=[Leg(bank, prepaid, amount_minor)],
        )
    )
    return organisation


def balance_of(organisation, currency: str = "CHF") -> int:
    return prepaid_balances(organisation.pk).get(currency, 0)


def a_product_expiring(organisation, expires_on: date, *, automatic: bool = False, offer: str = "web-hosting", **more):
    """A product activated so that its first period ends on `expires_on`."""
    months = more.pop("period_months", 12)
    product = a_product_of(organisation, offer, period_months=months, **more)
    Product.objects.filter(pk=product.pk).update(
        expires_on=expires_on,
        started_on=min(product.started_on, expires_on - timedelta(days=28)),
        anchor_day=expires_on.day,
        renews_automatically=automatic,
    )
    product.refresh_from_db()
    return product


def the_house_lives_through(first_on: date, last_on: date) -> None:
    """Every day at noon all that is due is done, as the worker does it.

    Of the recurring work only what concerns products: a year of sweeping the other rooms changes nothing here.
    """
    clockwork = {
        name: each for name, each in schedule.recurring_tasks.items() if name.startswith(("billing.", "products."))
    }
    day = first_on
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "recurring_tasks", clockwork)
        while day <= last_on:
            with clock.travel_to(day):
                jobs.run_due_jobs()
            day += timedelta(days=1)


def published(name: str) -> list[tuple[date, dict]]:
    """Day and payload of the events of one type."""
    zone = clock.operator_zone()
    return [
        (event.occurred_at.astimezone(zone).date(), event.payload)
        for event in Event.objects.filter(name=name).order_by("pk")
    ]


def letters(template: str = "") -> list[tuple[date, str, str]]:
    """Day, recipient and subject of the messages whose template contains the word."""
    zone = clock.operator_zone()
    return [
        (message.created_at.astimezone(zone).date(), message.recipient, message.subject)
        for message in Message.objects.filter(template__contains=template).order_by("pk")
    ]


__all__ = [
    "a_product_expiring",
    "an_organisation",
    "balance_of",
    "letters",
    "published",
    "the_house_lives_through",
    "with_balance",
]
