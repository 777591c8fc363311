"""`profile/second-factor`: what protects the caller's sign-in, added and removed with the password (SEC-002…008)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.foundation import clock
from stellwerk.foundation.edge.api import ApiRequest, Id, Input, Listing, Output, Router, listed, seconds, sees, success
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import queries
from stellwerk.identity.api.callers import PASSWORD, SCOPE, WithPassword, my_id, only_mine, password_of
from stellwerk.identity.rules import Method
from stellwerk.identity.services import passkeys
from stellwerk.identity.services.second_factor import remove
from stellwerk.identity.services.second_factor.collection import choose_default
from stellwerk.identity.services.second_factor.recovery_codes import make_recovery_codes
from stellwerk.identity.services.second_factor.sms import VALID as SMS_VALID
from stellwerk.identity.services.second_factor.sms import enrol_sms_number, start_sms_number
from stellwerk.identity.services.second_factor.tickets import VALID, opened_ticket, ticket
from stellwerk.identity.services.second_factor.totp import enrol_totp, new_secret, totp_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from stellwerk.foundation.actor import Actor

router = Router("Second factor", version=2, names={**PASSWORD, "method": "default_method"})
ROOT = "profile/second-factor"
Kind = Literal["approve", "passkey", "totp", "sms"]
_PASSKEY, _TOTP = "passkey", "totp"


class FactorOut(Output):
    """One way to prove a sign-in a second time."""

    type: Kind
    id: int
    name: str
    created_at: int
    last_used_at: int | None


class NewFactorOut(FactorOut):
    """`recovery_codes` where it is the first one: they stand in this answer and never again."""

    recovery_codes: list[str]


class SecondFactorOut(Output):
    """Whether the second factor is on, and what a sign-in asks for first."""

    has_otp: bool
    default_method: Kind | None
    recovery_codes_left: int


class Choice(Input):
    """What a sign-in asks for first; one of the methods there are."""

    default_method: Kind


class NewKey(WithPassword):
    """A name to recognise the key by."""

    name: str = Field(min_length=1, max_length=100)


class KeyName(Input):
    """Another name to recognise the key by."""

    name: str = Field(min_length=1, max_length=100)


class KeyOptions(Output):
    """`options` are those of `navigator.credentials.create`; `ticket` comes back with the answer."""

    ticket: str
    options: dict[str, Any]
    expired_at: int


class KeyAnswer(Input):
    """`credential` is what `navigator.credentials.create` gave, as `toJSON()` writes it."""

    ticket: str = Field(min_length=1, max_length=10_000)
    credential: dict[str, Any]


class NewNumber(WithPassword):
    """A mobile number of a country that the operator sends to."""

    phone: str = Field(min_length=1, max_length=40)


class SentOut(Output):
    """A code is on its way; `id` comes back with it."""

    id: int
    expired_at: int


class NumberCode(Input):
    """The code of the message."""

    id: Id
    code: str = Field(min_length=6, max_length=20)


class CodesOut(Output):
    """Recovery codes; they stand in this answer and never again."""

    recovery_codes: list[str]


class AppSecret(Output):
    """For an app that shows codes: `address` as QR code, or `secret` typed. `ticket` comes back with the first code."""

    ticket: str
    secret: str
    address: str
    expired_at: int


class NewApp(WithPassword):
    """The code that the app shows proves that it has the secret."""

    ticket: str = Field(min_length=1, max_length=10_000)
    name: str = Field(min_length=1, max_length=100)
    code: str = Field(min_length=6, max_length=20)


@router.get(ROOT, scope=SCOPE, answer=SecondFactorOut)
def second_factor(request: ApiRequest) -> HttpResponse:
    """Whether the second factor is on."""
    return success(_state(request))


@router.patch(ROOT, scope=SCOPE, answer=SecondFactorOut)
def choose_method(request: ApiRequest, entries: Choice) -> HttpResponse:
    """Choose what a sign-in asks for first."""
    choose_default(actor=request.actor, account_id=my_id(request), method=entries.default_method)
    return success(_state(request))


@router.get(f"{ROOT}/methods", scope=SCOPE, answer=FactorOut, listing=Listing(order=("id", "name")))
def methods(request: ApiRequest) -> HttpResponse:
    """The caller's passkeys, apps, devices and number."""
    return listed(request, [factor_out(row) for row in queries.factor_rows(my_id(request))])


@router.delete(f"{ROOT}/methods/{{method}}/{{factor_id}}", scope=SCOPE)
def remove_method(
    request: ApiRequest, method: str, factor_id: int, entries: WithPassword | None = None
) -> HttpResponse:
    """Remove one. The last one switches the second factor off, which an organisation may not allow."""
    remove(
        actor=request.actor,
        account_id=my_id(request),
        method=Method(method),
        factor_id=factor_id,
        current_password=password_of(entries),
    )
    return success(True)


@router.post(f"{ROOT}/recovery-codes", scope=SCOPE, answer=CodesOut, status=201)
def new_recovery_codes(request: ApiRequest, entries: WithPassword) -> HttpResponse:
    """A new set of recovery codes; the old one stops working."""
    codes = make_recovery_codes(actor=request.actor, account_id=my_id(request), current_password=password_of(entries))
    return success({"recovery_codes": codes}, status=201)


