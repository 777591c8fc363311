"""Several accounts in one browser (ID-040…043)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import queries
from stellwerk.identity.services import browsers
from stellwerk.identity.services.switching import forget_account, switch_account

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

START = "/"


@never_cache
@require_safe
@page
def accounts(request: ActorRequest) -> HttpResponse:
    """Pick one, remove one, or add another."""
    return render(request, "identity/accounts.html", {"accounts": remembered(request)})


@require_POST
@page
def switch(request: ActorRequest) -> HttpResponse:
    """To an account whose session is good; an ended one asks for its password, with the login filled in."""
    account_id = _account_id(request)
    if account_id == request.actor.account_id:
        return HttpResponseRedirect(START)
    if switch_account(request, actor=request.actor, account_id=account_id):
        return HttpResponseRedirect(START)
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'as': account_id})}")


@require_POST
@page
def forget(request: ActorRequest) -> HttpResponse:
    forget_account(request, actor=request.actor, account_id=_account_id(request))
    messages.success(request, _("The account is removed from this browser."))
    return HttpResponseRedirect(reverse("identity:accounts"))


def remembered(request: ActorRequest) -> list[queries.RememberedAccount]:
    """The accounts of this browser."""
    return queries.remembered_accounts(browsers.digest_of(request))


def _account_id(request: ActorRequest) -> int:
    raw = request.POST.get("account", "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:  # noqa: PLR2004  longer numbers fit no column
        raise NotFound
    return int(raw)
