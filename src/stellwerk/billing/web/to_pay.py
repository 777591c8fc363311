"""To pay: what expires or is open, a selection with its sum, and paying it in one go (BIL-001…024, BIL-011)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal as refusal_of
from stellwerk.billing.forms import PaymentForm
from stellwerk.billing.queries.due_rows import DueScope, Until, chosen_items, due_list
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.renew import change_renewal
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.due_items import choice_of, filter_name, items_of, picked
from stellwerk.billing.web.due_selection import ticked
from stellwerk.billing.web.means import BANK_TRANSFER, means_panel
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import correctable
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.edge.paging import LONGEST_SEARCH, PAGE_SIZE
from stellwerk.foundation.errors import DomainError, RuleBroken
from stellwerk.foundation.months import months_later
from stellwerk.foundation.secrets import new_secret
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.paginator import Page
    from django.http import QueryDict

    from stellwerk.billing.models import Invoice
    from stellwerk.billing.queries.addresses import AddressBook
    from stellwerk.billing.queries.due_rows import DueList
    from stellwerk.billing.web.due_items import Item, Picked
    from stellwerk.billing.web.due_selection import Ticked
    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.products.queries import TagRow

# What travels in the address beside the selection, so that a page without script keeps what was chosen.
MEANS_FIELDS = ("address", "means", "use_balance", "keeps_periods", "was_asked", "replaces_announcements")
NO_ADDRESS = -1  # what was sent is no number of an address: the payment is refused
LONGEST_ADDRESS = 4000  # servers before ours may refuse more than 8 kB
REMEMBERED = "due_filter"  # in the session: the filter somebody chose last (BIL-003)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def to_pay(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The list. Posted, it turns a page or pays what is ticked; the address can hold the selection."""
    if request.method != "POST":
        return render(request, "billing/to_pay.html", _context(request, organisation_id, request.GET))
    if "go" in request.POST or "select" in request.POST:
        return _turned(request, organisation_id)
    try:
        return _paid(request, organisation_id)
    except DomainError as refused:
        sentence = correctable(refused).sentence()
        context = _context(request, organisation_id, request.POST)
        return render(request, "billing/to_pay.html", {**context, "refusal": sentence}, refusal=refused)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def sums(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """What changes with every tick: the sums, the means, the new expiry and amount of each row. It changes nothing.

    Posted only because a long selection is longer than an address may be.
    """
    sent = request.POST if request.method == "POST" else request.GET
    return render(request, "billing/_to_pay_sums.html", _context(request, organisation_id, sent))


@require_POST
@accounting_page
def renewal(request: ActorRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """Switch the automatic renewal of one row (REN-009, REN-010)."""
    is_on = request.POST.get("automatic") == "yes"
    try:
        change_renewal(
            actor=request.actor, organisation_id=organisation_id, product_id=product_id, renews_automatically=is_on
        )
    except RuleBroken as refused:
        messages.error(request, refused.sentence())
    else:
        on, off = _("Automatic renewal is on. The prepaid account pays."), _("Automatic renewal is off.")
        messages.success(request, on if is_on else off)
    return HttpResponseRedirect(_address(organisation_id, request.POST))


def _turned(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Another page of the list, or another selection, under an address of its own where one is long enough."""
    address = _address(organisation_id, request.POST)
    if len(address) > LONGEST_ADDRESS:
        return render(request, "billing/to_pay.html", _context(request, organisation_id, request.POST))
    return HttpResponseRedirect(address)


def _address(organisation_id: int, sent: QueryDict) -> str:
    """The page that shows what a form shows: filter, page, selection and means."""
    kept = {name: str(sent[name]) for name in ("filter", "tag", "q", *MEANS_FIELDS) if sent.get(name)}
    page = sent.get("go") or sent.get("page") or ""
    turned = {"page": page} if page not in ("", "1") else {}
    query = urlencode({**kept, **turned, **ticked(sent).fields()})
    return reverse("billing:to-pay", args=[organisation_id]) + (f"?{query}" if query else "")


def _paid(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_pay(request.actor, organisation_id))
    form = PaymentForm(request.POST)
    form.is_valid()
    entries = form.cleaned_data
    tags = products.tag_rows(request.actor, organisation_id)
    scope = _scope(tags, request.POST, _filter(request, request.POST))
    chosen = chosen_items(request.actor, organisation_id, scope=scope, pick=ticked(request.POST).pick())
    invoices = pay_selection(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Selection(
            items=tuple(
                choice_of(item, keeps_period=entries["keeps_periods"]) for item in chosen if not item.is_covered
            ),
            means=entries.get("means", ""),
            expected_gross_minor=entries.get("expected_gross_minor"),
            expected_days=entries.get("expected_days"),
            replaces_announcements=entries["replaces_announcements"],
            uses_balance=entries["use_balance"],
            address_id=entries.get("address", NO_ADDRESS),
        ),
        key=entries["key"] or None,
    )
    return HttpResponseRedirect(_result(request, organisation_id, invoices))


def _result(request: ActorRequest, organisation_id: int, invoices: Sequence[Invoice]) -> str:
    """The new invoice says what to do next, several stand in their list; without one only open ones were chosen."""
    if invoices:
        is_open = any(each.open_minor for each in invoices)
        if is_open:
            messages.info(request, _("Announced. The products are renewed when the transfer has arrived."))
        else:
            messages.success(request, _("Paid. The products are renewed."))
        if len(invoices) == 1:
            return reverse("billing:invoice", args=[organisation_id, invoices[0].pk])
        if is_open:
            messages.info(request, _("Each open invoice has its own reference. Transfer them one by one."))
        return reverse("billing:invoices", args=[organisation_id]) + ("?status=open" if is_open else "")
    if request.POST.get("means") == BANK_TRANSFER:
        messages.info(request, _("Each open invoice has its own reference. Transfer them one by one."))
        return reverse("billing:invoices", args=[organisation_id]) + "?status=open"
    messages.success(request, _("Paid."))
    return reverse("billing:to-pay", args=[organisation_id])


def _context(request: ActorRequest, organisation_id: int, sent: QueryDict) -> dict[str, Any]:
    until, ticks = _filter(request, sent), ticked(sent)
    tags = products.tag_rows(request.actor, organisation_id)
    scope = _scope(tags, sent, until)
    listed, page = _page(request.actor, organisation_id, scope=scope, ticks=ticks, number=_page_number(sent))
    rows = items_of(listed.page.rows, ticks)
    problem, address = "", _address_for_all(sent, listed.book)
    try:
        selection = picked(listed.chosen, listed.book, chosen=address)
    except BillingRefused as refused:
        problem = refusal_of(refused.code, **refused.context).sentence()
        selection = picked([], listed.book)
    return {
        "organisation_id": organisation_id,
        "book": listed.book,
        "address": address,
        "recipient": selection.parts[0].recipient if selection.parts else listed.book.organisation,
        "currency": listed.book.organisation.currency,
        "rows": rows,
        "page": page,
        "row_count": listed.page.total,
        "filter": until.value,
        "tags": tags,
        "tag": next((each for each in tags if each.id == scope.tag_id), None),
        "q": scope.search,
        "filters": [
            {"value": each.value, "label": filter_name(each), "count": listed.page.counts[each]}
            for each in (Until.OVERDUE, Until.NEXT_TWO_MONTHS, Until.ALL)
        ],
        "until_on": months_later(clock.today(), 2) if until is Until.NEXT_TWO_MONTHS else None,
        "refusal": problem,
        "key": sent.get("key") or new_secret("payment"),
        "keeps_periods": "keeps_periods" in sent or not selection.changes_durations or "was_asked" not in sent,
        "replaces_announcements": "replaces_announcements" in sent,
        "lacks_vat_number": listed.book.organisation.lacks_vat_number,
        **_selected(rows, ticks, selection),
        **_sums(organisation_id, selection, listed.book.organisation.currency, sent),
    }


def _scope(tags: Sequence[TagRow], sent: QueryDict, until: Until) -> DueScope:
    tag = next((each for each in tags if str(each.id) == sent.get("tag")), None)
    search = sent.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    return DueScope(until=until, tag_id=tag.id if tag else None, search=search)


def _page(
    actor: Actor, organisation_id: int, *, scope: DueScope, ticks: Ticked, number: int
) -> tuple[DueList, Page[int]]:
    """The page asked for; the last one where the form asks for more."""
    pick = ticks.pick()
    listed = due_list(actor, organisation_id, scope=replace(scope, skip=(number - 1) * PAGE_SIZE), pick=pick)
    page = Paginator(range(listed.page.total), PAGE_SIZE).get_page(number)
    if page.number != number:
        last = replace(scope, skip=(page.number - 1) * PAGE_SIZE)
        listed = due_list(actor, organisation_id, scope=last, pick=pick)
    return listed, page


def _page_number(sent: QueryDict) -> int:
    raw = sent.get("go") or sent.get("page") or "1"
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) <= len("100000") else 1


def _address_for_all(sent: QueryDict, book: AddressBook) -> int | None:
    """The billing address chosen for the whole payment, None where each product keeps its own."""
    asked = sent.get("address", "")
    return next((each.id for each in book.rows if str(each.id) == asked), None)


def _selected(rows: Sequence[Item], ticks: Ticked, selection: Picked) -> dict[str, Any]:
    """What the form carries of the selection beside the ticks of its own rows."""
    own = [(item.key, item.row.period_months) for item in rows]
    return {
        "here": ".".join(f"{key}-{months}" if months else key for key, months in own),
        "carried": ticks.fields(without=[item.key for item in rows]),
        "elsewhere": selection.count - sum(item.is_selected for item in rows),
    }


def _sums(organisation_id: int, selection: Picked, currency: str, sent: QueryDict) -> dict[str, Any]:
    panel = means_panel(
        organisation_id,
        currency=currency,
        gross_minor=selection.gross_minor,
        sent={name: str(sent[name]) for name in sent},
    )
    return {"selection": selection, "panel": panel}


def _filter(request: ActorRequest, sent: QueryDict) -> Until:
    """The filter asked for, else the one chosen last, else the next two months (BIL-002)."""
    asked = sent.get("filter", "")
    if asked in list(Until):
        if request.session.get(REMEMBERED) != asked:
            request.session[REMEMBERED] = asked
        return Until(asked)
    remembered = request.session.get(REMEMBERED, "")
    return Until(remembered) if remembered in list(Until) else Until.NEXT_TWO_MONTHS
