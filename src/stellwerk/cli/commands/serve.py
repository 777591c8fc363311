"""`stellwerk serve`: the whole house in one process tree: tables, demo world on first start, web, worker, scheduler."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING

from stellwerk.cli.commands import demo, migrate, web
from stellwerk.cli.commands.base import Refused

if TYPE_CHECKING:
    import argparse

    from stellwerk.cli.commands.base import Names

LAST_WORD_SECONDS = 10


def register(names: Names, places: argparse.ArgumentParser) -> None:
    parser = names.add_parser("serve", parents=[places], help="run everything on one machine")
    web.add_address_arguments(parser)
    parser.add_argument("--without-demo", action="store_true", help="leave a new instance empty")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    _refuse_taken_port(options.host, options.port)
    if _listens_here_only(options.host):
        os.environ.setdefault("STELLWERK_OUTBOX", "local")
        # Links in messages need a whole address; an operator's own one comes from the environment.
        host = f"[{options.host}]" if ":" in options.host else options.host
        os.environ.setdefault("STELLWERK_URL", f"http://{host}:{options.port}")
    migrate.prepare_database()
    is_new = _is_new()
    web.prepare_files()
    tree = Tree(options)
    tree.start("web")
    print(f"Stellwerk listens on http://{options.host}:{options.port}", flush=True)
    if is_new and not options.without_demo:
        _make_demo()
    tree.start("worker")
    return tree.watch()


class Tree:
    """The children of `serve`. One that dies is started again; when `serve` is told to stop, they finish first."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.commands = {
            "web": web.command(options),
            "worker": [sys.executable, "-m", "stellwerk", "worker", "--until-parent-ends"],
        }
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.is_stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def start(self, name: str) -> None:
        # A session of its own: Ctrl-C reaches `serve` alone, which then ends the children in order.
        self.children[name] = subprocess.Popen(self.commands[name], start_new_session=True)  # noqa: S603  our own programs

    def watch(self) -> int:
        while not self.is_stopping:
            time.sleep(0.2)
            for name, child in list(self.children.items()):
                if child.poll() is not None and not self.is_stopping:
                    print(f"{name} ended with status {child.returncode} and is started again", file=sys.stderr)
                    time.sleep(0.5)
                    self.start(name)
        return self._end_children()

    def _stop(self, *_: object) -> None:
        self.is_stopping = True

    def _end_children(self) -> int:
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + LAST_WORD_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        return 0


def _is_new() -> bool:
    from stellwerk.identity import queries

    return not queries.has_accounts()


def _make_demo() -> None:
    print("The demo world is being made; the pages answer already.", flush=True)
    started = time.monotonic()
    accounts = demo.make_demo_world()
    print(f"The demo world is ready after {time.monotonic() - started:.0f} s. Sign in as:")
    for account in accounts:
        print(f"  {account.email}  password: {account.password}")
    sys.stdout.flush()


def _listens_here_only(host: str) -> bool:
    return host == "localhost" or (host[0].isdigit() and ip_address(host).is_loopback) or host == "::1"


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise Refused(f"cannot listen on {host}:{port} ({taken.strerror}); choose another with --port") from taken
