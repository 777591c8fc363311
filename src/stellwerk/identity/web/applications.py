"""Applications: access one gave, and those one registered (API-031…033)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.forms import ApplicationEditForm, ApplicationForm, ReentryForm
from stellwerk.identity.services.oauth import applications as service
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.oauth import issuer_of
from stellwerk.identity.web.profile import me, my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@signed_in_page
def applications(request: ActorRequest) -> HttpResponse:
    context = {
        "consents": queries.consent_rows(my_id(request)),
        "applications": queries.application_rows(my_id(request)),
    }
    return render(request, "identity/applications.html", context)


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def register(request: ActorRequest) -> HttpResponse:
    """The form, and once the answer with client id and secret."""
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "identity/application_new.html", {"form": form}, status=422 if form.errors else 200)
    values = form.cleaned_data
    try:
        require_password(me(request), values["current_password"])
        entries = service.NewApplication(
            name=values["name"],
            description=values["description"],
            redirect_uris=tuple(values["redirect_uris"].splitlines()),
            scopes=tuple(values["scopes"]),
            is_public=values["kind"] == "public",
        )
        made = service.register_application(actor=request.actor, account_id=my_id(request), entries=entries)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/application_new.html", {"form": form}, refusal=refusal)
    return _details(request, made.client_id, secret=made.secret)


@never_cache
@require_safe
@signed_in_page
def application(request: ActorRequest, application_id: str) -> HttpResponse:
    return _details(request, application_id)


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def edit(request: ActorRequest, application_id: str) -> HttpResponse:
    """Name, description and addresses; the password, because an address decides where codes go."""
    row = _own(request, application_id)
    initial = {
        "name": row.name,
        "description": row.description,
        "redirect_uris": "\n".join(row.redirect_uris),
        "post_logout_redirect_uris": "\n".join(row.post_logout_redirect_uris),
    }
    form = ApplicationEditForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "application": row}
    if request.method != "POST" or not form.is_valid():
        return render(request, "identity/application_edit.html", context, status=422 if form.errors else 200)
    values = form.cleaned_data
    try:
        require_password(me(request), values["current_password"])
        entries = service.ApplicationChange(
            name=values["name"],
            description=values["description"],
            redirect_uris=tuple(values["redirect_uris"].splitlines()),
            post_logout_redirect_uris=tuple(values["post_logout_redirect_uris"].splitlines()),
        )
        service.change_application(
            actor=request.actor, account_id=my_id(request), client_id=application_id, entries=entries
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/application_edit.html", context, refusal=refusal)
    messages.success(request, _("The application is changed."))
    return HttpResponseRedirect(reverse("identity:application", args=[application_id]))


@never_cache
@sensitive_post_parameters("current_password")
@require_POST
@signed_in_page
def renew_secret(request: ActorRequest, application_id: str) -> HttpResponse:
    """A new secret, shown once; the old one is refused from now on."""
    form = ReentryForm(request.POST)
    _own(request, application_id)
    if not form.is_valid():
        return _details(request, application_id, form=form, status=422)
    try:
        require_password(me(request), form.cleaned_data["current_password"])
        secret = service.renew_application_secret(
            actor=request.actor, account_id=my_id(request), client_id=application_id
        )
    except DomainError as refusal:
        show_refusal(form, correctable(refusal))
        return _details(request, application_id, form=form, status=refusal.status)
    return _details(request, application_id, secret=secret)


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def delete(request: ActorRequest, application_id: str) -> HttpResponse:
    """Asks first, for everybody who used it is out at once and nothing brings it back."""
    row = _own(request, application_id)
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context = {"application": row, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "identity/application_deletion.html", context, status=422 if form.errors else 200)
    try:
        require_password(me(request), form.cleaned_data["current_password"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/application_deletion.html", context, refusal=refusal)
    service.delete_application(actor=request.actor, account_id=my_id(request), client_id=application_id)
    messages.success(request, _("The application is deleted. Its tokens are refused from now on."))
    return HttpResponseRedirect(reverse("identity:applications"))


@require_POST
@signed_in_page
def end_access(request: ActorRequest, consent_id: int) -> HttpResponse:
    service.end_application_access(actor=request.actor, account_id=my_id(request), consent_id=consent_id)
    messages.success(request, _("The access is ended. The application is refused from its next call on."))
    return HttpResponseRedirect(reverse("identity:applications"))


def _own(request: ActorRequest, client_id: str) -> queries.ApplicationRow:
    row = queries.application_row(my_id(request), client_id)
    if row is None:
        raise NotFound
    return row


def _details(
    request: ActorRequest, client_id: str, *, secret: str = "", form: ReentryForm | None = None, status: int = 200
) -> HttpResponse:
    row = _own(request, client_id)
    context: dict[str, Any] = {
        "application": row,
        "scopes": queries.scope_rows(row.scopes),
        "secret": secret,
        "form": form or ReentryForm(),
        "discovery": f"{issuer_of(request)}{reverse('identity:discovery')}",
    }
    return render(request, "identity/application.html", context, status=status)