@router.post(f"{ROOT}/passkeys/challenges", scope=SCOPE, answer=KeyOptions, status=201)
def begin_passkey(request: ApiRequest, entries: NewKey) -> HttpResponse:
    """The first half of adding a passkey: the password, a name, and what to ask the device."""
    state: dict[str, Any] = {}
    party = _party(request)
    passkeys.allow_registration(
        session=state,
        actor=request.actor,
        account_id=my_id(request),
        name=entries.name,
        current_password=password_of(entries),
    )
    options = passkeys.registration_options(session=state, account_id=my_id(request), party=party)
    return success(
        {
            "ticket": ticket(account_id=my_id(request), purpose=_PASSKEY, state=state),
            "options": options,
            "expired_at": seconds(clock.now() + passkeys.VALID),
        },
        status=201,
    )


@router.post(f"{ROOT}/passkeys", scope=SCOPE, answer=NewFactorOut, status=201)
def add_passkey(request: ApiRequest, entries: KeyAnswer) -> HttpResponse:
    """The second half: what the device answered, within five minutes, once."""
    codes = passkeys.register(
        session=opened_ticket(entries.ticket, account_id=my_id(request), purpose=_PASSKEY),
        actor=request.actor,
        party=_party(request),
        answer=json.dumps(entries.credential),
    )
    return _added(request, Method.PASSKEY, codes)


@router.patch(f"{ROOT}/passkeys/{{passkey_id}}", scope=SCOPE, answer=FactorOut)
def rename_passkey(request: ApiRequest, passkey_id: int, entries: KeyName) -> HttpResponse:
    """Another name to recognise a passkey by."""
    passkeys.rename_passkey(actor=request.actor, account_id=my_id(request), passkey_id=passkey_id, name=entries.name)
    return success(factor_out(_row(request, Method.PASSKEY, passkey_id)))


@router.post(f"{ROOT}/totp/challenges", scope=SCOPE, answer=AppSecret, status=201)
def begin_app(request: ApiRequest) -> HttpResponse:
    """The first half of linking an authenticator app: a secret for it, worth nothing before the second half."""
    secret = new_secret()
    login = queries.sign_in_data(my_id(request)).login
    return success(
        {
            "ticket": ticket(account_id=my_id(request), purpose=_TOTP, state={"secret": secret}),
            "secret": secret,
            "address": totp_address(secret, login=login),
            "expired_at": seconds(clock.now() + VALID),
        },
        status=201,
    )


@router.post(f"{ROOT}/totp", scope=SCOPE, answer=NewFactorOut, status=201)
def add_app(request: ApiRequest, entries: NewApp) -> HttpResponse:
    """The second half: the password, and the code that the app shows now."""
    codes = enrol_totp(
        actor=request.actor,
        account_id=my_id(request),
        name=entries.name,
        secret=opened_ticket(entries.ticket, account_id=my_id(request), purpose=_TOTP)["secret"],
        code=entries.code,
        current_password=password_of(entries),
    )
    return _added(request, Method.TOTP, codes)


@router.post(f"{ROOT}/sms/challenges", scope=SCOPE, answer=SentOut, status=201, more_statuses=(503,))
def begin_number(request: ApiRequest, entries: NewNumber) -> HttpResponse:
    """The first half of adding a number for codes: the password, and a message to it."""
    number = start_sms_number(
        actor=request.actor, account_id=my_id(request), phone=entries.phone, current_password=password_of(entries)
    )
    return success({"id": number, "expired_at": seconds(clock.now() + SMS_VALID)}, status=201)


@router.post(f"{ROOT}/sms", scope=SCOPE, answer=NewFactorOut, status=201)
def add_number(request: ApiRequest, entries: NumberCode) -> HttpResponse:
    """The second half: the code of the message."""
    codes = enrol_sms_number(
        actor=request.actor, account_id=my_id(request), confirmation_id=entries.id, code=entries.code
    )
    return _added(request, Method.SMS, codes)


@sees("method")
def known_method(actor: Actor, method: str, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=method in set(Method) - {Method.RECOVERY_CODE})


@sees("factor_id")
def my_factor(actor: Actor, factor_id: int, known: Mapping[str, Any]) -> Actor:
    rows = queries.factor_rows(actor.account_id or 0)
    return only_mine(actor, is_mine=any((row.method, row.id) == (known["method"], factor_id) for row in rows))


@sees("passkey_id")
def my_passkey(actor: Actor, passkey_id: int, _known: Mapping[str, Any]) -> Actor:
    return only_mine(actor, is_mine=queries.passkey_row(actor.account_id or 0, passkey_id) is not None)


def _state(request: ApiRequest) -> dict[str, Any]:
    state = queries.factor_state(my_id(request))
    return {
        "has_otp": state.is_on,
        "default_method": state.first.value if state.is_on else None,
        "recovery_codes_left": state.recovery_codes_left,
    }


def _added(request: ApiRequest, method: Method, codes: tuple[str, ...]) -> HttpResponse:
    newest = max(row.id for row in queries.factor_rows(my_id(request)) if row.method == method)
    return success({**factor_out(_row(request, method, newest)), "recovery_codes": codes}, status=201)


def _row(request: ApiRequest, method: Method, factor_id: int) -> queries.FactorRow:
    rows = queries.factor_rows(my_id(request))
    return next(row for row in rows if (row.method, row.id) == (method, factor_id))


def factor_out(row: queries.FactorRow) -> dict[str, Any]:
    return {
        "type": row.method.value,
        "id": row.id,
        "name": row.name,
        "created_at": seconds(row.created_at),
        "last_used_at": seconds(row.last_used_at),
    }


def _party(request: ApiRequest) -> passkeys.RelyingParty:
    """Keys are bound to the host of the Manager. Raises RuleBroken where none could be."""
    party = passkeys.relying_party(request.build_absolute_uri("/"))
    if party is None:
        raise RuleBroken("passkeys_need_a_name")
    return party
