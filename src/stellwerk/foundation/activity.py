"""The activity log: stored events read back as sentences (ORG-100…102, SEC-054)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.foundation import events
from stellwerk.foundation.models import Event

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One line of the log. `sentence` is in the active language."""

    id: int
    kind: str
    sentence: str
    actor_name: str
    through: str
    address: str | None
    occurred_at: datetime


def organisation_rows(organisation_id: int, *, search: str = "", limit: int = 50, skip: int = 0) -> list[ActivityRow]:
    """What happened in an organisation, newest first."""
    return _rows(Q(organisation_id=organisation_id), search, limit, skip)


def rows_about(organisation_id: int, *, limit: int = 10, **payload: int) -> list[ActivityRow]:
    """What happened in an organisation to one thing, newest first: `rows_about(7, product_id=3)`."""
    about = {f"payload__{name}": value for name, value in payload.items()}
    return _rows(Q(organisation_id=organisation_id, **about), "", limit, 0)


def organisation_total(organisation_id: int, *, search: str = "") -> int:
    return _found(Q(organisation_id=organisation_id), search).count()


def account_rows(account_id: int, *, limit: int = 50, skip: int = 0) -> list[ActivityRow]:
    """What a person did, newest first."""
    return _rows(Q(account_id=account_id), "", limit, skip)


def account_total(account_id: int) -> int:
    return _found(Q(account_id=account_id), "").count()


def actions() -> dict[str, str]:
    """Everything that appears in the log: the event's name and its sentence with “…” for what differs."""
    blank: dict[str, str] = defaultdict(lambda: "…")
    return {name: str(events.type_named(name).sentence) % blank for name in _logged_names()}  # type: ignore[union-attr]


def _rows(condition: Q, search: str, limit: int, skip: int) -> list[ActivityRow]:
    return [_row(each) for each in _found(condition, search).order_by("-pk")[skip : skip + limit]]


def _found(condition: Q, search: str) -> QuerySet[Event]:
    if search:
        condition &= Q(actor_name__icontains=search) | Q(payload__icontains=search) | Q(name__icontains=search)
    return Event.objects.filter(condition, name__in=_logged_names())


def _logged_names() -> list[str]:
    events.type_named("")  # makes sure that every event class is known
    return [name for name, each in events._types.items() if each.sentence is not None]  # noqa: SLF001  same room


def _row(stored: Event) -> ActivityRow:
    event_type = events.type_named(stored.name)
    values = events.rebuilt(stored).words() if event_type else {}
    values["actor"] = stored.actor_name or "Stellwerk"
    return ActivityRow(
        id=stored.pk,
        kind=event_type.kind if event_type else "other",
        sentence=str(event_type.sentence) % values if event_type else stored.name,
        actor_name=stored.actor_name,
        through=stored.through,
        address=stored.address,
        occurred_at=stored.occurred_at,
    )
