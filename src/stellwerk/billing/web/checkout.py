"""The one page between cart and order: who orders, what, how it is paid, and the binding button (ORD-010…015, 025)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.billing import policy
from stellwerk.billing.forms import CheckoutForm
from stellwerk.billing.queries.addresses import added_addresses, postal_row
from stellwerk.billing.queries.cart import cart_quote
from stellwerk.billing.rules.consumer_rights import has_right_of_withdrawal
from stellwerk.billing.services.addresses import choose_cart_address
from stellwerk.billing.services.move_cart import move_cart
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.web.cart import cart_rows, sentences
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.means import means_panel
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, Invalid, NotFound
from stellwerk.foundation.secrets import new_secret
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from stellwerk.billing.queries.addresses import AddressRow
    from stellwerk.billing.queries.cart import CartQuote
    from stellwerk.foundation.edge.html import ActorRequest

LONGEST_NUMBER = 18  # digits of a number that every database holds


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def checkout(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """A double submit carries the same key and leads to the first order (ORD-025)."""
    require(policy.can_order(request.actor, organisation_id))
    if request.method != "POST":
        quote = cart_quote(request.actor, organisation_id)
        if not quote.is_orderable:
            return HttpResponseRedirect(reverse("billing:cart", args=[organisation_id]))
        form = CheckoutForm(initial={"key": new_secret("order")})
        return render(request, "billing/checkout.html", _context(quote, form, {}))
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _refused(request, organisation_id, form, status=422)
    try:
        order_id = _placed(request, organisation_id, form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return _refused(request, organisation_id, form, status=refusal.status)
    return HttpResponseRedirect(reverse("billing:order", args=[organisation_id, order_id]))


@require_POST
@accounting_page
def choose_address(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Where the invoice goes; the page then shows the VAT of that address (BIL-060)."""
    wanted = request.POST.get("address", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= LONGEST_NUMBER else -1
    try:
        choose_cart_address(actor=request.actor, organisation_id=organisation_id, address_id=number)
    except Invalid as refusal:
        messages.error(request, str(refusal.errors[0].text))
    return HttpResponseRedirect(reverse("billing:checkout", args=[organisation_id]))


@require_POST
@page
def change_organisation(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Order the same cart for another of one's organisations; its prices and its VAT then apply (ORD-004, ORD-006).

    One that waits for a second factor takes nothing: its own page says why, and the cart stays (SEC-040).
    """
    require(policy.can_fill_cart(request.actor, organisation_id))
    wanted = request.POST.get("organisation", "")
    mine = {str(row.organisation_id): row for row in organisations.membership_rows(request.actor.account_id or 0)}
    if wanted not in mine:
        raise NotFound
    target = mine[wanted]
    if target.organisation_id == organisation_id:
        return HttpResponseRedirect(reverse("billing:checkout", args=[organisation_id]))
    if target.organisation_id in organisations.closed_to(request.actor.account_id or 0):
        return HttpResponseRedirect(reverse("billing:cart", args=[target.organisation_id]))
    left = move_cart(
        actor=request.actor,
        organisation_id=organisation_id,
        target=organisations.standing(request.actor, target.organisation_id),
    )
    text = _("The cart is now for %(name)s. Prices and VAT are those of this organisation.")
    messages.info(request, text % {"name": target.name})
    for sentence in (each for refusal in left for each in sentences(refusal)):
        messages.warning(request, sentence)
    return HttpResponseRedirect(reverse("billing:cart", args=[target.organisation_id]))


def _placed(request: ActorRequest, organisation_id: int, entries: dict[str, Any]) -> int:
    order = place_order(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Checkout(
            means=entries["means"],
            accepts_terms=entries["accepts_terms"],
            expected_gross_minor=entries["expected_gross_minor"],
            expected_address_id=entries["expected_address_id"],
            uses_balance=entries["use_balance"],
            billing_reference=entries["billing_reference"],
            wants_immediate_start=entries["wants_immediate_start"],
            renews_automatically=entries["renews_automatically"],
        ),
        key=entries["key"] or None,
    )
    return order.pk


def _refused(request: ActorRequest, organisation_id: int, form: CheckoutForm, *, status: int) -> HttpResponse:
    """The page again, with everything typed; the figures are those of now."""
    quote = cart_quote(request.actor, organisation_id)
    context = _context(quote, form, request.POST.dict())
    return render(request, "billing/checkout.html", context, status=status)


def _addresses(quote: CartQuote) -> tuple[AddressRow, ...]:
    """To choose from; nothing where there is only the organisation's own."""
    added = added_addresses(quote.organisation_id)
    return (postal_row(quote.organisation), *added) if added else ()


def _context(quote: CartQuote, form: CheckoutForm, sent: dict[str, str]) -> dict[str, Any]:
    organisation_id, recipient = quote.organisation_id, quote.recipient
    return {
        "organisation_id": organisation_id,
        "cart": quote,
        "rows": cart_rows(quote),
        "today": clock.today(),
        "problem": sentences(quote.problem)[0] if quote.problem else "",
        "form": form,
        "panel": means_panel(organisation_id, currency=quote.currency, gross_minor=quote.gross_minor, sent=sent),
        "recipient": recipient,
        "addresses": _addresses(quote),
        "asks_for_immediate_start": has_right_of_withdrawal(
            is_individual=quote.organisation.is_individual, country=quote.organisation.country
        ),
    }
