"""The code of an authenticator app: at sign-in, and linking a new app (SEC-003, SEC-026…028)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import segno
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.forms import FactorForm, TotpForm
from stellwerk.identity.services.second_factor import Method
from stellwerk.identity.services.second_factor.totp import enrol_totp, new_secret, totp_address, use_totp
from stellwerk.identity.web.profile import me
from stellwerk.identity.web.second_factor.added import added
from stellwerk.identity.web.second_factor.steps import Step, pass_step, render_step, step_page

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from stellwerk.foundation.edge.html import ActorRequest

_SESSION_KEY = "new_totp"
_VALID = timedelta(minutes=15)


@step_page(Method.TOTP)
def step(request: ActorRequest, step: Step) -> HttpResponse:
    form = FactorForm(request.POST if request.method == "POST" else None)
    template = "identity/second_factor/totp_step.html"
    if request.method != "POST":
        return render_step(request, template, step, context={"form": form})
    if not form.is_valid():
        return render_step(request, template, step, context={"form": form}, status=422)
    try:
        use_totp(actor=request.actor, account=step.account, code=form.cleaned_data["code"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render_step(request, template, step, context={"form": form}, refusal=refusal)
    return pass_step(request, step, trusts_browser=form.cleaned_data["trusts_browser"])


@never_cache
@sensitive_post_parameters("current_password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new(request: ActorRequest) -> HttpResponse:
    """The QR code of a new secret, and the proof that the app has read it."""
    secret = _waiting_secret(request) or _begin(request)
    form = TotpForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "secret": _in_groups(secret), "picture": _picture(secret, login=me(request).email)}
    if request.method != "POST":
        return render(request, "identity/second_factor/new_totp.html", context)
    if not form.is_valid():
        return render(request, "identity/second_factor/new_totp.html", context, status=422)
    try:
        codes = enrol_totp(actor=request.actor, account_id=me(request).pk, secret=secret, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/second_factor/new_totp.html", context, refusal=refusal)
    del request.session[_SESSION_KEY]
    return added(request, codes)


def _begin(request: ActorRequest) -> str:
    """The secret waits in the session: neither a form field that could be swapped nor a row that proves nothing."""
    secret = new_secret()
    request.session[_SESSION_KEY] = {
        "account_id": me(request).pk,
        "secret": secrets.encrypt(secret),
        "began_at": clock.now().isoformat(),
    }
    return secret


def _waiting_secret(request: ActorRequest) -> str:
    waiting = request.session.get(_SESSION_KEY)
    if waiting is None or waiting["account_id"] != me(request).pk:
        return ""
    age = clock.now() - datetime.fromisoformat(waiting["began_at"])
    return secrets.decrypt(waiting["secret"]) if timedelta() <= age <= _VALID else ""


def _picture(secret: str, *, login: str) -> SafeString:
    """The QR code, dark on white in every theme, because cameras expect it so."""
    code = segno.make(totp_address(secret, login=login), error="m")
    modules = [list(row) for row in code.matrix_iter(border=4)]
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" aria-hidden="true">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{1}"/></svg>',
        len(modules),
        dark,
    )


def _in_groups(secret: str) -> str:
    """Groups of four, for whoever types it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
