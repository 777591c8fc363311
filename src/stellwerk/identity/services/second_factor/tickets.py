"""The state between the two halves of linking a factor, for programs, which have no session: sealed, in their hands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken

from stellwerk.foundation import clock, secrets
from stellwerk.identity.errors import LinkingExpired

VALID = timedelta(minutes=15)


def ticket(*, account_id: int, purpose: str, state: dict[str, Any]) -> str:
    """`state` sealed for one account and one purpose. System-only: the first half has judged who may."""
    until = (clock.now() + VALID).timestamp()
    return secrets.encrypt(json.dumps({"ticket": purpose, "account_id": account_id, "until": until, "state": state}))


def opened_ticket(raw: str, *, account_id: int, purpose: str) -> dict[str, Any]:
    """The state of a ticket. Raises LinkingExpired for one that is too old, another's, of another kind, or forged.

    System-only, writes nothing. A ticket can be opened again; what it leads to decides whether it counts once.
    """
    try:
        values = json.loads(secrets.decrypt(raw))
    except (InvalidToken, ValueError) as forged:
        raise LinkingExpired from forged
    if not isinstance(values, dict) or (values.get("ticket"), values.get("account_id")) != (purpose, account_id):
        raise LinkingExpired
    if values["until"] <= clock.now().timestamp():
        raise LinkingExpired
    state: dict[str, Any] = values["state"]
    return state
