"""The shop: for everybody, and inside an organisation in its currency."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stellwerk.catalogue import policy, queries
from stellwerk.catalogue.errors import OfferUnknown, PriceMissing
from stellwerk.catalogue.forms import ConfigureForm
from stellwerk.catalogue.kinds import UNIVERSE_NAMES, Unit, period_text
from stellwerk.catalogue.rules.vat import gross_minor
from stellwerk.foundation import clock, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.foundation.money import CURRENCIES
from stellwerk.foundation.months import last_day, months_later
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from stellwerk.catalogue.kinds import OwnPage, Universe
    from stellwerk.catalogue.queries import OfferRow, PriceRow
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import OrganisationRow

SHOWN_PRICES = 2
VAT = "vat"  # in the address and in the cookie
VAT_CHOICES = ("incl", "excl")
A_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ShownPrice:
    unit_minor: int
    per: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VatShown:
    """Whether prices are shown with VAT, in basis points, and the addresses that switch. `is_changed`: just now."""

    is_included: bool
    rate_bp: int
    is_changed: bool
    with_vat: str
    without_vat: str


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer as a card: name, sentence, its first prices and what else there is."""

    offer: OfferRow
    prices: tuple[ShownPrice, ...]
    longest: str
    own_page: OwnPage | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The offers of one universe (CAT-001)."""

    universe: Universe
    name: str
    offers: list[ShownOffer]


@dataclass(frozen=True, slots=True)
class Quote:
    """What the chosen duration and quantity cost, as prices are shown, and the last day paid for (ORD-008)."""

    amount_minor: int
    currency: str
    period: str
    until: date


@require_safe
@page
def public_shop(request: ActorRequest) -> HttpResponse:
    """Everything that is sold, without a login; `?currency=EUR` shows the other price list (CAT-013, CAT-021)."""
    chosen = request.GET.get("currency", CURRENCIES[0])
    currency = chosen if chosen in CURRENCIES else CURRENCIES[0]
    vat = _vat_shown(request, None)
    shown = {"shelves": shelves(currency, vat.rate_bp), "currency": currency, "currencies": CURRENCIES, "vat": vat}
    return _remembering(request, render(request, "catalogue/public_shop.html", shown))


@require_safe
@page
def shop(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Everything that is sold, in the currency of the organisation (CAT-012)."""
    require(policy.can_browse(request.actor, organisation_id))
    organisation = organisations.existing_organisation(organisation_id)
    currency, vat = organisation.currency, _vat_shown(request, organisation)
    shown = {
        "shelves": shelves(currency, vat.rate_bp),
        "currency": currency,
        "organisation_id": organisation_id,
        "vat": vat,
    }
    return _remembering(request, render(request, "catalogue/shop.html", shown))


@require_safe
@page
def public_configure(request: ActorRequest, offer_code: str) -> HttpResponse:
    """The same for a visitor, in the chosen currency: the choice waits while the person signs up or in (ID-003)."""
    chosen = request.GET.get("currency", CURRENCIES[0])
    currency = chosen if chosen in CURRENCIES else CURRENCIES[0]
    here = {"base": "shell/public.html", "vat": _vat_shown(request, None)}
    return _configure(request, offer_code, currency, here)


@require_safe
@page
def configure(request: ActorRequest, organisation_id: int, offer_code: str) -> HttpResponse:
    """Duration, quantity and target of one offer; the form goes to the cart.

    With entries in the address (`period_months`, `quantity`, `target`) they are checked and shown with what is wrong:
    the cart sends people back here so. htmx gets the price alone.
    """
    require(policy.can_browse(request.actor, organisation_id))
    organisation = organisations.existing_organisation(organisation_id)
    vat = _vat_shown(request, organisation)
    here = {"base": "shell/page.html", "organisation_id": organisation_id, "vat": vat}
    return _configure(request, offer_code, organisation.currency, here)


def _configure(request: ActorRequest, offer_code: str, currency: str, here: dict[str, Any]) -> HttpResponse:
    """What has no price cannot be ordered and has no such page."""
    today = clock.today()
    offer = queries.offer(offer_code)
    if offer is None or not offer.is_sold(today):
        raise NotFound
    periods = [months for _code, months in queries.prices(currency=currency, on=today, offer_codes=[offer_code])]
    if not periods:
        raise NotFound
    entries = request.GET if "period_months" in request.GET else None
    form = ConfigureForm(entries and entries.dict() | {"offer_code": offer_code}, offer=offer, periods_months=periods)
    shown = here | {
        "currency": currency,
        "offer": offer,
        "form": form,
        "quote": _quote(form, offer, currency=currency, vat_rate_bp=here["vat"].rate_bp),
        "free_note": _free_note(offer),
    }
    if request.headers.get("HX-Request"):
        return render(request, "catalogue/_quote.html", shown)
    if form.is_bound:
        _check(form, offer_code, currency, today)
    return render(request, "catalogue/configure.html", shown)


