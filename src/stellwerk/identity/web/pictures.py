"""The picture of a person: set, removed, served (ID-047)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation import files
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries
from stellwerk.identity.forms import PictureForm, ProfileForm
from stellwerk.identity.services import browsers, pictures
from stellwerk.identity.web.profile import initial_of, my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

# The address changes with the picture. Private: no proxy on the way shows it to somebody who may not see it.
_FOR_GOOD = "private, max-age=31536000, immutable"


@never_cache
@require_POST
@signed_in_page
def change(request: ActorRequest) -> HttpResponse:
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, form)
    # One byte more than allowed is enough to know.
    content = form.cleaned_data["picture"].read(pictures.LARGEST_BYTES + 1)
    try:
        pictures.set_picture(actor=request.actor, account_id=my_id(request), content=content)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _again(request, form, refusal=refusal)
    messages.success(request, _("Your picture is shown now."))
    return HttpResponseRedirect(reverse("identity:profile"))


@require_POST
@signed_in_page
def remove(request: ActorRequest) -> HttpResponse:
    pictures.remove_picture(actor=request.actor, account_id=my_id(request))
    messages.success(request, _("Your picture is removed."))
    return HttpResponseRedirect(reverse("identity:profile"))


@require_safe
@page
def picture(request: ActorRequest, picture: str) -> HttpResponse:
    """For the person, for whoever shares an organisation, and for browsers that remember the account. Else unknown."""
    row = queries.picture_row(picture) if request.actor.account_id is not None else None
    if row is None or not _is_for(request, row.account_id):
        raise NotFound
    try:
        content = files.read(row.file, sha256=row.sha256)
    except FileNotFoundError as replaced:  # between the two reads
        raise NotFound from replaced
    answer = HttpResponse(content, content_type="image/webp")
    answer["Cache-Control"] = _FOR_GOOD
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _is_for(request: ActorRequest, account_id: int) -> bool:
    if pictures.are_acquainted(my_id(request), account_id):
        return True
    here = queries.remembered_accounts(browsers.digest_of(request))
    return any(account.id == account_id for account in here)


def _again(request: ActorRequest, form: PictureForm, *, refusal: DomainError | None = None) -> HttpResponse:
    """The profile with what was wrong at the field. Nothing was changed."""
    row = queries.profile_row(my_id(request))
    if row is None:
        return HttpResponseRedirect(reverse("account_login"))
    context = {"form": ProfileForm(initial=initial_of(row)), "picture_form": form, "profile": row}
    return render(request, "identity/profile.html", context, status=422, refusal=refusal)
