"""The cart of an organisation: lines are added, changed and removed; every refusal stands at its line (ORD-005…008)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.billing import policy
from stellwerk.billing.forms import CartLineForm, OfferForm
from stellwerk.billing.queries.cart import cart_quote, has_cart_line
from stellwerk.billing.services.fill_cart import (
    NewCartLine,
    accept_cart_prices,
    add_to_cart,
    change_cart_line,
    remove_cart_line,
)
from stellwerk.billing.web.doors import names_of_buyers
from stellwerk.billing.web.prices import duration_choices
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, Invalid, NotFound
from stellwerk.foundation.months import last_day
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from stellwerk.billing.queries.cart import CartLineRow, CartQuote
    from stellwerk.catalogue.queries import OfferRow
    from stellwerk.foundation.edge.html import ActorRequest


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it: with its period if it begins today, and what is refused about it."""

    line: CartLineRow
    errors: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.line.target or self.line.offer_name

    @property
    def expires_on(self) -> date | None:
        """The first day no longer paid for; None for a duration that is not offered any more."""
        months = self.line.period_months
        return next((each.expires_on for each in self.line.choices if each.period_months == months), None)

    @property
    def last_on(self) -> date | None:
        return last_day(self.expires_on) if self.expires_on else None


def cart_rows(quote: CartQuote, errors: Mapping[int, tuple[str, ...]] | None = None) -> list[Row]:
    """Errors of what was just sent, by line, come before what stands in the way of ordering it."""
    found = errors or {}
    return [Row(line, found.get(line.id) or (sentences(line.problem) if line.problem else ())) for line in quote.lines]


@never_cache
@require_safe
@page
def cart(request: ActorRequest, organisation_id: int) -> HttpResponse:
    return _cart_page(request, organisation_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def add(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The form of one offer; posted from there, or straight from the shop with the same fields."""
    require(policy.can_fill_cart(request.actor, organisation_id))
    offer = _sold_offer(request.POST.get("offer_code") or request.GET.get("offer_code", ""))
    form = _offer_form(request, organisation_id, offer)
    context = {"offer": offer, "form": form}
    if request.method != "POST":
        return render(request, "billing/add_to_cart.html", context)
    if not form.is_valid():
        return render(request, "billing/add_to_cart.html", context, status=422)
    try:
        add_to_cart(
            actor=request.actor,
            organisation_id=organisation_id,
            entries=NewCartLine(
                offer_code=offer.code,
                period_months=form.cleaned_data["period_months"],
                quantity=form.cleaned_data.get("quantity") or offer.minimum_quantity,
                target=form.cleaned_data.get("target", ""),
            ),
        )
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "billing/add_to_cart.html", context, refusal=refusal)
    return _to_cart(organisation_id)


@require_POST
@page
def change(request: ActorRequest, organisation_id: int, line_id: int) -> HttpResponse:
    _require_line(request, organisation_id, line_id)
    form = CartLineForm(request.POST)
    if not form.is_valid():
        errors = tuple(str(error) for found in form.errors.values() for error in found)
        return _cart_page(request, organisation_id, errors={line_id: errors}, status=422)
    try:
        change_cart_line(actor=request.actor, organisation_id=organisation_id, line_id=line_id, **form.cleaned_data)
    except DomainError as refusal:
        errors = sentences(correctable(refusal))
        return _cart_page(request, organisation_id, errors={line_id: errors}, status=refusal.status)
    return _changed(request, organisation_id)


@require_POST
@page
def remove(request: ActorRequest, organisation_id: int, line_id: int) -> HttpResponse:
    _require_line(request, organisation_id, line_id)
    remove_cart_line(actor=request.actor, organisation_id=organisation_id, line_id=line_id)
    return _changed(request, organisation_id)


@require_POST
@page
def accept_prices(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The new prices are seen (ORD-005)."""
    accept_cart_prices(actor=request.actor, organisation_id=organisation_id)
    return _changed(request, organisation_id)


def sentences(refusal: DomainError) -> tuple[str, ...]:
    """What was refused, for people: one sentence for each refused field."""
    if isinstance(refusal, Invalid):
        return tuple(str(error.text) for error in refusal.errors)
    return (refusal.sentence(),)


def _require_line(request: ActorRequest, organisation_id: int, line_id: int) -> None:
    require(policy.can_fill_cart(request.actor, organisation_id))
    if not has_cart_line(organisation_id, line_id):
        raise NotFound


def _changed(request: ActorRequest, organisation_id: int) -> HttpResponse:
    if "HX-Request" in request.headers:
        return _cart_page(request, organisation_id)
    return _to_cart(organisation_id)


def _to_cart(organisation_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("billing:cart", args=[organisation_id]))


def _cart_page(
    request: ActorRequest, organisation_id: int, *, errors: dict[int, tuple[str, ...]] | None = None, status: int = 200
) -> HttpResponse:
    """The page, or the piece that htmx asked for."""
    quote = cart_quote(request.actor, organisation_id)
    may_order = policy.can_order(request.actor, organisation_id)
    context: dict[str, Any] = {
        "organisation_id": organisation_id,
        "cart": quote,
        "rows": cart_rows(quote, errors),
        "today": clock.today(),
        "has_new_prices": any(line.has_new_price for line in quote.lines),
        "problem": sentences(quote.problem)[0] if quote.problem else "",
        "may_order": bool(may_order),
        "buyers": [] if may_order else names_of_buyers(organisation_id),
    }
    template = "billing/_cart.html" if "HX-Request" in request.headers else "billing/cart.html"
    return render(request, template, context, status=status)


def _sold_offer(raw_code: str) -> OfferRow:
    offer = catalogue.offer(raw_code.replace("\x00", ""))
    if offer is None or not offer.is_sold(clock.today()):
        raise NotFound
    return offer


def _offer_form(request: ActorRequest, organisation_id: int, offer: OfferRow) -> OfferForm:
    organisation = organisations.existing_organisation(organisation_id)
    return OfferForm(
        request.POST if request.method == "POST" else None,
        offer=offer,
        durations=duration_choices(offer, currency=organisation.currency),
        initial={key: request.GET[key] for key in ("target", "quantity", "period_months") if key in request.GET},
    )
