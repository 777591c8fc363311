"""Filling the cart. Prices are not kept here: they are those of the day, and a difference is shown (ORD-005)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import Cart, CartLine
from stellwerk.billing.queries.cart import quoted_cart
from stellwerk.billing.rules.frequency import Term, require_minimum
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.foundation.months import MONTHS_PER_YEAR
from stellwerk.foundation.orm import insert
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from stellwerk.catalogue.queries import Choice
    from stellwerk.foundation.actor import Actor

MOST_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCartLine:
    """What somebody put into the cart. `target` is what the product is for, a domain name for instance."""

    offer_code: str
    quantity: int = 1
    period_months: int
    target: str = ""


@transaction.atomic
def add_to_cart(*, actor: Actor, organisation_id: int, entries: NewCartLine) -> int:
    """Add a line; answers its id. Each call adds one.

    Refusals in order: not found, externals_do_not_order, offer_unknown, validation_failed (`period_months`,
    `quantity`, `target`), frequency_below_minimum, the kind's own (suite_already_exists, domain_name_taken),
    target_already_in_cart, cart_full.
    """
    require(policy.can_fill_cart(actor, organisation_id))
    choice = _choice(organisation_id, entries)
    products.require_orderable(organisation_id, choice.offer.code, name=choice.target)
    cart = _locked_cart(organisation_id, choice.price.currency)
    if cart.lines.count() >= MOST_LINES:
        raise refusal("cart_full", maximum=MOST_LINES)
    line = insert(
        CartLine(
            cart=cart,
            offer_code=choice.offer.code,
            quantity=choice.quantity,
            period_months=choice.period_months,
            target=choice.target,
            seen_net_minor=choice.net_minor,
            added_at=clock.now(),
        )
    )
    _refuse_duplicates(organisation_id, line.pk)
    return line.pk


@transaction.atomic
def change_cart_line(*, actor: Actor, organisation_id: int, line_id: int, quantity: int, period_months: int) -> None:
    """Choose another quantity or duration. Refusals as for adding, and not found for a line that is gone."""
    require(policy.can_fill_cart(actor, organisation_id))
    line = CartLine.objects.filter(pk=line_id, cart__organisation_id=organisation_id).select_for_update().first()
    if line is None:
        raise NotFound
    entries = NewCartLine(
        offer_code=line.offer_code, quantity=quantity, period_months=period_months, target=line.target
    )
    choice = _choice(organisation_id, entries)
    line.quantity, line.period_months, line.seen_net_minor = quantity, period_months, choice.net_minor
    line.save(update_fields=["quantity", "period_months", "seen_net_minor"])
    Cart.objects.filter(pk=line.cart_id).update(updated_at=clock.now())


@transaction.atomic
def remove_cart_line(*, actor: Actor, organisation_id: int, line_id: int) -> None:
    """Take a line out; a line that is gone is gone."""
    require(policy.can_fill_cart(actor, organisation_id))
    CartLine.objects.filter(pk=line_id, cart__organisation_id=organisation_id).delete()


@transaction.atomic
def empty_cart(*, actor: Actor, organisation_id: int) -> None:
    """Take everything out."""
    require(policy.can_fill_cart(actor, organisation_id))
    CartLine.objects.filter(cart__organisation_id=organisation_id).delete()


@transaction.atomic
def accept_cart_prices(*, actor: Actor, organisation_id: int) -> None:
    """The buyer has seen the present prices: the notices of differences end (ORD-005)."""
    require(policy.can_fill_cart(actor, organisation_id))
    for line in quoted_cart(organisation_id).lines:
        if line.has_new_price:
            CartLine.objects.filter(pk=line.id).update(seen_net_minor=line.net_minor)


def _choice(organisation_id: int, entries: NewCartLine) -> Choice:
    """Allowed by the catalogue, and not too small an amount for so short a period (BIL-032, EX-24)."""
    organisation = organisations.existing_organisation(organisation_id)
    choice = catalogue.checked_choice(
        entries.offer_code,
        currency=organisation.currency,
        period_months=entries.period_months,
        quantity=entries.quantity,
        raw_target=entries.target,
        on=clock.today(),
    )
    if entries.period_months < MONTHS_PER_YEAR:
        try:
            require_minimum(Term(entries.period_months, choice.net_minor))
        except BillingRefused as refused:
            raise refusal(refused.code, **refused.context) from refused
    return choice


def _locked_cart(organisation_id: int, currency: str) -> Cart:
    now = clock.now()
    Cart.objects.get_or_create(organisation_id=organisation_id, defaults={"currency": currency, "updated_at": now})
    cart = Cart.objects.select_for_update().get(organisation_id=organisation_id)
    cart.currency, cart.updated_at = currency, now
    cart.save(update_fields=["currency", "updated_at"])
    return cart


def _refuse_duplicates(organisation_id: int, line_id: int) -> None:
    problem: DomainError | None = next(
        (line.problem for line in quoted_cart(organisation_id).lines if line.id == line_id), None
    )
    if problem is not None:
        raise problem
