"""`profile/emails` and `profile/phones`: what the account is reached by. Every change needs the password and a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.foundation.edge.api import ApiRequest, Input, Listing, Output, Router, listed, seconds, sees, success
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.identity import queries
from stellwerk.identity.api.callers import PASSWORD, SCOPE, WithPassword, my_id, only_mine, password_of
from stellwerk.identity.services import sign_in_data as services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

_NAMES = {"new_login": "email", "repeated": "email", "new_email": "email", "new_phone": "phone"}
router = Router("Sign-in data", names={**PASSWORD, **_NAMES})
_PURPOSES = {"login": "login", "recovery": "recovery_email"}


class EmailOut(Output):
    """An address of the account. One that is not verified waits for its code until `expired_at`."""

    id: int
    type: Literal["login", "recovery"]
    email: str
    is_verified: bool
    expired_at: int | None


class PhoneOut(Output):
    """A number of the account. One with `expired_at` waits for its code."""

    id: int
    phone: str
    is_verified: bool
    expired_at: int | None


class NewEmail(WithPassword):
    """A new login, or a new recovery address."""

    type: Literal["login", "recovery"]
    email: str = Field(min_length=3, max_length=254)


class NewPhone(WithPassword):
    """A new mobile number, with country code."""

    phone: str = Field(min_length=3, max_length=40)


class Code(Input):
    """The six digits sent to the new value."""

    code: str = Field(min_length=1, max_length=20)


@router.get("profile/emails", version=2, scope=SCOPE, answer=EmailOut, listing=Listing(is_searchable=False))
def emails(request: ApiRequest) -> HttpResponse:
    """Login and recovery address, and what of them waits for a code."""
    return listed(request, my_emails(my_id(request)))


@router.post("profile/emails", version=2, scope=SCOPE, answer=EmailOut)
def create_email(request: ApiRequest, entries: NewEmail) -> HttpResponse:
    """Send a code to a new login or recovery address; the present one stays until the code is given."""
    password = password_of(entries)
    if entries.type == "login":
        services.start_login_change(
            actor=request.actor,
            account_id=my_id(request),
            new_login=entries.email,
            repeated=entries.email,
            current_password=password,
        )
    else:
        services.start_recovery_email_change(
            actor=request.actor, account_id=my_id(request), new_email=entries.email, current_password=password
        )
    return success(next(row for row in my_emails(my_id(request)) if row["type"] == entries.type and row["expired_at"]))


@router.patch("profile/emails/{email_type}/{email_id}", version=2, scope=SCOPE, answer=EmailOut)
def confirm_email(request: ApiRequest, email_type: str, email_id: int, entries: Code) -> HttpResponse:
    """Put the new address in force with the code sent there."""
    _pending(request, _PURPOSES[email_type], email_id)
    finish = services.finish_login_change if email_type == "login" else services.finish_recovery_email_change
    finish(actor=request.actor, account_id=my_id(request), code=entries.code)
    return success(next(row for row in my_emails(my_id(request)) if row["type"] == email_type))


@router.delete("profile/emails/{email_type}/{email_id}", version=2, scope=SCOPE)
def delete_email(
    request: ApiRequest, email_type: str, email_id: int, entries: WithPassword | None = None
) -> HttpResponse:
    """Cancel a change that waits for its code, or remove the recovery address. A login cannot be removed."""
    purpose = _PURPOSES[email_type]
    pending = queries.sign_in_data(my_id(request)).pending.get(purpose)
    if pending is not None and pending.id == email_id:
        services.cancel_change(actor=request.actor, account_id=my_id(request), purpose=purpose)
    elif email_type == "recovery":
        services.remove_recovery_email(
            actor=request.actor, account_id=my_id(request), current_password=password_of(entries)
        )
    else:
        raise RuleBroken("login_required")
    return success(True)


@router.get("profile/phones", version=2, scope=SCOPE, answer=PhoneOut, listing=Listing(is_searchable=False))
def phones(request: ApiRequest) -> HttpResponse:
    """The mobile number, and the one that waits for its code."""
    return listed(request, my_phones(my_id(request)))


@router.post("profile/phones", version=2, scope=SCOPE, answer=PhoneOut, more_statuses=(503,))
def create_phone(request: ApiRequest, entries: NewPhone) -> HttpResponse:
    """Send a code to a new mobile number; the present one stays until the code is given."""
    waits = services.start_phone_change(
        actor=request.actor,
        account_id=my_id(request),
        new_phone=entries.phone,
        current_password=password_of(entries),
    )
    return success(my_phones(my_id(request))[-1 if waits else 0])


@router.patch("profile/phones/{phone_id}", version=2, scope=SCOPE, answer=PhoneOut)
def confirm_phone(request: ApiRequest, phone_id: int, entries: Code) -> HttpResponse:
    """Put the new number in force with the code sent there."""
    _pending(request, "phone", phone_id)
    services.finish_phone_change(actor=request.actor, account_id=my_id(request), code=entries.code)
    return success(my_phones(my_id(request))[0])


@router.delete("profile/phones/{phone_id}", version=2, scope=SCOPE)
def delete_phone(request: ApiRequest, phone_id: int) -> HttpResponse:
    """Cancel a change that waits for its code. The number itself can only be replaced."""
    _pending(request, "phone", phone_id)
    services.cancel_change(actor=request.actor, account_id=my_id(request), purpose="phone")
    return success(True)


@sees("email_type")
def known_type(actor: Actor, email_type: str, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=email_type in _PURPOSES)


@sees("email_id")
def my_email(actor: Actor, email_id: int, known: Mapping[str, Any]) -> Actor:
    rows = my_emails(actor.account_id or 0)
    return only_mine(actor, is_mine=any((row["type"], row["id"]) == (known["email_type"], email_id) for row in rows))


@sees("phone_id")
def my_phone(actor: Actor, phone_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=any(row["id"] == phone_id for row in my_phones(actor.account_id or 0)))


def my_emails(account_id: int) -> list[dict[str, Any]]:
    """What is in force has the account's id, what waits the id of its confirmation."""
    data = queries.sign_in_data(account_id)
    rows: list[dict[str, Any]] = []
    for kind, email in (("login", data.login), ("recovery", data.recovery_email)):
        if email:
            rows.append({"id": account_id, "type": kind, "email": email, "is_verified": True, "expired_at": None})
    return rows + [
        _waiting(data.pending[_PURPOSES[kind]], "email", type=kind)
        for kind in _PURPOSES
        if _PURPOSES[kind] in data.pending
    ]


def my_phones(account_id: int) -> list[dict[str, Any]]:
    data = queries.sign_in_data(account_id)
    rows: list[dict[str, Any]] = []
    if data.phone:
        proved = data.is_phone_proved
        rows.append({"id": account_id, "phone": data.phone, "is_verified": proved, "expired_at": None})
    return rows + ([_waiting(data.pending["phone"], "phone")] if "phone" in data.pending else [])


def _waiting(change: queries.PendingChange, name: str, **more: str) -> dict[str, Any]:
    until = seconds(change.expires_at)
    return {"id": change.id, **more, name: change.value, "is_verified": False, "expired_at": until}


def _pending(request: ApiRequest, purpose: str, number: int) -> None:
    pending = queries.sign_in_data(my_id(request)).pending.get(purpose)
    if pending is None or pending.id != number:
        raise NotFound
