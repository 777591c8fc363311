"""A refusal as one line for a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# What databases and the system say, and what the person at the terminal can do about it.
_WAYS_OUT = {
    "database or disk is full": "free some space on its disk and start again; nothing was written in part",
    "attempt to write a readonly database": "its file or folder cannot be written: look at owner and mount",
    "unable to open database file": "its folder is missing or cannot be written; see --data and DATABASE_URL",
    "disk I/O error": "its disk is full or failing",
    "database is locked": "another process has been writing for long; try again",
    "file is not a database": "restore it from a backup",
    "No space left on device": "free some space for the data folder and start again",
    "Read-only file system": "look at the mount of the data folder",
    "Permission denied": "look at the owner of the data folder",
    "connection failed": "see DATABASE_URL or --database",
}


class Refused(Exception):
    """A command cannot do what was asked; the text is one line for the person at the terminal."""


def refuse(objection: str | None) -> None:
    """Raises Refused where there is an objection."""
    if objection:
        raise Refused(objection)


def status_of(command: Callable[[], int | None]) -> int:
    """Run a command; answers its exit status: 1 for a refusal, which is said in one line on standard error."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError

    from stellwerk.foundation.errors import DomainError

    try:
        return command() or 0
    except (DomainError, DatabaseError, ImproperlyConfigured, OSError, Refused) as refusal:
        sys.stderr.write(f"stellwerk: {one_line(refusal)}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def one_line(refusal: BaseException) -> str:
    """What was refused and why, without a traceback and without a line break."""
    from django.db import Error as DatabaseError

    from stellwerk.foundation.errors import DomainError, Invalid

    if isinstance(refusal, Invalid):
        text = " ".join(f"{error.name}: {error.text}" for error in refusal.errors)
    elif isinstance(refusal, DomainError):
        text = f"{refusal.sentence()} ({refusal.code})"
    elif isinstance(refusal, DatabaseError):
        text = f"the database: {_with_way_out(str(refusal))}"
    elif isinstance(refusal, OSError) and refusal.strerror:
        text = _with_way_out(f"{refusal.strerror}: {refusal.filename}" if refusal.filename else refusal.strerror)
    else:
        text = str(refusal) or type(refusal).__name__
    return " ".join(text.split())


def _with_way_out(said: str) -> str:
    way_out = next((way for begin, way in _WAYS_OUT.items() if said.startswith(begin)), "")
    return said + (f" ({way_out})" if way_out else "")
