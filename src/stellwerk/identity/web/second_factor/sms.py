"""Codes by SMS: at sign-in, and setting up a number (SEC-004)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation import notify
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.forms import CodeForm, FactorForm, SmsNumberForm
from stellwerk.identity.rules import masked_phone
from stellwerk.identity.services.second_factor import Method
from stellwerk.identity.services.second_factor.sms import (
    enrol_sms_number,
    send_sms_code,
    start_sms_number,
    use_sms_code,
)
from stellwerk.identity.web.profile import me
from stellwerk.identity.web.second_factor.added import added
from stellwerk.identity.web.second_factor.steps import Step, pass_step, render_step, step_page

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from stellwerk.foundation.edge.html import ActorRequest

_SENT = "second_factor_sms"
_NEW = "new_sms_number"
_STEP = "identity/second_factor/sms_step.html"


@step_page(Method.SMS)
def step(request: ActorRequest, step: Step) -> HttpResponse:
    """A message goes out on request only: opening the page costs nobody anything."""
    sent = _sent(request, step)
    form = FactorForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "is_sent": sent is not None, "number": _number_of(step)}
    if request.method != "POST" or sent is None:
        return render_step(request, _STEP, step, context=context)
    if not form.is_valid():
        return render_step(request, _STEP, step, context=context, status=422)
    try:
        use_sms_code(actor=request.actor, account=step.account, confirmation_id=sent, code=form.cleaned_data["code"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render_step(request, _STEP, step, context=context, refusal=refusal)
    del request.session[_SENT]
    return pass_step(request, step, trusts_browser=form.cleaned_data["trusts_browser"])


def _number_of(step: Step) -> SafeString:
    """The masked number, which no line may break."""
    return format_html('<span class="nowrap">{}</span>', masked_phone(queries.sms_number(step.account.pk)))


@step_page(Method.SMS)
def send(request: ActorRequest, step: Step) -> HttpResponse:
    """Send a code, or another one; the former stops counting here."""
    if request.method == "POST":
        try:
            sent = send_sms_code(actor=request.actor, account=step.account)
        except DomainError as refusal:
            context = {"refusal": refusal, "number": _number_of(step)}
            return render_step(request, _STEP, step, context=context, refusal=refusal)
        request.session[_SENT] = {"id": sent, "account_id": step.account.pk}
    return HttpResponseRedirect(reverse("identity:second-factor-sms"))


def _sent(request: ActorRequest, step: Step) -> int | None:
    sent = request.session.get(_SENT)
    return sent["id"] if sent is not None and sent["account_id"] == step.account.pk else None


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new(request: ActorRequest) -> HttpResponse:
    """The number, proved by a code."""
    if not notify.can_send_sms():
        raise NotFound
    form = SmsNumberForm(request.POST if request.method == "POST" else None)
    template = "identity/second_factor/new_sms_number.html"
    if request.method != "POST":
        return render(request, template, {"form": form})
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    try:
        opened = start_sms_number(actor=request.actor, account_id=me(request).pk, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, template, {"form": form}, refusal=refusal)
    request.session[_NEW] = opened
    return HttpResponseRedirect(reverse("identity:confirm-sms-number"))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def confirm(request: ActorRequest) -> HttpResponse:
    opened = request.session.get(_NEW)
    if opened is None:
        return HttpResponseRedirect(reverse("identity:new-sms-number"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    template = "identity/second_factor/confirm_sms_number.html"
    if request.method != "POST":
        return render(request, template, {"form": form})
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    try:
        codes = enrol_sms_number(
            actor=request.actor, account_id=me(request).pk, confirmation_id=opened, code=form.cleaned_data["code"]
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, template, {"form": form}, refusal=refusal)
    del request.session[_NEW]
    return added(request, codes)
