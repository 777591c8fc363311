"""`stellwerk worker`: jobs and the scheduler in one process. On PostgreSQL any number of them share the work."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("worker", parents=[places], help="run background jobs and recurring tasks")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:  # noqa: ARG001  every command takes its options
    work()


def work() -> None:
    """Until told to stop; the job in hand is finished first."""
    from stellwerk.foundation import jobs
    from stellwerk.foundation.logs import configure_logging

    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    jobs.run_worker(stop)
