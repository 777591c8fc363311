"""Withdrawals, for the operator's staff: files for the bank, what was paid, what came back (PRE-012, PRE-013)."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.billing.forms import PayoutFileForm, ReturnForm
from stellwerk.billing.queries import withdrawals as queries
from stellwerk.billing.queries.payment_orders import payment_order
from stellwerk.billing.services.pay_out import finish_withdrawal, return_withdrawal, send_withdrawals
from stellwerk.foundation.actor import Through
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.edge.html import ActorRequest


def operator_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For everybody but the operator's staff this page does not exist."""

    @wraps(view)
    def guarded(request: ActorRequest, **named: Any) -> HttpResponse:
        if not getattr(request.user, "is_operator", False):
            raise NotFound
        request.actor = replace(request.actor, through=Through.OPERATOR)
        return view(request, **named)

    return signed_in_page(guarded)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def payouts(request: ActorRequest) -> HttpResponse:
    """What waits, to be put into a file together, and what is on its way."""
    waiting = queries.payout_rows(request.actor, states=("requested",))
    form = PayoutFileForm(request.POST if request.method == "POST" else None, waiting=[row.id for row in waiting])
    if request.method != "POST":
        return _page(request, form, waiting)
    if not form.is_valid():
        form.add_error(None, _("Some of them have been dealt with meanwhile. Look at the list again."))
        return _page(request, form, waiting, status=422)
    try:
        file_id = send_withdrawals(actor=request.actor, withdrawal_ids=form.cleaned_data["withdrawal"])
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _page(request, form, waiting, refusal=refusal)
    return HttpResponseRedirect(f"{reverse('billing:payouts')}?file={file_id}")


@never_cache
@require_safe
@operator_page
def download(request: ActorRequest, file_id: str) -> HttpResponse:
    """The file for the bank, the same each time."""
    answer = HttpResponse(payment_order(request.actor, file_id), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{file_id}.xml"'
    return answer


@never_cache
@require_safe
@operator_page
def payout(request: ActorRequest, withdrawal_id: int) -> HttpResponse:
    return _shown(request, withdrawal_id, ReturnForm())


@never_cache
@require_POST
@operator_page
def complete(request: ActorRequest, withdrawal_id: int) -> HttpResponse:
    try:
        finish_withdrawal(actor=request.actor, withdrawal_id=withdrawal_id)
    except RuleBroken as refusal:
        form = ReturnForm(data={"reason": "-"})
        show_refusal(form, refusal)
        return _shown(request, withdrawal_id, form, refusal=refusal)
    messages.success(request, _("The withdrawal is paid out."))
    return HttpResponseRedirect(reverse("billing:payouts"))


@never_cache
@require_POST
@operator_page
def give_back(request: ActorRequest, withdrawal_id: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _shown(request, withdrawal_id, form, status=422)
    try:
        return_withdrawal(actor=request.actor, withdrawal_id=withdrawal_id, **form.cleaned_data)
    except RuleBroken as refusal:
        show_refusal(form, refusal)
        return _shown(request, withdrawal_id, form, refusal=refusal)
    messages.success(request, _("The money is on the organisation’s prepaid account again, and it was told why."))
    return HttpResponseRedirect(reverse("billing:payouts"))


def _page(
    request: ActorRequest,
    form: PayoutFileForm,
    waiting: list[queries.WithdrawalRow],
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    files = queries.payout_files(request.actor)
    context = {
        "form": form,
        "waiting": waiting,
        "chosen": request.POST.getlist("withdrawal"),
        "sent": queries.payout_rows(request.actor, states=("sent",)),
        "ended": queries.ended_payouts(request.actor),
        "files": files,
        "new_file": next((each for each in files if each.file_id == request.GET.get("file")), None),
    }
    return render(request, "billing/payouts.html", context, status=status, refusal=refusal)


def _shown(
    request: ActorRequest,
    withdrawal_id: int,
    form: ReturnForm,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    row = queries.payout_row(request.actor, withdrawal_id=withdrawal_id)
    context = {
        "row": row,
        "iban": queries.opened_iban(row.sealed_iban),
        "form": form,
        "reason": queries.reason_text(row),
    }
    return render(request, "billing/payout.html", context, status=status, refusal=refusal)
