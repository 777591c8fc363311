"""The free personal Suite: signing up for it, and having it from the shop (ID-011…013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity.services import sessions
from stellwerk.identity.services.entries import NewAccount
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.sign_up import NewSignUp
from stellwerk.products import policy
from stellwerk.products.forms import CodeForm, PersonalPhoneForm, PersonalSignUpForm
from stellwerk.products.services import personal_suite as services

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_ADDRESS_KEY = "personal_sign_up"  # the e-mail address waits for its code
_PHONE_KEY = "personal_sign_up_phone"  # the number of a sign-up waits for its code
_SUITE_KEY = "personal_suite_phone"  # the number of somebody with an account does


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up(request: ActorRequest) -> HttpResponse:
    """The form of a private person; whoever is signed in chooses one of their private organisations."""
    _require_offered()
    if request.actor.account_id is not None:
        rows = organisations.membership_rows(request.actor.account_id)
        own = [row for row in rows if row.is_individual]
        return render(request, "products/personal_suite_not_needed.html", {"organisations": own})
    form = PersonalSignUpForm(request.POST if request.method == "POST" else None, initial={"country": "CH"})
    if request.method != "POST":
        return render(request, "products/personal_sign_up.html", {"form": form})
    if not form.is_valid():
        return render(request, "products/personal_sign_up.html", {"form": form}, status=422)
    try:
        number = services.start_personal_sign_up(actor=request.actor, entries=_entries(form.cleaned_data))
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "products/personal_sign_up.html", {"form": form}, refusal=refusal)
    request.session[_ADDRESS_KEY] = {"id": number, "email": form.cleaned_data["email"]}
    return HttpResponseRedirect(reverse("products:personal-sign-up-code"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up_code(request: ActorRequest) -> HttpResponse:
    """The code of the mail; only then does a text message leave."""
    pending = request.session.get(_ADDRESS_KEY)
    if pending is None:
        return HttpResponseRedirect(reverse("products:personal-sign-up"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "email": pending["email"], "step": 1}
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, context)
    try:
        number = services.prove_personal_address(
            actor=request.actor, confirmation_id=pending["id"], code=form.cleaned_data["code"]
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _code_page(request, context, refusal)
    del request.session[_ADDRESS_KEY]
    request.session[_PHONE_KEY] = number
    return HttpResponseRedirect(reverse("products:personal-sign-up-phone"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up_phone(request: ActorRequest) -> HttpResponse:
    """The code of the text message makes account, organisation and Suite, and signs in (ID-011)."""
    number = request.session.get(_PHONE_KEY)
    if number is None:
        return HttpResponseRedirect(reverse("products:personal-sign-up"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "step": 2}
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, context)
    try:
        made = services.finish_personal_sign_up(
            actor=request.actor, confirmation_id=number, code=form.cleaned_data["code"]
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _code_page(request, context, refusal)
    del request.session[_PHONE_KEY]
    next_url = reverse("products:list", args=[made.organisation_id])
    return cast("HttpResponse", sessions.open_session_of(request, account_id=made.account_id, next_url=next_url))


@require_POST
@page
def sign_up_again(request: ActorRequest) -> HttpResponse:
    """Another text message to the same number."""
    return _again(request, _PHONE_KEY, reverse("products:personal-sign-up-phone"), reverse("products:personal-sign-up"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def phone(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The mobile number of somebody with an account."""
    require(policy.can_activate_personal_suite(request.actor, organisation_id))
    _require_offered()
    form = PersonalPhoneForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "products/personal_suite.html", {"form": form})
    if not form.is_valid():
        return render(request, "products/personal_suite.html", {"form": form}, status=422)
    try:
        number = services.start_personal_suite(
            actor=request.actor, organisation_id=organisation_id, phone=form.cleaned_data["phone"]
        )
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "products/personal_suite.html", {"form": form}, refusal=refusal)
    request.session[_SUITE_KEY] = number
    return HttpResponseRedirect(reverse("products:personal-suite-code", args=[organisation_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def phone_code(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The code of the text message activates the Suite."""
    require(policy.can_activate_personal_suite(request.actor, organisation_id))
    number = request.session.get(_SUITE_KEY)
    if number is None:
        return HttpResponseRedirect(reverse("products:personal-suite", args=[organisation_id]))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "products/personal_suite_code.html", {"form": form})
    if not form.is_valid():
        return render(request, "products/personal_suite_code.html", {"form": form}, status=422)
    try:
        product_id = services.finish_personal_suite(
            actor=request.actor,
            organisation_id=organisation_id,
            confirmation_id=number,
            code=form.cleaned_data["code"],
        )
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return render(request, "products/personal_suite_code.html", {"form": form}, refusal=refusal)
    del request.session[_SUITE_KEY]
    messages.success(request, _("The personal Suite is active."))
    return HttpResponseRedirect(reverse("products:product", args=[organisation_id, product_id]))


@require_POST
@page
def again(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_activate_personal_suite(request.actor, organisation_id))
    code = reverse("products:personal-suite-code", args=[organisation_id])
    return _again(request, _SUITE_KEY, code, reverse("products:personal-suite", args=[organisation_id]))


def _again(request: ActorRequest, key: str, code: str, start: str) -> HttpResponse:
    number = request.session.get(key)
    if number is None:
        return HttpResponseRedirect(start)
    request.session[key] = services.send_personal_code_again(actor=request.actor, confirmation_id=number)
    messages.success(request, _("Another message is on its way. The code before is void."))
    return HttpResponseRedirect(code)


def _require_offered() -> None:
    if not services.is_personal_suite_offered():
        raise NotFound


def _code_page(request: ActorRequest, context: dict[str, Any], refusal: DomainError | None = None) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "products/personal_sign_up_code.html", context, status=status, refusal=refusal)


def _entries(cleaned: dict[str, Any]) -> NewSignUp:
    address = {name: cleaned[name] for name in ("street", "building_number", "postal_code", "town", "country")}
    person = {name: cleaned[name] for name in ("email", "password", "first_name", "last_name", "phone")}
    return NewSignUp(
        account=NewAccount(**person, language=get_language() or "en"),
        organisation=NewOrganisation(name="", kind=organisations.INDIVIDUAL, **address),
    )
