"""News between rooms. A service publishes into a table in its own transaction; the worker delivers to each handler.

A handler runs in one transaction with the mark that it ran, so a worker killed in between repeats the handler
but not its effects. The same rows are the organisation's activity log.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import transaction

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.models import Event
from stellwerk.foundation.orm import insert_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """What happened, past tense, ids and plain values only.

    `sentence` is the line of the activity log, with the payload's names and `actor` as placeholders; an event
    without one is news for rooms only and does not appear in the log.
    """

    sentence: ClassVar[str | _StrPromise | None] = None
    kind: ClassVar[str] = "other"

    organisation_id: int | None = None

    def words(self) -> dict[str, Any]:
        """The payload as the sentence takes it; an event translates its codes here."""
        return {name: getattr(self, name) for name in _names_of(type(self))}


@dataclass(frozen=True, slots=True)
class Meta:
    """Who and when, for handlers that tell it on. `event_id` makes a handler's own rows unique."""

    event_id: int
    occurred_at: datetime
    account_id: int | None
    actor_name: str
    address: str | None = None


E = TypeVar("E", bound=DomainEvent)
Handler = "Callable[[Any, Meta], None]"

_types: dict[str, type[DomainEvent]] = {}
_names: dict[type[DomainEvent], dict[str, None]] = {}
_handlers: dict[str, dict[str, Callable[[Any, Meta], None]]] = {}


def subscribes(event_type: type[E]) -> Callable[[Callable[[E, Meta], None]], Callable[[E, Meta], None]]:
    """Run the decorated function for every event of this type, at least once, in a transaction of its own."""

    def register(handler: Callable[[E, Meta], None]) -> Callable[[E, Meta], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _types[event_type.__name__] = event_type
        _handlers.setdefault(event_type.__name__, {})[name] = handler
        return handler

    return register


def type_named(name: str) -> type[DomainEvent] | None:
    """The event class of a stored name; classes are found whether or not somebody subscribes."""
    if name not in _types:
        _types.update({known.__name__: known for known in _every_subclass(DomainEvent)})
    return _types.get(name)


def every_type() -> dict[str, type[DomainEvent]]:
    """All event classes by name, in the order in which they became known."""
    type_named("")  # makes sure that every class is known
    return dict(_types)


def publish(event: DomainEvent, *, actor: Actor = SYSTEM) -> None:
    """Store the event and one delivery job per handler, in the caller's transaction."""
    publish_many([event], actor=actor)


def publish_many(events: Iterable[DomainEvent], *, actor: Actor = SYSTEM) -> None:
    """Like `publish` for a whole batch, in two statements."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Events are published inside the transaction that makes them true")
    now = clock.now()
    stored = insert_many([_row(event, actor, now) for event in events], with_keys=True)
    jobs.enqueue_many(
        deliver_event, [{"event_id": row.pk, "handler": name} for row in stored for name in _handlers.get(row.name, ())]
    )


@jobs.task("foundation.deliver_event")
def deliver_event(event_id: int, handler: str) -> None:
    """One handler's turn. One that only a newer release knows waits for it; one that was removed is passed over."""
    row = Event.objects.get(pk=event_id)
    known = _handlers.get(row.name, {}).get(handler)
    if known is not None:
        meta = Meta(row.pk, row.occurred_at, row.account_id, row.actor_name, row.address)
        known(rebuilt(row.name, row.payload), meta)
    elif row.occurred_at > clock.now() - jobs.ANOTHER_WITHIN:
        raise jobs.LeftToAnother(f"No handler is called {handler}")


def rebuilt(name: str, payload: Mapping[str, Any]) -> DomainEvent:
    """The event object of a stored row; fields an older release did not know take their defaults."""
    event_type = _types[name]
    names = _names_of(event_type)
    return event_type(**{name: value for name, value in payload.items() if name in names})


def _names_of(event_type: type[DomainEvent]) -> dict[str, None]:
    """The fields in their order, quick to look one up: a log is read by the thousand."""
    if event_type not in _names:
        _names[event_type] = dict.fromkeys(each.name for each in fields(event_type))
    return _names[event_type]


def _row(event: DomainEvent, actor: Actor, now: datetime) -> Event:
    return Event(
        name=type(event).__name__,
        payload={name: getattr(event, name) for name in _names_of(type(event))},
        organisation_id=event.organisation_id,
        account_id=actor.account_id,
        actor_name=actor.name,
        through=actor.through,
        address=actor.address,
        request_id=actor.request_id,
        occurred_at=now,
    )


def _every_subclass(parent: type[DomainEvent]) -> Iterable[type[DomainEvent]]:
    for child in parent.__subclasses__():
        yield child
        yield from _every_subclass(child)
