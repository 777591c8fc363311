"""A refusal as one line for a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Refused(Exception):
    """A command cannot do what was asked; the text is one line for the person at the terminal."""


def status_of(command: Callable[[], int | None]) -> int:
    """Run a command; answers its exit status: 1 for a refusal, which is said in one line on standard error."""
    from django.db import Error as DatabaseError

    from stellwerk.foundation.errors import DomainError

    try:
        return command() or 0
    except (DomainError, DatabaseError, OSError, Refused) as refusal:
        sys.stderr.write(f"stellwerk: {one_line(refusal)}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def one_line(refusal: BaseException) -> str:
    """What was refused and why, without a traceback and without a line break."""
    from stellwerk.foundation.errors import DomainError, Invalid

    if isinstance(refusal, Invalid):
        text = " ".join(f"{error.name}: {error.text}" for error in refusal.errors)
    elif isinstance(refusal, DomainError):
        text = f"{refusal.sentence()} ({refusal.code})"
    else:
        text = str(refusal) or type(refusal).__name__
    return " ".join(text.split())
