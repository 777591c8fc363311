"""Entries as rows: sentences in the active language, and the values behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from stellwerk.foundation import events
from stellwerk.foundation.activity.kinds import NOTED_ELSEWHERE, action_code, logged_names
from stellwerk.foundation.activity.narrowing import Narrowing
from stellwerk.foundation.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

_ALL = Narrowing()
_READ_AT_ONCE = 500
_COLUMNS = (
    "pk", "name", "payload", "account_id", "actor_name", "through", "address", "request_id", "occurred_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One line of the log. `sentence` is in the active language; `values` are the facts as they were stored."""

    id: int
    kind: str
    action: str
    sentence: str
    account_id: int | None
    actor_name: str
    through: str
    address: str | None
    request_id: str
    occurred_at: datetime
    values: dict[str, Any]


def organisation_rows(
    organisation_id: int, *, only: Narrowing = _ALL, limit: int = 50, skip: int = 0, oldest_first: bool = False
) -> list[ActivityRow]:
    """What happened in an organisation, newest first."""
    found = _of_organisation(organisation_id, only).order_by("pk" if oldest_first else "-pk")
    return [_row(*each) for each in found.values_list(*_COLUMNS)[skip : skip + limit]]


def every_organisation_row(organisation_id: int, *, only: Narrowing = _ALL) -> Iterator[ActivityRow]:
    """The same without an end, a few at a time: for files."""
    found = _of_organisation(organisation_id, only).order_by("-pk")
    return (_row(*each) for each in found.values_list(*_COLUMNS).iterator(chunk_size=_READ_AT_ONCE))


def organisation_total(organisation_id: int, *, only: Narrowing = _ALL) -> int:
    return _of_organisation(organisation_id, only).count()


def rows_about(organisation_id: int, *, limit: int = 10, **payload: int) -> list[ActivityRow]:
    """What happened in an organisation to one thing, newest first: `rows_about(7, product_id=3)`."""
    about = {f"payload__{name}": value for name, value in payload.items()}
    return _rows(Q(organisation_id=organisation_id, **about), limit, 0)


def account_rows(account_id: int, *, limit: int = 50, skip: int = 0) -> list[ActivityRow]:
    """What a person did, newest first."""
    return _rows(_of_account(account_id), limit, skip)


def account_total(account_id: int) -> int:
    return _found(_of_account(account_id)).count()


def _of_account(account_id: int) -> Q:
    """Without what organisations noted about the account: the account's own entry says the same."""
    return Q(account_id=account_id) & ~Q(name__in=logged_names(kind=NOTED_ELSEWHERE))


def _of_organisation(organisation_id: int, only: Narrowing) -> QuerySet[Event]:
    return Event.objects.filter(only.condition(), organisation_id=organisation_id)


def _rows(condition: Q, limit: int, skip: int) -> list[ActivityRow]:
    found = _found(condition).order_by("-pk").values_list(*_COLUMNS)
    return [_row(*each) for each in found[skip : skip + limit]]


def _found(condition: Q) -> QuerySet[Event]:
    return Event.objects.filter(condition, name__in=logged_names())


def _row(pk: int, name: str, payload: dict[str, Any], *facts: Any) -> ActivityRow:
    event_type = events.type_named(name)
    account_id, actor_name, through, address, request_id, occurred_at = facts
    values = events.rebuilt(name, payload).words() if event_type else {}
    values["actor"] = actor_name or "Stellwerk"
    return ActivityRow(
        id=pk,
        kind=event_type.kind if event_type else "other",
        action=action_code(name),
        sentence=str(event_type.sentence) % values if event_type else name,
        account_id=account_id,
        actor_name=actor_name,
        through=through,
        address=address,
        request_id=request_id,
        occurred_at=occurred_at,
        values={name: value for name, value in payload.items() if name != "organisation_id"},
    )
