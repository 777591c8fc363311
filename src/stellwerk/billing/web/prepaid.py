"""The prepaid account: balance, movements, deposits by bank transfer (PRE-002…007, PRE-020)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.billing.forms import TopUpForm
from stellwerk.billing.queries import prepaid as prepaid_queries
from stellwerk.billing.queries.state_words import movement_text
from stellwerk.billing.queries.top_up_papers import payee, top_up_pdf
from stellwerk.billing.queries.withdrawals import withdrawal_rows
from stellwerk.billing.rules.prepaid import TOPUP_MAXIMUM_MINOR, TOPUP_MINIMUM_MINOR, WITHDRAWAL_MINIMUM_MINOR
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.web.doors import accounting_page
from stellwerk.billing.web.exports import MOST_ROWS, csv_file, plain_amount
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.edge.paging import paged
from stellwerk.foundation.errors import RuleBroken
from stellwerk.foundation.secrets import new_secret
from stellwerk.organisations.queries import existing_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.foundation.errors import DomainError

BATCH = 500
MOST_WITHDRAWALS = 5


@never_cache
@require_safe
@accounting_page
def prepaid(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The address can bring an amount to top up by, in minor units: what a payment lacks."""
    raw = request.GET.get("amount", "")
    is_amount = raw.isascii() and raw.isdigit() and len(raw) <= len(str(TOPUP_MAXIMUM_MINOR))
    asked = {"amount_minor": plain_amount(int(raw))} if is_amount and int(raw) else {}
    return _page(request, organisation_id, TopUpForm(initial={"key": new_secret("topup"), **asked}))


@never_cache
@require_POST
@accounting_page
def top_up(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Announce a deposit; a double submit leads to the first one."""
    form = TopUpForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation_id, form, status=422)
    try:
        announced = request_top_up(
            actor=request.actor,
            organisation_id=organisation_id,
            amount_minor=form.cleaned_data["amount_minor"],
            currency=_currency(organisation_id),
            key=form.cleaned_data["key"] or None,
        )
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _page(request, organisation_id, form, refusal=refusal)
    return HttpResponseRedirect(reverse("billing:announced-top-up", args=[organisation_id, announced.pk]))


@never_cache
@require_safe
@accounting_page
def top_up_page(request: ActorRequest, organisation_id: int, top_up_id: int) -> HttpResponse:
    row = prepaid_queries.top_up_row(request.actor, organisation_id, top_up_id=top_up_id)
    context = {"organisation_id": organisation_id, "top_up": row, "payee": payee()}
    return render(request, "billing/top_up.html", context)


@never_cache
@require_safe
@accounting_page
def top_up_paper(request: ActorRequest, organisation_id: int, top_up_id: int) -> HttpResponse:
    name, content = top_up_pdf(request.actor, organisation_id, top_up_id=top_up_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@never_cache
@require_safe
@accounting_page
def prepaid_csv(request: ActorRequest, organisation_id: int) -> HttpResponse:
    currency = _currency(organisation_id)
    prepaid_queries.statement_total(
        request.actor, organisation_id, currency=currency
    )  # refused before anything is sent
    head = [_("Date"), _("Movement"), _("Document"), _("Currency"), _("Amount")]
    return csv_file("prepaid.csv", head=head, rows=_csv_rows(request, organisation_id, currency))


def _page(
    request: ActorRequest,
    organisation_id: int,
    form: TopUpForm,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    overview = prepaid_queries.prepaid_overview(request.actor, organisation_id)
    currency = overview.currency
    rows = paged(
        request,
        total=lambda: prepaid_queries.statement_total(request.actor, organisation_id, currency=currency),
        rows=lambda limit, skip: prepaid_queries.statement_rows(
            request.actor, organisation_id, currency=currency, limit=limit, skip=skip
        ),
    )
    context: dict[str, Any] = {
        "organisation_id": organisation_id,
        "form": form,
        "rows": rows,
        "currency": currency,
        "balances": list(overview.balances.items()),
        "top_ups": overview.announced,
        "withdrawals": withdrawal_rows(request.actor, organisation_id, limit=MOST_WITHDRAWALS),
        "least_withdrawal_minor": WITHDRAWAL_MINIMUM_MINOR,
        "least_minor": TOPUP_MINIMUM_MINOR,
        "most_minor": TOPUP_MAXIMUM_MINOR,
    }
    return render(request, "billing/prepaid.html", context, status=status, refusal=refusal)


def _currency(organisation_id: int) -> str:
    return existing_organisation(organisation_id).currency


def _csv_rows(request: ActorRequest, organisation_id: int, currency: str) -> Iterator[list[str | int]]:
    for skip in range(0, MOST_ROWS, BATCH):
        rows = prepaid_queries.statement_rows(request.actor, organisation_id, currency=currency, limit=BATCH, skip=skip)
        for row in rows:
            amount = plain_amount(row.amount_minor)
            yield [row.booked_on.isoformat(), movement_text(row), row.document, row.currency, amount]
        if len(rows) < BATCH:
            return
