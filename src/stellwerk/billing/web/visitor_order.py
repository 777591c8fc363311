"""The order of a visitor: choices wait in the session while the person signs up or signs in (ID-001, ID-003)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal as billing_refusal
from stellwerk.billing.forms import VisitorChoiceForm
from stellwerk.billing.queries.wording import offer_text
from stellwerk.billing.services.fill_cart import NewCartLine
from stellwerk.billing.services.take_over_choices import take_over_choices
from stellwerk.billing.web.cart import sentences
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.foundation.money import CURRENCIES
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

SESSION_KEY = "visitor_order"
MOST_CHOICES = 10  # a session is no store


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice as the page shows it; the net price is that of today in the visitor's currency."""

    place: int
    name: str
    target: str
    text: str
    net_minor: int

    @property
    def title(self) -> str:
        return self.target or self.name


@require_POST
@page
def choose(request: ActorRequest) -> HttpResponse:
    """Keep one more choice. What the catalogue refuses goes back to the form of the offer, which says why."""
    form = VisitorChoiceForm(request.POST)
    currency = _currency(request.POST.get("currency", ""))
    if not form.is_valid():
        return HttpResponseRedirect(_form_of(form.data.get("offer_code", ""), {"currency": currency}))
    choice = NewCartLine(**form.cleaned_data)
    try:
        checked = _checked(choice, currency)
    except DomainError:
        return HttpResponseRedirect(_form_of(choice.offer_code, {"currency": currency, **_entries(choice)}))
    choice = NewCartLine(
        offer_code=choice.offer_code,
        period_months=choice.period_months,
        quantity=choice.quantity,
        target=checked.target,
    )
    kept = [each for each in _choices(request) if not _is_same(each, choice)]
    if len(kept) >= MOST_CHOICES:
        raise billing_refusal("cart_full", maximum=MOST_CHOICES)
    _keep(request, [*kept, choice], currency)
    return HttpResponseRedirect(reverse("billing:visitor-order"))


@require_POST
@page
def forget(request: ActorRequest, place: int) -> HttpResponse:
    """Drop one choice; one that is gone is gone."""
    left = [each for at, each in enumerate(_choices(request)) if at != place]
    _keep(request, left, _kept_currency(request))
    return HttpResponseRedirect(reverse("billing:visitor-order"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def order(request: ActorRequest) -> HttpResponse:
    """The stop between shop and cart.

    A visitor signs up or signs in and comes back here. The cart of the only organisation then gets the choices at
    once (they came by a protected form of this session); with several the person says for which.
    """
    choices = _choices(request)
    if not choices:
        return HttpResponseRedirect(reverse("catalogue:public-shop"))
    if request.actor.account_id is None:
        return render(request, "billing/visitor_order.html", _context(request, choices))
    mine = _orderable(request.actor.account_id)
    closed = organisations.closed_to(request.actor.account_id)
    if mine and closed.issuperset(mine):  # its page says which second factor is missing; the choices wait (SEC-040)
        return HttpResponseRedirect(reverse("billing:cart", args=[next(iter(mine))]))
    mine = {key: name for key, name in mine.items() if key not in closed}
    if not mine:
        here = urlencode({"next": reverse("billing:visitor-order")})
        return HttpResponseRedirect(f"{reverse('organisations:found')}?{here}")
    if request.method == "POST":
        wanted = request.POST.get("organisation", "")
        if wanted not in {str(each) for each in mine}:
            raise NotFound
        return _take_over(request, int(wanted), choices)
    if len(mine) == 1 and request.method == "GET":
        return _take_over(request, next(iter(mine)), choices)
    return render(request, "billing/visitor_order.html", {**_context(request, choices), "organisations": mine})


def _orderable(account_id: int) -> dict[int, str]:
    """Where the person may fill a cart: id and name."""
    rows = organisations.membership_rows(account_id)
    return {row.organisation_id: row.name for row in rows if row.role is not Role.EXTERNAL}


def _take_over(request: ActorRequest, organisation_id: int, choices: list[NewCartLine]) -> HttpResponse:
    actor = organisations.standing(request.actor, organisation_id)
    refused = take_over_choices(actor=actor, organisation_id=organisation_id, choices=choices)
    del request.session[SESSION_KEY]
    if len(refused) == len(choices) == 1:
        choice = refused[0][0]
        form = reverse("catalogue:configure", args=[organisation_id, choice.offer_code])
        if catalogue.offer(choice.offer_code) is not None:
            _say(request, refused)
            return HttpResponseRedirect(f"{form}?{urlencode(_entries(choice))}")
    _say(request, refused)
    goes_on = policy.can_order(actor, organisation_id).allowed and not refused
    return HttpResponseRedirect(reverse("billing:checkout" if goes_on else "billing:cart", args=[organisation_id]))


def _say(request: ActorRequest, refused: list[tuple[NewCartLine, DomainError]]) -> None:
    for choice, refusal in refused:
        for sentence in sentences(refusal):
            text = _("%(name)s is not in the cart: %(reason)s")
            messages.warning(request, text % {"name": choice.target or choice.offer_code, "reason": sentence})


def _context(request: ActorRequest, choices: list[NewCartLine]) -> dict[str, Any]:
    currency = _kept_currency(request)
    shown = [_shown(place, each, currency) for place, each in enumerate(choices)]
    here = urlencode({"next": reverse("billing:visitor-order")})
    return {"choices": [each for each in shown if each], "currency": currency, "next": here}


def _shown(place: int, choice: NewCartLine, currency: str) -> ShownChoice | None:
    try:
        checked = _checked(choice, currency)
    except DomainError:  # withdrawn since; the cart service says so later
        return ShownChoice(place, choice.offer_code, choice.target, "", 0)
    text = offer_text(checked.offer, quantity=choice.quantity, period_months=choice.period_months)
    return ShownChoice(place, checked.offer.name, choice.target, text, checked.net_minor)


def _checked(choice: NewCartLine, currency: str) -> catalogue.Choice:
    return catalogue.checked_choice(
        choice.offer_code,
        currency=currency,
        period_months=choice.period_months,
        quantity=choice.quantity,
        raw_target=choice.target,
        on=clock.today(),
    )


def _choices(request: ActorRequest) -> list[NewCartLine]:
    kept = request.session.get(SESSION_KEY, {})
    return [NewCartLine(**each) for each in kept.get("choices", [])]


def _kept_currency(request: ActorRequest) -> str:
    return _currency(request.session.get(SESSION_KEY, {}).get("currency", ""))


def _keep(request: ActorRequest, choices: list[NewCartLine], currency: str) -> None:
    request.session[SESSION_KEY] = {"currency": currency, "choices": [asdict(each) for each in choices]}


def _is_same(one: NewCartLine, other: NewCartLine) -> bool:
    """The same thing chosen again replaces the choice."""
    return (one.offer_code, one.target) == (other.offer_code, other.target)


def _currency(raw: str) -> str:
    return raw if raw in CURRENCIES else CURRENCIES[0]


def _entries(choice: NewCartLine) -> dict[str, Any]:
    return {"period_months": choice.period_months, "quantity": choice.quantity, "target": choice.target}


def _form_of(raw_offer_code: str, entries: dict[str, Any]) -> str:
    offer = catalogue.offer(raw_offer_code.replace("\x00", "")[:50])
    if offer is None:
        raise NotFound
    return f"{reverse('catalogue:public-configure', args=[offer.code])}?{urlencode(entries)}"
