"""May a process work on these data? The tables are of this release, the keys those in use, the clock did not go back.

Each is asked once at a start. An objection is one sentence for the operator, with the way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

_NAMED = 3  # migrations in a sentence


@dataclass(frozen=True, slots=True)
class Tables:
    """The migrations in which the database and this release differ, as (room, name)."""

    newer: frozenset[tuple[str, str]]
    missing: frozenset[tuple[str, str]]

    @property
    def objection_to_newer(self) -> str | None:
        """A release that does not know a table or column would write rows that the newer one cannot read."""
        if not self.newer:
            return None
        return (
            f"the database belongs to a newer release (it knows {_named(self.newer)}): start that release, "
            "or restore the backup that was made before the upgrade"
        )

    @property
    def objection(self) -> str | None:
        """Why this release must not work on the tables as they are."""
        if self.newer or not self.missing:
            return self.objection_to_newer
        return (
            f"the database is not prepared for this release (it lacks {_named(self.missing)}): run `stellwerk migrate`"
        )


def tables() -> Tables:
    """Two statements: is there a list of migrations, and what is on it."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    known = migrations_on_disk()
    # What a package brought that is no longer installed is no sign of a newer release.
    installed = {app.label for app in apps.get_app_configs()}
    newer = frozenset(each for each in applied - known if each[0] in installed)
    return Tables(newer, frozenset(known - applied))


def migrations_on_disk() -> set[tuple[str, str]]:
    """(room, name) by the names of the files, which is how Django itself finds them."""
    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("*.py")
        if file.name[0] not in "_~"
    }


def _named(found: frozenset[tuple[str, str]]) -> str:
    names = [f"{room} {name}" for room, name in sorted(found)]
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
