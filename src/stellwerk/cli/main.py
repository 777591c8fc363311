"""`stellwerk …`: reads the arguments, points Django at the data, hands over to one command.

Secrets come from standard input, never from arguments, where every user of the machine could read them.
Exit status: 0 done, 1 refused (one line says why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stellwerk.cli import commands
from stellwerk.cli.refusals import refuse, status_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    _point_at_data(options)
    return status_of(lambda: _loaded_and_run(options))


def _loaded_and_run(options: argparse.Namespace) -> int | None:
    # What the settings are to know, and what is refused without them, comes before the second that loading takes.
    if "before_loading" in options:
        options.before_loading(options)

    import django

    django.setup()
    _log_to_standard_error()
    if not options.prepares:
        _refuse_unfit_data(options)
    status: int | None = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stellwerk", description="The Manager a hosting provider gives its customers."
    )
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--data", metavar="DIR", help="data folder (default: STELLWERK_DATA, else ./var)")
    places.add_argument(
        "--database",
        metavar="URL",
        help="postgresql://… or sqlite:///… (default: DATABASE_URL, else SQLite in the data folder)",
    )
    # Every command works on a database of its own release, but for those that make it one, or need none;
    # what is wrong with keys and clock stops all but the one that reports it.
    places.set_defaults(prepares=False, examines=False)
    names = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for register in commands.ALL:
        register(names, places)
    return parser


def _point_at_data(options: argparse.Namespace) -> None:
    """The settings read the environment once, when Django starts: what the arguments say must stand there before."""
    if options.data:
        os.environ["STELLWERK_DATA"] = str(Path(options.data).resolve())
    if options.database:
        os.environ["DATABASE_URL"] = options.database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")


def _refuse_unfit_data(options: argparse.Namespace) -> None:
    from stellwerk.cli.commands.migrate import refuse_unready
    from stellwerk.foundation import readiness

    refuse(readiness.tables().objection)
    if not options.examines:
        refuse_unready()


def _log_to_standard_error() -> None:
    """Standard output belongs to the answer, which may be JSON."""
    import logging

    from stellwerk.foundation.logs import configure_logging

    configure_logging(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
