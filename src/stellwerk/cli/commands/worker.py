"""`stellwerk worker`: jobs and the scheduler in one process. On PostgreSQL any number of them share the work."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("worker", parents=[places], help="run background jobs and recurring tasks")
    parser.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started it is gone"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from stellwerk.foundation import jobs
    from stellwerk.foundation.logs import configure_logging

    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if options.until_parent_ends:
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    jobs.run_worker(stop)


def _watch_parent(stop: threading.Event) -> None:
    parent = os.getppid()
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()
