"""To pay: what expires or is open, a selection with its sum, and paying it in one go (BIL-001…024, BIL-011)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal as refusal_of
from stellwerk.billing.forms import PaymentForm
from stellwerk.billing.queries.due_items import Until, due_list
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.renew import change_renewal
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.due_items import filter_name, items_of, picked, shown_in
from stellwerk.billing.web.means import BANK_TRANSFER, means_panel
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.errors import AccessDenied, DomainError, NotFound, RuleBroken
from stellwerk.foundation.months import months_later
from stellwerk.foundation.secrets import new_secret
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.billing.models import Invoice
    from stellwerk.billing.web.due_items import Picked
    from stellwerk.foundation.edge.html import ActorRequest

REMEMBERED = "due_filter"  # in the session: the filter somebody chose last (BIL-003)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def to_pay(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The list; posted, it pays what is ticked. The selection may stand in the address: no script is needed."""
    if request.method != "POST":
        return render(request, "billing/to_pay.html", _context(request, organisation_id, request.GET))
    try:
        return _paid(request, organisation_id)
    except (NotFound, AccessDenied):
        raise
    except DomainError as refused:
        context = _context(request, organisation_id, request.POST)
        sentence = refused.sentence()
        return render(request, "billing/to_pay.html", {**context, "refusal": sentence}, refusal=refused)


@never_cache
@require_safe
@accounting_page
def sums(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """What changes with every tick: the sums, the means, the new expiry and amount of each row."""
    return render(request, "billing/_to_pay_sums.html", _context(request, organisation_id, request.GET))


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
    return HttpResponseRedirect(reverse("billing:to-pay", args=[organisation_id]))


def _paid(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_pay(request.actor, organisation_id))
    form = PaymentForm(request.POST)
    form.is_valid()
    entries = form.cleaned_data
    listed = due_list(request.actor, organisation_id, until=Until.ALL)
    chosen = [item for item in items_of(listed.rows, request.POST) if item.is_selected]
    invoice = pay_selection(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Selection(
            items=tuple(item.choice(keeps_period=entries["keeps_periods"]) for item in chosen),
            means=entries.get("means", ""),
            expected_gross_minor=entries.get("expected_gross_minor"),
            replaces_announcements=entries["replaces_announcements"],
            uses_balance=entries["use_balance"],
        ),
        key=entries["key"] or None,
    )
    return HttpResponseRedirect(_result(request, organisation_id, invoice))


def _result(request: ActorRequest, organisation_id: int, invoice: Invoice | None) -> str:
    """The new invoice says what to do next; without one only open invoices were chosen."""
    if invoice is not None:
        if invoice.open_minor:
            messages.info(request, _("Announced. The products are renewed when the transfer has arrived."))
        else:
            messages.success(request, _("Paid. The products are renewed."))
        return reverse("billing:invoice", args=[organisation_id, invoice.pk])
    if request.POST.get("means") == BANK_TRANSFER:
        messages.info(request, _("Each open invoice has its own reference. Transfer them one by one."))
        return reverse("billing:invoices", args=[organisation_id]) + "?status=open"
    messages.success(request, _("Paid."))
    return reverse("billing:to-pay", args=[organisation_id])


def _context(request: ActorRequest, organisation_id: int, sent: QueryDict) -> dict[str, Any]:
    until = _filter(request, sent)
    listed = due_list(request.actor, organisation_id, until=Until.ALL)
    tags = products.tag_rows(request.actor, organisation_id)
    tag = next((each for each in tags if str(each.id) == sent.get("tag")), None)
    shown = [row for row in listed.rows if shown_in(row, until)]
    if tag:
        carriers = products.tagged_product_ids(request.actor, organisation_id, tag_id=tag.id)
        shown = [row for row in shown if row.product_id in carriers]
    rows = items_of(shown, sent)
    problem = ""
    try:
        selection = picked(rows, listed.recipient)
    except BillingRefused as refused:
        problem = refusal_of(refused.code, **refused.context).sentence()
        selection = picked([], listed.recipient)
    return {
        "organisation_id": organisation_id,
        "recipient": listed.recipient,
        "currency": listed.recipient.currency,
        "rows": rows,
        "row_count": len(rows),
        "filter": until.value,
        "tags": tags,
        "tag": tag,
        "filters": [
            {"value": each.value, "label": filter_name(each), "count": sum(shown_in(row, each) for row in listed.rows)}
            for each in (Until.OVERDUE, Until.NEXT_TWO_MONTHS, Until.ALL)
        ],
        "until_on": months_later(clock.today(), 2) if until is Until.NEXT_TWO_MONTHS else None,
        "refusal": problem,
        "key": sent.get("key") or new_secret("payment"),
        "keeps_periods": "keeps_periods" in sent or not selection.changes_durations or "was_asked" not in sent,
        "lacks_vat_number": listed.recipient.lacks_vat_number,
        **_sums(organisation_id, selection, listed.recipient.currency, sent),
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
