"""Help requests as their requester and the operator's staff see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.foundation import clock, secrets
from stellwerk.identity.models import HelpRequest

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One request. What the requester gave is empty once it is decided or expired."""

    id: int
    asked: str
    state: str
    account_email: str
    account_name: str
    created_at: datetime
    expires_at: datetime
    name: str = ""
    contact: str = ""
    story: str = ""
    note: str = ""


def help_request_by_secret(secret: str) -> HelpRow | None:
    """For whoever holds the status address; without what was given."""
    row = HelpRequest.objects.filter(digest=secrets.digest(secret)).first()
    if row is None:
        return None
    state = "expired" if row.state == "open" and row.expires_at <= clock.now() else row.state
    return HelpRow(row.pk, row.asked, state, "", "", row.created_at, row.expires_at)


def open_help_requests(*, limit: int = 100) -> list[HelpRow]:
    """For operators only: what waits for a decision, oldest first."""
    rows = HelpRequest.objects.filter(state="open", expires_at__gt=clock.now()).select_related("account")
    return [_row(each) for each in rows.order_by("pk")[:limit]]


def _row(row: HelpRequest) -> HelpRow:
    content = json.loads(secrets.decrypt(row.sealed)) if row.sealed else {}
    return HelpRow(
        row.pk,
        row.asked,
        row.state,
        row.account.email if row.account else "",
        row.account.display_name if row.account else "",
        row.created_at,
        row.expires_at,
        content.get("name", ""),
        content.get("contact", ""),
        content.get("story", ""),
        row.note,
    )
