"""Queries asked on every request, built and compiled once.

The ORM spends several times longer on writing such a statement than the database on answering it. The query stays an
ORM query, with its columns checked and its values converted; only the work of compiling is not repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    Converters = dict[int, tuple[list[Callable[..., Any]], Any]]

# Stand for the arguments while compiling; no query of ours holds such constants.
_TEXTS = tuple(f"argument {index} of a prepared query" for index in range(4))
_NUMBERS = (31_981, 31_991, 32_003, 32_009)  # small enough for every column of numbers


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    # (index of the argument, its type for the driver), or (None, the constant itself)
    parameters: tuple[tuple[int | None, Any], ...]
    convert: Callable[[Iterable[Sequence[Any]]], Iterable[Sequence[Any]]]


class Prepared:
    """`Prepared(build, str, int)`: `build` takes a text and a number and gives a `values_list` query.

    `rows(…)` asks it with real arguments. They may only be compared with columns: the text of the statement must not
    depend on them, so no slices, no lists and no None.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[str | int]) -> None:
        self._build = build
        self._stand_ins = tuple((_TEXTS if kind is str else _NUMBERS)[index] for index, kind in enumerate(kinds))
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, *arguments: str | int) -> list[Sequence[Any]]:
        """All rows, as the query's own `values_list` would give them."""
        compiled = self._compiled.get(connection.vendor) or self._compile()
        values = [kind if index is None else kind(arguments[index]) for index, kind in compiled.parameters]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, values)
            return list(compiled.convert(cursor.fetchall()))

    def row(self, *arguments: str | int) -> Sequence[Any] | None:
        """The first row, or None."""
        return next(iter(self.rows(*arguments)), None)

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
        if value in self._stand_ins:
            return self._stand_ins.index(value), type(value)
        return None, value
