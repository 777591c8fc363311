"""`stellwerk migrate`: bring the database to this release. `serve` does it by itself; a cluster calls it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.cli.refusals import refuse

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("migrate", parents=[places], help="create or update the tables and the catalogue")
    parser.add_argument("--accept-keys", action="store_true", help="give up what missing keys protect, and go on")
    parser.add_argument("--accept-clock", action="store_true", help="the clock is right now, it was wrong before")
    parser.set_defaults(run=run, prepares=True)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation import readiness

    prepare_database()
    if options.accept_keys:
        readiness.accept_keys()
    if options.accept_clock:
        readiness.accept_clock()
    refuse_unready()
    print("The database is ready for this release.")


def refuse_unready() -> None:
    """Raises Refused where keys are missing or the clock went back, once the tables fit; else notes the keys."""
    from stellwerk.foundation import readiness

    refuse(" Also: ".join(readiness.objections()))
    readiness.note_keys()


def prepare_database() -> None:
    """Tables, then the offers that the installed product kinds bring. Safe to repeat, also after a kill in the middle.

    A process that prepares the same database waits for the other. Raises Refused where the database is newer.
    """
    from django.conf import settings
    from django.core.management import call_command

    from stellwerk.catalogue.services import load_default_offers
    from stellwerk.foundation import readiness
    from stellwerk.foundation.connections import one_at_a_time

    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_at_a_time("migrate"):
        refuse(readiness.tables().objection_to_newer)
        call_command("migrate", verbosity=0, interactive=False)
        load_default_offers()


def prepare_database_if_needed() -> None:
    """The same at a start, where as a rule nothing is new: that is found without loading a single migration."""
    from stellwerk.catalogue.services import load_default_offers
    from stellwerk.foundation import readiness

    found = readiness.tables()
    refuse(found.objection_to_newer)
    if not found.missing:
        load_default_offers()
        return
    print("The database is being prepared for this release; the pages answer afterwards.", flush=True)
    prepare_database()
