"""API tokens (API-001…008)."""

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
from stellwerk.foundation.edge.paging import paged
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import TokenForm
from stellwerk.identity.services import create_token
from stellwerk.identity.services.revocations import revoke_tokens
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.profile import me, my_id
from stellwerk.identity.web.ticked import end_of, ticked

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def tokens(request: ActorRequest) -> HttpResponse:
    """The list, and the form for a new one; its value stands on the answer and never again."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            context["secret"] = _new_token(request, form)
            form = TokenForm()
        except DomainError as refusal:
            show_refusal(form, refusal, names={"expires_at": "expires_on"})
            context["refusal"] = refusal
    context["tokens"] = paged(
        request,
        total=lambda: queries.token_total(my_id(request)),
        rows=lambda limit, skip: queries.token_rows(my_id(request), limit=limit, skip=skip),
    )
    status = 422 if form.errors else 200
    return render(
        request, "identity/tokens.html", {"form": form, **context}, status=status, refusal=context.get("refusal")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def revocation(request: ActorRequest) -> HttpResponse:
    """Asks before one, several or all tokens end, then ends them (API-008)."""
    token_ids = ticked(request)
    if request.method == "POST":
        count = revoke_tokens(actor=request.actor, account_id=my_id(request), token_ids=token_ids)
        messages.success(
            request,
            ngettext("The token is revoked.", "%(count)s tokens are revoked.", count) % {"count": count},
        )
        return HttpResponseRedirect(reverse("identity:tokens"))
    rows = queries.token_rows(my_id(request), token_ids=token_ids)
    if not rows:
        return HttpResponseRedirect(reverse("identity:tokens"))
    context = {"rows": rows, "is_all": token_ids is None}
    return render(request, "identity/tokens_revocation.html", context)


def _new_token(request: ActorRequest, form: TokenForm) -> str:
    require_password(me(request), form.cleaned_data["current_password"])
    _token, raw = create_token(
        actor=request.actor,
        account_id=my_id(request),
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        expires_at=end_of(form.cleaned_data["expires_on"]),
    )
    return raw
