"""Application passwords (SEC-044…050)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import ApplicationPasswordForm
from stellwerk.identity.services import NewApplicationPassword, create_application_password
from stellwerk.identity.services.revocations import revoke_application_passwords
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.profile import me, my_id
from stellwerk.identity.web.ticked import end_of, ticked

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def passwords(request: ActorRequest) -> HttpResponse:
    """The list, and the form for a new one; its value stands on the answer and never again."""
    form = ApplicationPasswordForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            context["secret"] = _new_password(request, form)
            form = ApplicationPasswordForm()
        except DomainError as refusal:
            show_refusal(form, refusal, names={"expires_at": "expires_on"})
            context["refusal"] = refusal
    words = {row.code: row.words for row in queries.sync_scope_rows()}
    context["passwords"] = [
        (row, [words[scope] for scope in row.scopes]) for row in queries.application_password_rows(my_id(request))
    ]
    status = 422 if form.errors else 200
    template = "identity/application_passwords.html"
    return render(request, template, {"form": form, **context}, status=status, refusal=context.get("refusal"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def revocation(request: ActorRequest) -> HttpResponse:
    """Asks before one, several or all application passwords end, then ends them (SEC-049)."""
    password_ids = ticked(request)
    if request.method == "POST":
        count = revoke_application_passwords(actor=request.actor, account_id=my_id(request), password_ids=password_ids)
        text = ngettext("The application password is revoked.", "%(count)s application passwords are revoked.", count)
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("identity:application-passwords"))
    rows = queries.application_password_rows(my_id(request), password_ids=password_ids)
    if not rows:
        return HttpResponseRedirect(reverse("identity:application-passwords"))
    context = {"rows": rows, "is_all": password_ids is None}
    return render(request, "identity/application_passwords_revocation.html", context)


def _new_password(request: ActorRequest, form: ApplicationPasswordForm) -> str:
    require_password(me(request), form.cleaned_data["current_password"])
    _stored, raw = create_application_password(
        actor=request.actor,
        account_id=my_id(request),
        entries=NewApplicationPassword(
            name=form.cleaned_data["name"],
            scopes=tuple(form.cleaned_data["scopes"]),
            is_read_only=form.cleaned_data["is_read_only"],
            expires_at=end_of(form.cleaned_data["expires_on"]),
        ),
    )
    return raw
