"""“Password compromised?”: three steps, each with its own “next” (ID-062…068). What was done stays done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import PasswordForm
from stellwerk.identity.services import sessions
from stellwerk.identity.services.oauth.applications import end_all_application_access
from stellwerk.identity.services.passwords import secure_account
from stellwerk.identity.services.revocations import revoke_application_passwords, revoke_tokens
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_DONE = "password_replaced"  # the first step must succeed before the second opens (ID-063)


@never_cache
@sensitive_post_parameters("current_password", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def password(request: ActorRequest) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "steps": _steps()}
    if request.method != "POST":
        return render(request, "identity/compromised_password.html", context)
    if not form.is_valid():
        return render(request, "identity/compromised_password.html", context, status=422)
    try:
        account = secure_account(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/compromised_password.html", context, refusal=refusal)
    sessions.keep_session(request, account)
    request.session[_DONE] = True
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return HttpResponseRedirect(reverse("identity:compromised-secrets"))


@never_cache
@require_safe
@signed_in_page
def secrets(request: ActorRequest) -> HttpResponse:
    if not request.session.get(_DONE):
        return HttpResponseRedirect(reverse("identity:compromised"))
    context = {
        "steps": _steps(),
        "tokens": len(queries.token_rows(my_id(request))),
        "passwords": len(queries.application_password_rows(my_id(request))),
        "applications": len(queries.consent_rows(my_id(request))),
    }
    return render(request, "identity/compromised_secrets.html", context)


@require_POST
@signed_in_page
def delete(request: ActorRequest, *, are_tokens: bool) -> HttpResponse:
    """All keys of one kind, and how many they were (ID-064)."""
    revoke = revoke_tokens if are_tokens else revoke_application_passwords
    count = revoke(actor=request.actor, account_id=my_id(request))
    if are_tokens:
        text = ngettext("%(count)s API token is deleted.", "%(count)s API tokens are deleted.", count)
    else:
        text = ngettext(
            "%(count)s application password is deleted.", "%(count)s application passwords are deleted.", count
        )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("identity:compromised-secrets"))


@require_POST
@signed_in_page
def end_access(request: ActorRequest) -> HttpResponse:
    """All access that applications were given: an intruder may have let in one of their own."""
    count = end_all_application_access(actor=request.actor, account_id=my_id(request))
    text = ngettext(
        "The access of %(count)s application is ended.", "The access of %(count)s applications is ended.", count
    )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("identity:compromised-secrets"))


@never_cache
@require_safe
@signed_in_page
def review(request: ActorRequest) -> HttpResponse:
    if not request.session.get(_DONE):
        return HttpResponseRedirect(reverse("identity:compromised"))
    context = {
        "steps": _steps(),
        "data": queries.sign_in_data(my_id(request)),
        "sessions": queries.session_rows(my_id(request), current_key=request.session.session_key or ""),
    }
    return render(request, "identity/compromised_review.html", context)


@never_cache
@require_safe
@signed_in_page
def done(request: ActorRequest) -> HttpResponse:
    """Where the people of the same organisations are secured (ID-068)."""
    request.session.pop(_DONE, None)
    return render(request, "identity/compromised_done.html")


def _steps() -> list[str]:
    return [_("Password"), _("Keys of programs"), _("Review")]