def shelves(currency: str, vat_rate_bp: int = 0) -> list[Shelf]:
    """What is sold today, universe by universe, with VAT of that rate. Two queries."""
    today = clock.today()
    prices: dict[str, list[PriceRow]] = {}
    for (code, _months), price in queries.prices(currency=currency, on=today).items():
        prices.setdefault(code, []).append(price)
    sold = [row for row in queries.offers(sold_on=today) if row.code in prices or _own_page(row)]
    shelved = groupby(sold, key=lambda row: row.kind.universe)
    return [
        Shelf(
            universe,
            str(UNIVERSE_NAMES[universe]),
            [_shown(row, prices.get(row.code, []), vat_rate_bp) for row in rows],
        )
        for universe, rows in shelved
    ]


def price_unit(offer: OfferRow, months: int) -> str:
    """What a price is for: per user and month, per 5 addresses for 2 years."""
    count = offer.quantity_step
    if offer.unit is Unit.USER:
        return _("per user, %(period)s") % {"period": period_text(months)}
    if offer.unit is Unit.ADDRESS:
        text = ngettext("per address, %(period)s", "per %(count)s addresses, %(period)s", count)
        return text % {"count": count, "period": period_text(months)}
    return _("for %(period)s") % {"period": period_text(months)}


def _own_page(offer: OfferRow) -> OwnPage | None:
    """Where a free offer is had; None for what is ordered, and while the instance sends no text messages for it."""
    own_page = next((each.own_page for each in offer.kind.offers if each.code == offer.code), None)
    if own_page is None or (own_page.needs_text_messages and not notify.can_send_sms()):
        return None
    return own_page


def _shown(offer: OfferRow, prices: list[PriceRow], vat_rate_bp: int) -> ShownOffer:
    if not prices:
        return ShownOffer(offer, (), "", _own_page(offer))
    shown = tuple(
        ShownPrice(gross_minor(price.unit_minor, vat_rate_bp), price_unit(offer, price.period_months))
        for price in prices
    )
    longest = max(price.period_months for price in prices)
    more = _("Up to %(period)s in advance") % {"period": period_text(longest)} if len(prices) > SHOWN_PRICES else ""
    return ShownOffer(offer, shown[: 1 if more else SHOWN_PRICES], more)


def _quote(form: ConfigureForm, offer: OfferRow, *, currency: str, vat_rate_bp: int) -> Quote | None:
    """The price of what is chosen so far; None while it cannot be had."""
    today = clock.today()
    values = form.data if form.is_bound else form.initial
    with suppress(OfferUnknown, PriceMissing, ValueError, KeyError):
        months, quantity = int(values["period_months"]), int(values["quantity"])
        if queries.quantity_errors(offer, quantity):
            return None
        net_minor = queries.line_net_minor(
            offer.code, currency=currency, period_months=months, quantity=quantity, on=today
        )
        amount_minor = gross_minor(net_minor, vat_rate_bp)
        return Quote(amount_minor, currency, period_text(months), last_day(months_later(today, months)))
    return None


def _check(form: ConfigureForm, offer_code: str, currency: str, today: date) -> None:
    """Show what is wrong with the entries of the address at their fields."""
    if not form.is_valid():
        return
    chosen = form.cleaned_data
    try:
        queries.checked_choice(
            offer_code,
            currency=currency,
            period_months=chosen["period_months"],
            quantity=chosen["quantity"],
            raw_target=chosen.get("target", ""),
            on=today,
        )
    except DomainError as refusal:
        show_refusal(form, refusal)


def _free_note(offer: OfferRow) -> str:
    if not offer.free_quantity:
        return ""
    text = ngettext("The first user is free.", "The first %(count)s users are free.", offer.free_quantity)
    return text % {"count": offer.free_quantity}


def _vat_shown(request: ActorRequest, buyer: OrganisationRow | None) -> VatShown:
    """With or without VAT, as the address, else this browser's last choice says (UI-030)."""
    asked = request.GET.get(VAT, "")
    is_chosen = asked in VAT_CHOICES
    is_included = (asked if is_chosen else request.COOKIES.get(VAT, "")) == "incl"
    known_bp = queries.shown_vat_rate_bp(buyer, on=clock.today())
    return VatShown(
        is_included=is_included,
        rate_bp=known_bp if is_included else 0,
        is_changed=is_chosen,
        with_vat=f"?{_with(request, 'incl')}",
        without_vat=f"?{_with(request, 'excl')}",
    )


def _with(request: ActorRequest, choice: str) -> str:
    query = request.GET.copy()
    query[VAT] = choice
    return query.urlencode()


def _remembering(request: ActorRequest, answer: HttpResponse) -> HttpResponse:
    """The choice stays in this browser for a year."""
    chosen = request.GET.get(VAT, "")
    if chosen in VAT_CHOICES:
        options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
        answer.set_cookie(VAT, chosen, max_age=A_YEAR_SECONDS, **options)
    return answer
