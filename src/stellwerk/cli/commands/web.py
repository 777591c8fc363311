"""`stellwerk web`: the web server alone, for nodes behind a proxy."""

from __future__ import annotations

import socket
from importlib import import_module
from typing import TYPE_CHECKING

from stellwerk.cli.refusals import Refused
from stellwerk.cli.tree import end_with_parent

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stellwerk.cli.commands.base import Names

THREADS = 2  # of a process: more would each open a database connection


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("web", parents=[places], help="serve pages and the REST interface")
    add_address_arguments(parser)
    parser.set_defaults(run=run, before_loading=refuse_taken_port)


def add_address_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (default: %(default)s)")
    parser.add_argument("--processes", default=2, type=int, help="web processes (default: %(default)s)")


def refuse_taken_port(options: argparse.Namespace) -> None:
    """Raises Refused. The server itself would share a port that another one of its kind holds."""
    host, port = options.host, options.port
    if not host or options.processes < 1:
        raise Refused("--host names an address, and --processes is 1 or more")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError as too_high:
            raise Refused(f"cannot listen on {host}:{port} (no such port); choose another with --port") from too_high
        except OSError as taken:
            raise Refused(f"cannot listen on {host}:{port} ({taken.strerror}); choose another with --port") from taken


def run(options: argparse.Namespace) -> None:
    prepare_files()
    load_pages()
    listen(options)


def prepare_files() -> None:
    """Gather the assets under names that carry their digest, so that browsers may keep them for ever."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def load_pages() -> None:
    """The application with every address of the house, before the processes that serve it are forked."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    import_string(settings.WSGI_APPLICATION)
    import_module(settings.ROOT_URLCONF)


def listen(options: argparse.Namespace) -> None:
    """Serve until told to stop. A web process that dies is forked again."""
    import multiprocessing

    from django.db import connections
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings, HTTP2Settings
    from granian.log import LogLevels
    from granian.server import Server

    connections.close_all()
    multiprocessing.set_start_method("fork", force=True)  # granian asks for it; anything else loads everything again
    server = Server(
        "stellwerk.config.wsgi:application",
        address=options.host if ":" in options.host else socket.gethostbyname(options.host),  # it knows no names
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        http1_settings=HTTP1Settings(),
        http2_settings=HTTP2Settings(),
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=_pages_of_a_process, wrap_loader=False)


def _pages_of_a_process() -> Callable[..., object]:
    from django.conf import settings
    from django.utils.module_loading import import_string

    from stellwerk.foundation.logs import configure_logging

    configure_logging()
    end_with_parent()
    pages: Callable[..., object] = import_string(settings.WSGI_APPLICATION)
    return pages
