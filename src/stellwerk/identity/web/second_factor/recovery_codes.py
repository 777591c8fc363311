"""Recovery codes: at sign-in, a new set, and the file to keep (SEC-029…032)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation import clock
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, FieldError, Invalid
from stellwerk.identity import queries
from stellwerk.identity.forms import RecoveryCodeForm, ReentryForm
from stellwerk.identity.services.second_factor import Method
from stellwerk.identity.services.second_factor.recovery_codes import SET_SIZE, make_recovery_codes, use_recovery_code
from stellwerk.identity.web.profile import me, my_id
from stellwerk.identity.web.second_factor.added import show_codes
from stellwerk.identity.web.second_factor.steps import Step, pass_step, render_step, step_page

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_SHAPE = re.compile(r"[a-z0-9]{5}-[a-z0-9]{5}", re.ASCII)


@step_page(Method.RECOVERY_CODE)
def step(request: ActorRequest, step: Step) -> HttpResponse:
    form = RecoveryCodeForm(request.POST if request.method == "POST" else None)
    template = "identity/second_factor/recovery_code_step.html"
    if request.method != "POST":
        return render_step(request, template, step, context={"form": form})
    if not form.is_valid():
        return render_step(request, template, step, context={"form": form}, status=422)
    try:
        left = use_recovery_code(actor=request.actor, account=step.account, code=form.cleaned_data["code"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render_step(request, template, step, context={"form": form}, refusal=refusal)
    answer = pass_step(request, step, trusts_browser=form.cleaned_data["trusts_browser"])
    told = ngettext("%(count)s recovery code remains.", "%(count)s recovery codes remain.", left) % {"count": left}
    messages.warning(request, told)  # after the sign-in, which may empty the session
    return answer


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new(request: ActorRequest) -> HttpResponse:
    """How many codes remain, and a new set for the password; it stands on the answer and never again."""
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "state": queries.factor_state(my_id(request)),
        "made_at": queries.recovery_codes_made_at(my_id(request)),
    }
    template = "identity/second_factor/new_recovery_codes.html"
    if request.method != "POST":
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=422)
    try:
        codes = make_recovery_codes(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, template, context, refusal=refusal)
    return show_codes(request, codes)


@never_cache
@sensitive_post_parameters("codes")
@require_POST
@signed_in_page
def file(request: ActorRequest) -> HttpResponse:
    """The codes of the page as a file. The page sends them back, because nobody here can read them any more."""
    codes = request.POST.get("codes", "").split()
    if not 0 < len(codes) <= SET_SIZE or not all(_SHAPE.fullmatch(code) for code in codes):
        raise Invalid(FieldError("codes", "regex", _("These are no recovery codes.")))
    lines = [
        _("Recovery codes for %(email)s") % {"email": me(request).email},
        _("Made on %(day)s. Each one works once, instead of the second factor.") % {"day": clock.today().isoformat()},
        "",
        *codes,
        "",
    ]
    answer = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer
