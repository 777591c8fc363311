"""API tokens and application passwords (API-001…008, SEC-046…050)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation import clock
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import SecretForm, TokenForm
from stellwerk.identity.services import create_application_password, create_token
from stellwerk.identity.services.revocations import revoke_application_password, revoke_token
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.profile import me, my_id

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def tokens(request: ActorRequest) -> HttpResponse:
    """The list, and the form for a new one; its value stands on the answer and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    answer: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            answer["secret"] = _new_token(request, form)
            form = TokenForm()
        except DomainError as refusal:
            show_refusal(form, refusal, names={"expires_at": "expires_on"})
            answer["refusal"] = refusal
    return _list(request, "identity/tokens.html", form, {"tokens": queries.token_rows(my_id(request)), **answer})


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def application_passwords(request: ActorRequest) -> HttpResponse:
    form = SecretForm(request.POST if request.method == "POST" else None)
    answer: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            answer["secret"] = _new_application_password(request, form)
            form = SecretForm()
        except DomainError as refusal:
            show_refusal(form, refusal)
            answer["refusal"] = refusal
    rows = queries.application_password_rows(my_id(request))
    return _list(request, "identity/application_passwords.html", form, {"passwords": rows, **answer})


@require_POST
@signed_in_page
def revoke_my_token(request: ActorRequest, token_id: int) -> HttpResponse:
    revoke_token(actor=request.actor, account_id=my_id(request), token_id=token_id)
    messages.success(request, _("The token is revoked."))
    return HttpResponseRedirect(reverse("identity:tokens"))


@require_POST
@signed_in_page
def revoke_my_application_password(request: ActorRequest, password_id: int) -> HttpResponse:
    revoke_application_password(actor=request.actor, account_id=my_id(request), password_id=password_id)
    messages.success(request, _("The application password is revoked."))
    return HttpResponseRedirect(reverse("identity:application-passwords"))


def _list(request: ActorRequest, template: str, form: SecretForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status, refusal=context.get("refusal"))


def _new_token(request: ActorRequest, form: TokenForm) -> str:
    require_password(me(request), form.cleaned_data["current_password"])
    _token, raw = create_token(
        actor=request.actor,
        account_id=my_id(request),
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        expires_at=_end_of(form.cleaned_data["expires_on"]),
    )
    return raw


def _new_application_password(request: ActorRequest, form: SecretForm) -> str:
    require_password(me(request), form.cleaned_data["current_password"])
    name = form.cleaned_data["name"]
    _password, raw = create_application_password(actor=request.actor, account_id=my_id(request), name=name)
    return raw


def _end_of(day: date | None) -> datetime | None:
    """A token valid until a day works on that day."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.operator_zone())
