"""`stellwerk migrate`: bring the database to this release. `serve` does it by itself; a cluster calls it once."""

from __future__ import annotations

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
