"""`stellwerk migrate`: bring the database to this release. `serve` does it by itself; a cluster calls it once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("migrate", parents=[places], help="create or update the tables and the catalogue")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:  # noqa: ARG001  every command takes its options
    prepare_database()


def prepare_database() -> None:
    """Tables, then the offers that the installed product kinds bring. Safe to repeat."""
    from django.conf import settings
    from django.core.management import call_command

    from stellwerk.catalogue.services import load_default_offers

    settings.DATA.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    load_default_offers()


def prepare_database_if_needed() -> None:
    """The same at a start, where as a rule nothing is new: that is found without loading a single migration."""
    from stellwerk.catalogue.services import load_default_offers

    if migrations_on_disk() <= _applied_migrations():
        load_default_offers()
    else:
        prepare_database()


def _applied_migrations() -> set[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())


def migrations_on_disk() -> set[tuple[str, str]]:
    """(room, name) by the names of the files, which is how Django itself finds them."""
    from django.apps import apps

    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("*.py")
        if file.name[0] not in "_~"
    }
