"""The sign-in that waits for its second factor. It lives in the session of the browser that knew the password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStageController
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from stellwerk.foundation import clock, events
from stellwerk.identity.events import SecondFactorPassed
from stellwerk.identity.services import browsers
from stellwerk.identity.services.approve.ask import withdraw_requests
from stellwerk.identity.services.sessions import renew_key

if TYPE_CHECKING:
    from allauth.account.stages import LoginStage
    from django.http import HttpRequest

    from stellwerk.foundation.actor import Actor
    from stellwerk.identity.models import Account
    from stellwerk.identity.rules import Method

STAGE = "second_factor"
APPROVAL = "approval"  # what the waiting browser keeps of its request to the devices
VALID = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Who has shown the right password, and where to go afterwards."""

    account: Account
    next_url: str
    attempt: str  # differs from one right password to the next


def begin(stage: LoginStage) -> None:
    """Note what must still hold when the second factor comes. System-only: the stage of the sign-in calls it.

    The session gets a new key: somebody who planted the old one does not share the waiting sign-in.
    """
    stage.state.update(began_at=clock.now().isoformat(), password=stage.login.user.get_session_auth_hash())
    renew_key(stage.request)


def pending(request: HttpRequest) -> PendingSignIn | None:
    """The sign-in waiting in this browser, or None. System-only.

    It ends after 15 minutes, and when the account was closed or got another password in the meantime.
    """
    stage = _stage(request)
    if stage is None:
        return None
    return PendingSignIn(stage.login.user, stage.login.redirect_url or "/", stage.state["began_at"])


def complete(request: HttpRequest, *, method: Method, actor: Actor, trusts_browser: bool = False) -> HttpResponse:
    """Sign the waiting person in and lead on; call it when `method` has just been proved. System-only.

    With `trusts_browser` this browser is not asked again for 30 days. The session gets its new key from
    django-allauth. Without a waiting sign-in the answer leads to its start.
    Publishes SecondFactorPassed, then SignedIn.
    """
    stage = _stage(request)
    if stage is None:
        return HttpResponseRedirect(reverse("account_login"))
    account: Account = stage.login.user
    with transaction.atomic():
        events.publish(SecondFactorPassed(account_id=account.pk, method=method), actor=account.acting(actor))
        if trusts_browser:
            browsers.trust(request, account.pk)
    _give_up_approval(request, account.pk)
    record_authentication(request, account, method=STAGE, type=method.value)
    return cast("HttpResponse", stage.exit())


def abandon(request: HttpRequest) -> None:
    """Forget the waiting sign-in; the password is needed anew. System-only."""
    stage = LoginStageController.enter(request, STAGE)
    if stage is not None and stage.login.user is not None:
        _give_up_approval(request, stage.login.user.pk)
    clear_login(request)


def _give_up_approval(request: HttpRequest, account_id: int) -> None:
    """What this browser asked devices for: nobody has to answer it any more."""
    asked = request.session.pop(APPROVAL, None)
    if asked is not None:
        withdraw_requests(account_id=account_id, secret=asked["secret"])


def _stage(request: HttpRequest) -> LoginStage | None:
    stage = LoginStageController.enter(request, STAGE)
    if stage is None:
        return None
    if not _still_holds(stage.state, stage.login.user):
        abandon(request)
        return None
    return stage


def _still_holds(state: dict[str, Any], account: Account | None) -> bool:
    if account is None or not account.is_active or "began_at" not in state:
        return False
    age = clock.now() - datetime.fromisoformat(state["began_at"])
    is_fresh = timedelta() <= age <= VALID
    return is_fresh and constant_time_compare(state["password"], account.get_session_auth_hash())
