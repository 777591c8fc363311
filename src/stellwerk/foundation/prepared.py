"""Queries asked on every request, built and compiled once.

The ORM spends several times longer on writing such a statement than the database on answering it. The query stays an
ORM query, with its columns checked and its values converted; only the work of compiling is not repeated. PostgreSQL
plans it once in each connection, too: its planner costs as much as the answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

    Converters = dict[int, tuple[list[Callable[..., Any]], Any]]

# Stand for the arguments while compiling; no query of ours holds such constants.
_TEXTS = tuple(f"argument {index} of a prepared query" for index in range(4))
_NUMBERS = (31_981, 31_991, 32_003, 32_009)  # small enough for every column of numbers
_DAYS = tuple(date(1801, 1, 1 + index) for index in range(4))
_STAND_INS: dict[type[Any], tuple[Any, ...]] = {str: _TEXTS, int: _NUMBERS, date: _DAYS}


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    # (index of the argument, its type for the driver), or (None, the constant itself)
    parameters: tuple[tuple[int | None, Any], ...]
    convert: Callable[[Iterable[Sequence[Any]]], Iterable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """A prepared query with its arguments, to be asked alone or beside another statement."""

    sql: str
    values: list[Any]
    convert: Callable[[Iterable[Sequence[Any]]], Iterable[Sequence[Any]]]

    def rows(self) -> list[Sequence[Any]]:
        with planned_once() as cursor:
            cursor.execute(self.sql, self.values)
            return list(self.convert(cursor.fetchall()))

    def row(self) -> Sequence[Any] | None:
        """The first row, or None."""
        return next(iter(self.rows()), None)


class Prepared:
    """`Prepared(build, str, int, date)`: `build` takes a text, a number and a day and gives a `values_list` query.

    `rows(…)` asks it with real arguments. They may only be compared with columns: the text of the statement must not
    depend on them, so no slices, no lists and no None.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[str | int | date]) -> None:
        self._build = build
        self._stand_ins = tuple(_STAND_INS[kind][index] for index, kind in enumerate(kinds))
        self._compiled: dict[str, _Compiled] = {}

    def ready(self, *arguments: str | int | date) -> ReadyQuery:
        compiled = self._compiled.get(connection.vendor) or self._compile()
        values = [kind if index is None else _driven(arguments[index], kind) for index, kind in compiled.parameters]
        return ReadyQuery(compiled.sql, values, compiled.convert)

    def rows(self, *arguments: str | int | date) -> list[Sequence[Any]]:
        """All rows, as the query's own `values_list` would give them."""
        return self.ready(*arguments).rows()

    def row(self, *arguments: str | int | date) -> Sequence[Any] | None:
        """The first row, or None."""
        return self.ready(*arguments).row()

    def _compile(self) -> _Compiled:
        compiler = self._build(*self._stand_ins).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        compiled = _Compiled(
            sql,
            tuple(self._slot(value) for value in parameters),
            (lambda rows: compiler.apply_converters(rows, converters)) if converters else (lambda rows: rows),
        )
        found = {index for index, _ in compiled.parameters if index is not None}
        if found != set(range(len(self._stand_ins))):
            raise ValueError("An argument does not stand in the statement")
        self._compiled[connection.vendor] = compiled
        return compiled

    def _slot(self, value: Any) -> tuple[int | None, Any]:
        for index, stand_in in enumerate(self._stand_ins):
            # SQLite's driver takes a day as text.
            if value in (stand_in, str(stand_in)):
                return index, type(value)
        return None, value


def _driven(argument: str | int | date, kind: Any) -> Any:
    """The argument as the driver takes it."""
    return argument if isinstance(argument, date) and kind is date else kind(argument)


@contextmanager
def planned_once() -> Iterator[CursorWrapper]:
    """Django's cursor, counted and logged as always, for statements whose text is always the same.

    Behind PgBouncer this needs version 1.21 or newer, with `max_prepared_statements` above 0.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor.close()
            cursor.cursor = _planned_once()(connection.connection)
            connection.connection.prepare_threshold = 0  # None, Django's choice, would forbid it altogether
        yield cursor


@cache
def _planned_once() -> type[Any]:
    """The driver is loaded where it is used: an embedded database needs none of it at every start."""
    import psycopg

    class PlannedOnce(psycopg.Cursor[Any]):
        """Django's own cursors put the values into the text, which is then another statement every time."""

        def execute(self, query: Any, params: Any = None, **how: Any) -> PlannedOnce:
            super().execute(query, params, **{**how, "prepare": True})
            return self

    return PlannedOnce
