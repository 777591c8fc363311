"""Whose login is this? The one look-up of every door that strangers may knock at. Reads only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db.models import Q
from django.utils.crypto import salted_hmac

from stellwerk.identity.models import Account, WithdrawnLogin
from stellwerk.identity.rules import CLOSED_DOMAIN, WITHDRAWN_DOMAIN, rescue_key
from stellwerk.identity.services.entries import normalised_login

_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Knock:
    """Who is meant by a login. `is_withdrawn`: by the former address, which opens nothing any more (ID-080)."""

    key: str
    account: Account | None = None
    is_withdrawn: bool = False


def knock(raw_login: str) -> Knock:
    """The account behind a login or rescue identifier, after the same two look-ups whether it exists or not.

    System-only: what it answers must not show in any answer to a stranger.
    """
    rescue = rescue_key(raw_login)
    key = rescue or unicodedata.normalize("NFKC", raw_login[:_LONGEST]).strip().lower()
    account = Account.objects.filter(email=key, is_active=True).select_related("guard").first()
    known = Q(rescue_digest=rescue_digest(rescue)) if rescue else Q(former_login=key)
    rows = WithdrawnLogin.objects.filter(known, account__is_active=True).select_related("account__guard")
    withdrawn = rows.order_by("-pk").first()
    if key.endswith((f"@{WITHDRAWN_DOMAIN}", f"@{CLOSED_DOMAIN}")):  # a stand-in is nobody's login
        return Knock(key)
    if account is None and withdrawn is not None:
        return Knock(key, withdrawn.account, is_withdrawn=not rescue)
    return Knock(key, account)


def checked_key(raw_login: str) -> str:
    """A login or rescue identifier in its stored form. Raises Invalid for `email` where it can be neither."""
    return rescue_key(raw_login) or normalised_login(raw_login)


def rescue_digest(key: str) -> str:
    """Keyed, because eight digits could be tried out against a stolen plain digest."""
    return salted_hmac("rescue identifier", key, algorithm="sha256").hexdigest()
