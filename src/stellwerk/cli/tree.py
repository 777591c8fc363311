"""The processes of `stellwerk serve`: forks of one process that has loaded everything once, watched and ended in order.

Loading the house takes longer than all else at the start, so nobody does it twice. Whoever forks may hold no database
connection and no thread: a fork inherits the first, where two would speak on one line, and loses the second. That is
why the process that watches does nothing else, and the demo world is made by a child, too.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess
    from typing import IO

LAST_WORD_SECONDS = 10
LOOK_SECONDS = 0.2
PARENT_SECONDS = 1.0
PAUSE_SECONDS = 0.5  # before something that ended is started again
STOPS = (signal.SIGINT, signal.SIGTERM)


class Tree:
    """Children by name. One that dies is started again; when the parent is told to stop, they finish first."""

    def __init__(self, duties: dict[str, Callable[[], None]], *, keeps: IO[str]) -> None:
        """`keeps` is an open file that the parent alone holds, for as long as it lives."""
        self.duties = duties
        self.keeps = keeps
        self.children: dict[str, ForkProcess] = {}
        self.is_stopping = False
        for number in STOPS:
            signal.signal(number, self._stop)
        gc.freeze()  # what is loaded stays; the collector would touch, and so copy, these pages in every child

    def start(self, name: str) -> None:
        self.children[name] = _forked(self.duties[name], self.keeps)

    def finish(self, duty: Callable[[], None]) -> bool:
        """Something done once, beside the others; answers whether it succeeded. Told to stop, it is waited for."""
        child = _forked(duty, self.keeps)
        while child.is_alive():
            self._look_after_children()
        return child.exitcode == 0

    def watch(self) -> None:
        while not self.is_stopping:
            self._look_after_children()

    def end(self) -> None:
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + LAST_WORD_SECONDS
        for child in self.children.values():
            child.join(max(0.1, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()

    def _stop(self, *_: object) -> None:
        self.is_stopping = True

    def _look_after_children(self) -> None:
        time.sleep(LOOK_SECONDS)
        for name, child in list(self.children.items()):
            if not child.is_alive() and not self.is_stopping:
                print(f"{name} ended with status {child.exitcode} and is started again", file=sys.stderr, flush=True)
                time.sleep(PAUSE_SECONDS)
                self.start(name)


def end_with_parent() -> None:
    """Let the process that calls stop, as if it were told to, when its parent is gone: nobody else would end it."""
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _forked(duty: Callable[[], None], parents: IO[str]) -> ForkProcess:
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    child = multiprocessing.get_context("fork").Process(target=_be_a_child, args=(duty, parents))
    # A signal in between would find the parent's handler in the child, and nobody would hear it.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return child


def _be_a_child(duty: Callable[[], None], parents: IO[str]) -> None:
    parents.close()
    os.setsid()  # Ctrl-C reaches the parent alone, which then ends its children in order
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    duty()
