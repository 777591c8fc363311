"""The waiting page of a sign-in: the number, the answer of the device, or the code that the app shows (SEC-017…027)."""

from __future__ import annotations

import secrets as standard
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.errors import CodeInvalid, RequestExpired
from stellwerk.identity.forms import FactorForm
from stellwerk.identity.queries import approve as queries
from stellwerk.identity.services import approve, throttle
from stellwerk.identity.services.approve import Waiting
from stellwerk.identity.services.second_factor import Method, abandon
from stellwerk.identity.services.second_factor.failures import note_failure
from stellwerk.identity.services.second_factor.pending import APPROVAL
from stellwerk.identity.web.second_factor.steps import Step, address_of, pass_step, render_step, step_page

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_PAGE = "identity/approve/step.html"
_PIECE = "identity/approve/_waiting.html"


@step_page(Method.APPROVE)
def step(request: ActorRequest, step: Step) -> HttpResponse:
    """GET asks the devices, once for each right password; POST takes the code that the app shows."""
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _asked(request, step, form)
    context = {"form": form, **_facts(request, step)}
    if not form.is_valid():
        return render_step(request, _PAGE, step, context=context, status=422)
    try:
        _use_code(request, step, form.cleaned_data["code"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render_step(request, _PAGE, step, context=context, refusal=refusal)
    return pass_step(request, step, trusts_browser=form.cleaned_data["trusts_browser"])


@step_page(Method.APPROVE)
def state(request: ActorRequest, step: Step) -> HttpResponse:
    """What the waiting page asks twice a second. 204 while nobody has answered."""
    if request.method != "POST":
        return HttpResponseRedirect(address_of(Method.APPROVE))
    standing = approve.finalise_request(account_id=step.account.pk, secret=_secret(request))
    if standing is Waiting.OPEN:
        return HttpResponse(status=204) if _is_piece(request) else HttpResponseRedirect(address_of(Method.APPROVE))
    if standing is Waiting.APPROVED:
        trusts_browser = bool(request.POST.get("trusts_browser"))
        return _led_on(request, pass_step(request, step, trusts_browser=trusts_browser))
    if standing is Waiting.REJECTED:
        abandon(request)
        return _led_on(request, HttpResponseRedirect(reverse("identity:sign-in-rejected")))
    return _over(request, step, RequestExpired())


@step_page(Method.APPROVE)
def again(request: ActorRequest, step: Step) -> HttpResponse:
    """A new request in place of the older one."""
    if request.method == "POST":
        try:
            _ask(request, step)
        except DomainError as refusal:
            context = {"form": FactorForm(), "refusal": refusal, **_facts(request, step)}
            return render_step(request, _PAGE, step, context=context, refusal=refusal)
    return HttpResponseRedirect(address_of(Method.APPROVE))


@require_safe
@page
def rejected(request: ActorRequest) -> HttpResponse:
    """`signin_rejected` (SEC-019): what that means, the same for everybody who looks."""
    return render(request, "identity/approve/rejected.html")


def _asked(request: ActorRequest, step: Step, form: FactorForm) -> HttpResponse:
    refusal: DomainError | None = None
    if request.session.get(APPROVAL, {}).get("attempt") != step.waiting.attempt:
        try:
            _ask(request, step)
        except DomainError as refused:
            refusal = refused
    context = {"form": form, "refusal": refusal, **_facts(request, step)}
    return render_step(request, _PAGE, step, context=context, refusal=refusal)


def _ask(request: ActorRequest, step: Step) -> None:
    """Ask the devices. Raises TooManyAttempts, TooManyRequests."""
    throttle.count(throttle.APPROVALS_PER_ACCOUNT, str(step.account.pk))
    secret = _secret(request) or standard.token_urlsafe(32)
    # Written first: a browser that may not ask keeps its page, and asks anew only when the person wants it.
    request.session[APPROVAL] = {"secret": secret, "attempt": step.waiting.attempt}
    browser = approve.Asking(
        secret=secret, user_agent=request.META.get("HTTP_USER_AGENT", ""), address=request.actor.address
    )
    approve.ask_devices(account_id=step.account.pk, browser=browser)


def _use_code(request: ActorRequest, step: Step, code: str) -> None:
    """Take the code of a device. Attempts count together with those of other apps (SEC-059)."""
    account, address = step.account, request.actor.address or ""
    throttle.count(throttle.FACTOR_PER_ACCOUNT, str(account.pk))
    throttle.count(throttle.CODES_PER_ADDRESS, address)
    try:
        approve.accept_code(account_id=account.pk, code=code)
    except CodeInvalid:
        note_failure(actor=request.actor, account=account, method=Method.APPROVE)
        raise
    throttle.forgive_and_take_back(
        (throttle.FACTOR_PER_ACCOUNT, str(account.pk)), (throttle.CODES_PER_ADDRESS, address)
    )


def _facts(request: ActorRequest, step: Step) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "waiting": queries.waiting_request(step.account.pk, _secret(request), language=language),
        "devices": queries.device_names(step.account.pk),
    }


def _over(request: ActorRequest, step: Step, refusal: DomainError) -> HttpResponse:
    """The request has ended: the piece that says so, or the page around it."""
    if _is_piece(request):
        return render(request, _PIECE, {"step": step, "refusal": refusal}, refusal=refusal)
    context = {"form": FactorForm(), "refusal": refusal, "devices": []}
    return render_step(request, _PAGE, step, context=context, refusal=refusal)


def _led_on(request: ActorRequest, answer: HttpResponse) -> HttpResponse:
    """The same answer for htmx: the whole page goes on, not a piece of it. Its cookies stay."""
    if _is_piece(request) and "Location" in answer:
        answer["HX-Redirect"] = answer["Location"]
        del answer["Location"]
        answer.status_code = 204
    return answer


def _is_piece(request: ActorRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _secret(request: ActorRequest) -> str:
    secret: str = request.session.get(APPROVAL, {}).get("secret", "")
    return secret
