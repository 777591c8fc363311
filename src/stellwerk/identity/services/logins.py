"""Whose login is this? The one look-up of every door that strangers may knock at. Reads only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Subquery
from django.utils.crypto import salted_hmac

from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import Account, SignInGuard, WithdrawnLogin
from stellwerk.identity.rules import CLOSED_DOMAIN, WITHDRAWN_DOMAIN, rescue_key
from stellwerk.identity.services.entries import normalised_login

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Knock:
    """Who is meant by a login. `is_withdrawn`: by the former address, which opens nothing any more (ID-080)."""

    key: str
    account: Account | None = None
    is_withdrawn: bool = False


def knock(raw_login: str) -> Knock:
    """The account behind a login or rescue identifier, after the same one look-up whether it exists or not.

    System-only: what it answers must not show in any answer to a stranger. The account comes with its `guard`.
    """
    rescue = rescue_key(raw_login)
    key = rescue or unicodedata.normalize("NFKC", raw_login[:_LONGEST]).strip().lower()
    rows = _BY_RESCUE.rows(key, rescue_digest(rescue)) if rescue else _BY_LOGIN.rows(key, key)
    accounts = {account.email: account for account in map(_account, rows)}
    if key.endswith((f"@{WITHDRAWN_DOMAIN}", f"@{CLOSED_DOMAIN}")):  # a stand-in is nobody's login
        return Knock(key)
    if key not in accounts and accounts:
        return Knock(key, next(iter(accounts.values())), is_withdrawn=not rescue)
    return Knock(key, accounts.get(key))


def checked_key(raw_login: str) -> str:
    """A login or rescue identifier in its stored form. Raises Invalid for `email` where it can be neither."""
    return rescue_key(raw_login) or normalised_login(raw_login)


def rescue_digest(key: str) -> str:
    """Keyed, because eight digits could be tried out against a stolen plain digest."""
    return salted_hmac("rescue identifier", key, algorithm="sha256").hexdigest()


_FIELDS = Account._meta  # noqa: SLF001  Django's documented way to the columns of a model
_COLUMNS = tuple(field.attname for field in _FIELDS.concrete_fields)
_GUARD_COLUMNS = tuple(field.attname for field in SignInGuard._meta.concrete_fields)  # noqa: SLF001  as above


def _account(row: Sequence[Any]) -> Account:
    columns = len(_COLUMNS)
    account = Account.from_db(None, _COLUMNS, row[:columns])
    guard = SignInGuard.from_db(None, _GUARD_COLUMNS, row[columns:]) if row[columns] is not None else None
    _FIELDS.get_field("guard").set_cached_value(account, guard)  # what select_related does
    return account


def _asked(column: str) -> Prepared:
    """Who has this login, and who had it before it was withdrawn or holds the rescue identifier for it."""

    def build(key: str, known: str) -> QuerySet[Account, tuple[Any, ...]]:
        withdrawn = WithdrawnLogin.objects.filter(Q((column, known)), account__is_active=True).order_by("-pk")
        rows = Account.objects.filter(Q(email=key) | Q(pk=Subquery(withdrawn.values("account_id")[:1])), is_active=True)
        return rows.values_list(*_COLUMNS, *(f"guard__{column}" for column in _GUARD_COLUMNS))

    return Prepared(build, str, str)


_BY_LOGIN, _BY_RESCUE = _asked("former_login"), _asked("rescue_digest")
