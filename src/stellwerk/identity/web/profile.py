"""The profile: personal data and password (ID-046…061)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import PasswordForm, PictureForm, ProfileForm
from stellwerk.identity.services import sessions
from stellwerk.identity.services.passwords import change_password
from stellwerk.identity.services.profile import ProfileChange, change_profile, confirm_data

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.identity.models import Account
    from stellwerk.identity.queries import ProfileRow


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def profile(request: ActorRequest) -> HttpResponse:
    row = queries.profile_row(my_id(request))
    if row is None:
        return HttpResponseRedirect(reverse("account_login"))
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial_of(row))
    context = {"form": form, "picture_form": PictureForm(), "profile": row}
    if request.method != "POST":
        return render(request, "identity/profile.html", context)
    if not form.is_valid():
        return render(request, "identity/profile.html", context, status=422)
    try:
        change_profile(actor=request.actor, account_id=row.id, change=_change(form))
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/profile.html", context, refusal=refusal)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Your profile is saved."))
    return HttpResponseRedirect(reverse("identity:profile"))


@require_POST
@signed_in_page
def confirm(request: ActorRequest) -> HttpResponse:
    """They are right (ID-048)."""
    confirm_data(actor=request.actor, account_id=my_id(request))
    messages.success(request, _("You have confirmed your data."))
    return HttpResponseRedirect(reverse("identity:profile"))


@never_cache
@sensitive_post_parameters("current_password", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def password(request: ActorRequest) -> HttpResponse:
    """The browser at hand stays signed in; all others must sign in with the new password."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "identity/password.html", {"form": form})
    if not form.is_valid():
        return render(request, "identity/password.html", {"form": form}, status=422)
    try:
        account = change_password(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/password.html", {"form": form}, refusal=refusal)
    sessions.keep_session(request, account)
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return HttpResponseRedirect(reverse("identity:profile"))


def initial_of(row: ProfileRow) -> dict[str, Any]:
    """What the form of the profile shows before anybody types."""
    return {name: getattr(row, name) for name in ProfileForm.base_fields}


def _change(form: ProfileForm) -> ProfileChange:
    """An emptied date of birth is forgotten."""
    entries = form.cleaned_data
    return ProfileChange(**{**entries, "date_of_birth": entries["date_of_birth"] or ""})


def my_id(request: ActorRequest) -> int:
    """The account of a signed-in page."""
    return cast("int", request.actor.account_id)


def me(request: ActorRequest) -> Account:
    """The account itself, for password re-entry; Django has loaded it already."""
    return cast("Account", request.user)
