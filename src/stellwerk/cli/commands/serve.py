"""`stellwerk serve`: the whole house in one process tree: tables, demo world on first start, web, worker, scheduler."""

from __future__ import annotations

import fcntl
import logging
import os
import sys
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stellwerk.cli.commands import demo, migrate, web, worker
from stellwerk.cli.refusals import Refused, status_of
from stellwerk.cli.tree import Tree, end_with_parent

if TYPE_CHECKING:
    import argparse
    from typing import IO

    from stellwerk.cli.commands.base import Names


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("serve", parents=[places], help="run everything on one machine")
    web.add_address_arguments(parser)
    parser.add_argument("--without-demo", action="store_true", help="leave a new instance empty")
    parser.set_defaults(run=run, before_loading=before_loading, prepares=True)


def before_loading(options: argparse.Namespace) -> None:
    """Raises Refused where something else listens already."""
    web.refuse_taken_port(options)
    options.is_for_this_machine = _is_for_this_machine(options.host)
    if options.is_for_this_machine:
        os.environ.setdefault("STELLWERK_OUTBOX", "local")
        # Links in messages need a whole address; an operator's own one comes from the environment.
        host = f"[{options.host}]" if ":" in options.host else options.host
        os.environ.setdefault("STELLWERK_URL", f"http://{host}:{options.port}")


def run(options: argparse.Namespace) -> int:
    alone = alone_on_the_data()
    migrate.prepare_database_if_needed()
    migrate.refuse_unready()
    is_new = _is_new()
    web.prepare_files()
    web.load_pages()
    tree = Tree({"web": lambda: _listen(options), "worker": _work}, keeps=alone)
    tree.start("web")
    print(f"Stellwerk listens on http://{options.host}:{options.port}", flush=True)
    has_failed = is_new and _wants_demo(options) and not tree.finish(_make_demo)
    if not has_failed:
        tree.start("worker")
        tree.watch()
    tree.end()
    return 1 if has_failed else 0


def alone_on_the_data() -> IO[str]:
    """The open lock of the data folder: a second `serve` would migrate under the first. Raises Refused.

    The system lets it go with this process, however that ends.
    """
    from django.conf import settings

    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock: IO[str] = (settings.DATA / "serve.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        lock.seek(0)
        other = lock.read().strip()
        lock.close()
        raise Refused(
            f"another `stellwerk serve` (process {other}) runs on {settings.DATA}: stop it first, "
            "or choose another folder with --data"
        ) from taken
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _listen(options: argparse.Namespace) -> None:
    end_with_parent()
    web.listen(options)


def _work() -> None:
    end_with_parent()
    worker.work()


def _is_new() -> bool:
    from stellwerk.identity import queries

    return not queries.has_accounts()


def _make_demo() -> None:
    sys.exit(status_of(_tell_of_demo_world))


def _tell_of_demo_world() -> None:
    from stellwerk.foundation.logs import configure_logging

    configure_logging(logging.WARNING)
    print("The demo world is being made; the pages answer already.", flush=True)
    started = time.monotonic()
    accounts = demo.make_demo_world()
    print(f"The demo world is ready after {time.monotonic() - started:.0f} s. Sign in as:")
    for account in accounts:
        print(f"  {account.email}  password: {account.password}")


def _wants_demo(options: argparse.Namespace) -> bool:
    """The people of the demo world have a password that everybody can read: they live on this machine alone."""
    if not options.is_for_this_machine and not options.without_demo:
        print("Others reach this instance, so it starts empty: the passwords of the demo world are public.", flush=True)
    return options.is_for_this_machine and not options.without_demo


def _is_for_this_machine(host: str) -> bool:
    """Nobody else reaches the instance: neither the address it listens on nor a proxy that names it to the world."""
    public_host = urlsplit(os.environ.get("STELLWERK_URL", "")).hostname
    return _is_loopback(host) and (public_host is None or _is_loopback(public_host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
