"""Passkeys as second factor: the step at sign-in, and enrolling, renaming in the profile (SEC-003, SEC-006)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.forms import PasskeyNameForm, PasskeyStepForm, SecretForm
from stellwerk.identity.services import passkeys
from stellwerk.identity.services.second_factor import Method
from stellwerk.identity.web.passkeys import party_of
from stellwerk.identity.web.profile import my_id
from stellwerk.identity.web.second_factor.added import added
from stellwerk.identity.web.second_factor.steps import Step, pass_step, render_step, step_page

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


_STEP = "identity/second_factor/passkey_step.html"


@step_page(Method.PASSKEY)
def step(request: ActorRequest, step: Step) -> HttpResponse:
    """The button asks the device; its answer comes as a field of the form."""
    form = PasskeyStepForm(request.POST if request.method == "POST" else None)
    party = passkeys.relying_party(request.build_absolute_uri("/"))
    if party is None:  # not at this address: the page names the other methods
        return render_step(request, _STEP, step, context={"form": form})
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            passkeys.prove_passkey(
                session=request.session,
                actor=request.actor,
                party=party,
                answer=form.cleaned_data["answer"],
                account_id=step.account.pk,
            )
        except DomainError as refused:
            refusal = refused
            show_refusal(form, refused)
        else:
            return pass_step(request, step, trusts_browser=form.cleaned_data["trusts_browser"])
    options = passkeys.second_factor_options(session=request.session, account_id=step.account.pk, party=party)
    context = {"form": form, "options": json.dumps(options)}
    status = 422 if form.errors else 200
    return render_step(request, _STEP, step, context=context, status=status, refusal=refusal)


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new(request: ActorRequest) -> HttpResponse:
    """First the name and the password, then the device: browsers ask it only for a press of a button."""
    template = "identity/second_factor/new_passkey.html"
    form = SecretForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "is_possible": passkeys.relying_party(request.build_absolute_uri("/")) is not None}
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=422)
    try:
        passkeys.allow_registration(
            session=request.session, actor=request.actor, account_id=my_id(request), **form.cleaned_data
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, template, context, refusal=refusal)
    return HttpResponseRedirect(reverse("identity:new-passkey-device"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def device(request: ActorRequest) -> HttpResponse:
    """The question to the device and, as a field of the form, its answer."""
    party = party_of(request)
    context: dict[str, Any] = {}
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            codes = passkeys.register(
                session=request.session, actor=request.actor, party=party, answer=request.POST.get("answer", "")
            )
        except DomainError as refused:
            context["refusal"] = refusal = refused
        else:
            return added(request, codes)
    options = passkeys.registration_options(session=request.session, account_id=my_id(request), party=party)
    if options is None:
        return HttpResponseRedirect(reverse("identity:new-passkey"))
    context["options"] = json.dumps(options)
    return render(request, "identity/second_factor/new_passkey_device.html", context, refusal=refusal)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def passkey(request: ActorRequest, passkey_id: int) -> HttpResponse:
    """What is known of a key, and its name."""
    row = queries.passkey_row(my_id(request), passkey_id)
    if row is None:
        raise NotFound
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context = {"form": form, "passkey": row}
    if request.method != "POST":
        return render(request, "identity/second_factor/passkey.html", context)
    if not form.is_valid():
        return render(request, "identity/second_factor/passkey.html", context, status=422)
    try:
        passkeys.rename_passkey(
            actor=request.actor, account_id=my_id(request), passkey_id=passkey_id, name=form.cleaned_data["name"]
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/second_factor/passkey.html", context, refusal=refusal)
    messages.success(request, _("The name is saved."))
    return HttpResponseRedirect(reverse("identity:second-factors"))
