"""A passkey as its owner sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.identity.models import Passkey

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """`is_backed_up`: the maker of the device keeps a copy, so that losing the device does not lose the key."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    is_backed_up: bool


def passkey_row(account_id: int, passkey_id: int) -> PasskeyRow | None:
    rows = Passkey.objects.filter(pk=passkey_id, account_id=account_id)
    row = rows.values_list("pk", "name", "created_at", "last_used_at", "is_backed_up").first()
    return PasskeyRow(*row) if row else None
