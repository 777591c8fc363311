"""`second-factor`: whether an organisation demands one of everybody who belongs to it (SEC-039…043)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import ApiRequest, Input, Output, Router, success
from stellwerk.organisations import policy, queries
from stellwerk.organisations.services.second_factor import require_second_factor
from stellwerk.organisations.services.security_alert import send_security_alert

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router("Users")


class DemandOut(Output):
    """The demand, and how many people have no second factor (`filter[has_otp]=false` of `users` names them)."""

    is_required: bool
    count_without: int


class Demand(Input):
    """It applies from the next page of each person; programs go on."""

    is_required: bool


@router.get("accounts/{organisation_id}/second-factor", scope="users", answer=DemandOut)
def second_factor(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Whether everybody needs a second factor; for administrators and legal representatives."""
    require(policy.can_guard_sign_ins(request.actor, organisation_id))
    return _answer(organisation_id)


@router.put("accounts/{organisation_id}/second-factor", scope="users", answer=DemandOut)
def demand_second_factor(request: ApiRequest, organisation_id: int, entries: Demand) -> HttpResponse:
    """Demand a second factor of everybody, or lift the demand."""
    require_second_factor(actor=request.actor, organisation_id=organisation_id, is_on=entries.is_required)
    return _answer(organisation_id)


@router.post("accounts/{organisation_id}/users/{user_id}/security-alert", version=2, scope="users")
def alert_user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """Send a mail that tells the person which settings to improve."""
    send_security_alert(actor=request.actor, organisation_id=organisation_id, account_id=user_id)
    return success(True)


def _answer(organisation_id: int) -> HttpResponse:
    without = queries.MemberFilter(has_second_factor=False)
    return success(
        {
            "is_required": queries.requires_second_factor(organisation_id),
            "count_without": queries.member_total(organisation_id, only=without),
        }
    )
