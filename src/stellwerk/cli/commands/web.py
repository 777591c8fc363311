"""`stellwerk web`: the web server alone, for nodes behind a proxy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("web", parents=[places], help="serve pages and the REST interface")
    add_address_arguments(parser)
    parser.set_defaults(run=run)


def add_address_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (default: %(default)s)")
    parser.add_argument("--processes", default=2, type=int, help="web processes (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    prepare_files()
    os.execv(command(options)[0], command(options))  # noqa: S606  the server takes this process over


def prepare_files() -> None:
    """Gather the assets under names that carry their digest, so that browsers may keep them for ever."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def command(options: argparse.Namespace) -> list[str]:
    """The server's command line. Two threads a process: more would each open a database connection."""
    import sys
    from pathlib import Path

    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface", "wsgi", "--host", options.host, "--port", str(options.port),
        "--workers", str(options.processes), "--blocking-threads", "2", "--respawn-failed-workers",
        "--log-level", "warning", "stellwerk.config.wsgi:application",
    ]  # fmt: skip
