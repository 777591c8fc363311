"""How rooms speak to the database: inserts that name the broken rule, tables that refuse to be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, migrations, models

from stellwerk.foundation.errors import RuleBroken

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

M = TypeVar("M", bound=models.Model)


def insert(instance: M) -> M:
    """Store a new row. Raises RuleBroken with the constraint's code where the row would break one.

    The look-up gives the kind answer; the index wins a race, and its IntegrityError becomes `conflict` at the edge.
    """
    for constraint in instance._meta.constraints:  # noqa: SLF001  Django's documented way to a model's constraints
        try:
            constraint.validate(type(instance), instance)
        except ValidationError as broken:
            raise RuleBroken(constraint.violation_error_code or constraint.name) from broken
    instance.save(force_insert=True)
    return instance


def skips_locked_rows() -> bool:
    """PostgreSQL lets many workers pick rows side by side; SQLite has one writer and needs no such thing."""
    return bool(connection.features.has_select_for_update_skip_locked)


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
