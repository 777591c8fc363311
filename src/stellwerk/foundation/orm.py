"""How rooms speak to the database: inserts that name the broken rule, tables that refuse to be edited."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import DataError, IntegrityError, connection, migrations, models, transaction
from django.db.transaction import TransactionManagementError

from stellwerk.foundation.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps
    from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)

WORTH_A_COPY = 10  # rows; below that its extra round trip costs more than it saves


def insert(instance: M) -> M:
    """Store a new row. Raises RuleBroken with the constraint's code where the row breaks one; the transaction goes on.

    The database decides, also who comes second in a race; which rule it meant is asked only when it has refused. Any
    other IntegrityError becomes `conflict` at the edge.
    """
    return _stored(instance, force_insert=True)


def save_or_refuse(instance: M, *fields: str) -> M:
    """Write these columns of a row there is; refuses like `insert`."""
    return _stored(instance, update_fields=fields)


def _stored(instance: M, **how: Any) -> M:
    try:
        with transaction.atomic():
            instance.save(**how)
    except (IntegrityError, DataError):
        _name_the_broken_rule(instance)
        raise
    return instance


def _name_the_broken_rule(refused: models.Model) -> None:
    for constraint in refused._meta.constraints:  # noqa: SLF001  Django's documented way to a model's constraints
        try:
            constraint.validate(type(refused), refused)
        except ValidationError as broken:
            raise RuleBroken(constraint.violation_error_code or constraint.name) from broken


def insert_many(rows: Sequence[M], *, with_keys: bool = False) -> Sequence[M]:
    """Store many new rows of one table in the caller's transaction; answers the same instances.

    PostgreSQL takes a batch by COPY, in a third of the time that an INSERT of the same rows needs; elsewhere, and for
    a few rows, it is a bulk insert. The instances learn their keys only if asked. Every column is written as the
    instance has it: defaults of the database do not apply.
    """
    if len(rows) < WORTH_A_COPY or connection.vendor != "postgresql":
        return type(rows[0])._default_manager.bulk_create(rows) if rows else rows  # noqa: SLF001  whichever it is
    options = rows[0]._meta  # noqa: SLF001  Django's documented way to tables and columns
    fields = (
        list(options.concrete_fields) if with_keys else [each for each in options.concrete_fields if each != options.pk]
    )
    if with_keys:
        _draw_keys(rows)
    _copy_rows(rows, fields)
    return rows


def _draw_keys(rows: Sequence[models.Model]) -> None:
    options = rows[0]._meta  # noqa: SLF001  as above
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [options.db_table, options.pk.column, len(rows)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _copy_rows(rows: Sequence[models.Model], fields: Sequence[models.Field[Any, Any]]) -> None:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    connection.validate_no_broken_transaction()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted(rows[0]._meta.db_table)} ({columns}) FROM STDIN") as copy,  # noqa: SLF001  as above
    ):
        for row in rows:
            copy.write_row([_raw_value(row, field) for field in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  what bulk_create does too


def _raw_value(row: models.Model, field: models.Field[Any, Any]) -> Any:
    value = getattr(row, field.attname)
    if value is None and isinstance(field, models.ForeignKey) and field.is_cached(row):
        related = getattr(row, field.name)
        return related and related.pk  # the row was made before the one it points to was stored
    if isinstance(field, models.JSONField):
        return json.dumps(value, cls=field.encoder)
    return value.value if isinstance(value, Enum) else value


def skips_locked_rows() -> bool:
    """PostgreSQL lets many workers pick rows side by side; SQLite has one writer and needs no such thing."""
    return bool(connection.features.has_select_for_update_skip_locked)


def keys_under_shared_lock(rows: models.QuerySet[Any]) -> list[int]:
    """Lock rows like a new row that points to them does, in the order of their keys, which are the answer.

    Several may hold this lock (FOR KEY SHARE, for which Django has no word). Only `select_for_update()` waits for it
    and is waited for, not `select_for_update(no_key=True)`. SQLite has one writer and needs no such thing.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A lock ends with its transaction")
    try:
        sql, params = rows.order_by("pk").values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    suffix = " FOR KEY SHARE" if connection.features.has_select_for_no_key_update else ""
    with connection.cursor() as cursor:
        cursor.execute(sql + suffix, params)
        return [key for (key,) in cursor.fetchall()]


class JsonRows(models.Func):
    """All rows of a subquery as one list of lists, so that what hangs on a row comes with it in one statement.

    Used as `Subquery(rows.annotate(all=JsonRows("id", "name")).values("all"))`. Without rows the list is empty; the
    order of its entries is not promised.
    """

    output_field = models.JSONField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        template = "json_group_array(json_array(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        template = "COALESCE(jsonb_agg(jsonb_build_array(%(expressions)s)), '[]')"
        return self.as_sql(compiler, connection, template=template, **more)


class _ByCodePoint(models.Func):
    """A text that compares by the numbers of its characters, whatever the database's own order is."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s COLLATE BINARY)", **more)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")', **more)


def by_code_point(text: models.Expression | str) -> models.Func:
    """The text in an order that Python shares: for lists whose rows come from several statements."""
    return _ByCodePoint(text)


def append_only(table: str, *, may_change: tuple[str, ...] = ()) -> migrations.RunPython:
    """A migration step after which the database refuses UPDATE and DELETE on `table`, whoever asks.

    Columns in `may_change` may still be updated (a delivery state, say); all others are written once. PostgreSQL
    refuses TRUNCATE as well, except in a session that sets `stellwerk.may_truncate` (the end of a test does).

    SQLite rebuilds a table that a later migration alters, and its triggers go with the old one: such a migration
    must call this again.
    """

    def refuse(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
        vendor = schema_editor.connection.vendor
        columns = _frozen_columns(schema_editor, table, may_change)
        for statement in _POSTGRESQL if vendor == "postgresql" else _SQLITE:
            schema_editor.execute(statement.format(table=table, condition=_changed(columns, vendor)), params=None)

    def allow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
        suffix = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for kind in ("update", "delete", "truncate")[: 3 if suffix else 2]:
            schema_editor.execute(f"DROP TRIGGER {table}_no_{kind}{suffix}")

    return migrations.RunPython(refuse, allow)


_SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {condition} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) "
    "EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN IF current_setting('stellwerk.may_truncate', true) IS DISTINCT FROM 'yes' THEN "
    "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    "RETURN NULL; END $$",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
    "EXECUTE FUNCTION refuse_truncate()",
)


def _frozen_columns(schema_editor: BaseDatabaseSchemaEditor, table: str, may_change: tuple[str, ...]) -> list[str]:
    with schema_editor.connection.cursor() as cursor:
        description = schema_editor.connection.introspection.get_table_description(cursor, table)
    return [column.name for column in description if column.name not in may_change]


def _changed(columns: list[str], vendor: str) -> str:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    # A jsonb column compares by value; SQLite stores JSON as text and compares that.
    return " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
