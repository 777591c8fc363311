"""Withdrawing the prepaid balance: the form, what becomes of it, calling it back (PRE-002, PRE-011…013)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.billing.forms import WithdrawalForm
from stellwerk.billing.queries import withdrawals as queries
from stellwerk.billing.rules.prepaid import WITHDRAWAL_MINIMUM_MINOR
from stellwerk.billing.services.withdraw import NewWithdrawal, cancel_withdrawal, request_withdrawal
from stellwerk.billing.web.doors import accounting_page
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render
from stellwerk.foundation.errors import DomainError, RuleBroken
from stellwerk.foundation.money import CURRENCIES
from stellwerk.foundation.secrets import new_secret
from stellwerk.organisations.queries import existing_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import OrganisationRow


@never_cache
@sensitive_post_parameters("current_password", "iban")
@require_http_methods(["GET", "HEAD", "POST"])
@accounting_page
def withdraw(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Amount, account and password; a double submit leads to the first withdrawal."""
    available = queries.withdrawable(request.actor, organisation_id)
    organisation = existing_organisation(organisation_id)
    if request.method != "POST":
        asked = request.GET.get("currency", "")
        currency = asked if asked in CURRENCIES else organisation.currency
        initial = {
            "amount_minor": _typed(available.get(currency, 0)),
            "holder": organisation.name,
            "currency": currency,
            "key": new_secret("withdrawal"),
        }
        return _page(request, organisation, WithdrawalForm(initial=initial), available)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, form, available, status=422)
    entered = dict(form.cleaned_data)
    password, key = entered.pop("current_password"), entered.pop("key")
    try:
        made = request_withdrawal(
            actor=request.actor,
            organisation_id=organisation_id,
            entries=NewWithdrawal(**entered),
            current_password=password,
            key=key or None,
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _page(request, organisation, form, available, refusal=refusal)
    return HttpResponseRedirect(reverse("billing:withdrawal", args=[organisation_id, made.pk]))


@never_cache
@require_safe
@accounting_page
def withdrawal(request: ActorRequest, organisation_id: int, withdrawal_id: int) -> HttpResponse:
    return _shown(request, organisation_id, withdrawal_id)


@never_cache
@require_POST
@accounting_page
def cancel(request: ActorRequest, organisation_id: int, withdrawal_id: int) -> HttpResponse:
    """Call it back; too late, the page says so."""
    try:
        cancel_withdrawal(actor=request.actor, organisation_id=organisation_id, withdrawal_id=withdrawal_id)
    except RuleBroken as refusal:
        return _shown(request, organisation_id, withdrawal_id, refusal=refusal)
    messages.success(request, _("The withdrawal is called back. The money is on the prepaid account again."))
    return HttpResponseRedirect(reverse("billing:withdrawal", args=[organisation_id, withdrawal_id]))


def _shown(
    request: ActorRequest, organisation_id: int, withdrawal_id: int, *, refusal: DomainError | None = None
) -> HttpResponse:
    row = queries.withdrawal_row(request.actor, organisation_id, withdrawal_id=withdrawal_id)
    context = {"organisation_id": organisation_id, "row": row, "reason": queries.reason_text(row)}
    if refusal is not None:
        context["refused"] = refusal.sentence()
    return render(request, "billing/withdrawal.html", context, refusal=refusal)


def _page(
    request: ActorRequest,
    organisation: OrganisationRow,
    form: WithdrawalForm,
    available: dict[str, int],
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    currency = form["currency"].value() if form["currency"].value() in CURRENCIES else organisation.currency
    context = {
        "organisation_id": organisation.id,
        "form": form,
        "currency": currency,
        "available_minor": available.get(currency, 0),
        "least_minor": WITHDRAWAL_MINIMUM_MINOR,
    }
    return render(request, "billing/withdraw.html", context, status=status, refusal=refusal)


def _typed(amount_minor: int) -> str:
    """As a person types it."""
    return f"{amount_minor // 100}.{amount_minor % 100:02}" if amount_minor else ""
