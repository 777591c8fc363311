"""Putting work into the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ParamSpec

from stellwerk.foundation import clock
from stellwerk.foundation.models import Job
from stellwerk.foundation.orm import insert_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

P = ParamSpec("P")

ANOTHER_WITHIN = timedelta(days=1)  # longer than nodes are replaced one by one


class LeftToAnother(Exception):
    """A job asks for what its worker does not know. While nodes are replaced one by one, another release may.

    The attempt does not count. After `ANOTHER_WITHIN` nobody is expected any more: it is a failure like any other.
    """


@dataclass(frozen=True, slots=True)
class Task:
    """A registered function. `is_external` marks work whose effect lies outside the database (an e-mail, a card)."""

    name: str
    function: Callable[..., None]
    is_external: bool = False


tasks: dict[str, Task] = {}
_names: dict[Callable[..., None], str] = {}


def task(name: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Register a function whose whole effect is in the database: it runs in one transaction with its completion."""
    return _register(name, is_external=False)


def external_task(name: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Register a function with an effect outside the database: it runs outside a transaction, under a renewed lease.

    It may run twice when the worker dies after the effect; the function must make the repetition harmless.
    """
    return _register(name, is_external=True)


def enqueue(
    function: Callable[..., None],
    arguments: Mapping[str, Any] | None = None,
    *,
    run_at: datetime | None = None,
    unique_key: str | None = None,
) -> None:
    """Plan one run in the caller's transaction. A second call with the same `unique_key` adds nothing, ever."""
    job = _job(function, arguments or {}, clock.now(), unique_key=unique_key)
    job.run_at = run_at or job.run_at
    # The unique index decides, not a look-up: two processes may plan the same thing at the same moment.
    Job.objects.bulk_create([job], ignore_conflicts=unique_key is not None)


def enqueue_many(function: Callable[..., None], arguments: Iterable[Mapping[str, Any]]) -> None:
    """Plan many runs at once, in one statement."""
    now = clock.now()
    insert_many([_job(function, each, now) for each in arguments])


def enqueue_once(unique_keys: Mapping[Callable[..., None], str]) -> None:
    """Plan one run of each function in one statement, but for those whose key was ever used."""
    now = clock.now()
    Job.objects.bulk_create(
        [_job(function, {}, now, unique_key=key) for function, key in unique_keys.items()], ignore_conflicts=True
    )


def _register(name: str, *, is_external: bool) -> Callable[[Callable[P, None]], Callable[P, None]]:
    def register(function: Callable[P, None]) -> Callable[P, None]:
        tasks[name] = Task(name, function, is_external)
        _names[function] = name
        return function

    return register


def _job(
    function: Callable[..., None], arguments: Mapping[str, Any], now: datetime, *, unique_key: str | None = None
) -> Job:
    return Job(kind=_names[function], arguments=dict(arguments), unique_key=unique_key, run_at=now, created_at=now)
