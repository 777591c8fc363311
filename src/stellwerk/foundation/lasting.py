"""What stays written although the call it belongs to is undone: counts of failures (SEC-056, SEC-059).

Refusals undo what a call had begun. A wrong password that uncounts itself that way could be tried again for ever, so
whoever counts says `lasting.write(…)`, and whoever undoes whole calls watches over them.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class Watch:
    """The lasting writes of one call, in their order."""

    def __init__(self) -> None:
        self._writes: list[Callable[[], object]] = []

    def noted(self, do: Callable[[], object]) -> None:
        self._writes.append(do)

    def repeat(self) -> None:
        """Write it all once more, after the first time was rolled back."""
        for do in tuple(self._writes):
            do()


_watch: ContextVar[Watch | None] = ContextVar("lasting_watch", default=None)


@contextmanager
def watched() -> Iterator[Watch]:
    """Notes the lasting writes of the block. Whoever rolls the block back calls `repeat()` afterwards."""
    watch = Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def write(do: Callable[[], T]) -> T:
    """Do it now, and again should a watched call around it be rolled back. The second result is dropped."""
    watch = _watch.get()
    if watch is not None:
        watch.noted(do)
    return do()
