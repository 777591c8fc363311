"""A refusal as one line for a terminal."""

from __future__ import annotations

from stellwerk.foundation.errors import DomainError, Invalid


def one_line(refusal: BaseException) -> str:
    """What was refused and why, without a traceback and without a line break."""
    if isinstance(refusal, Invalid):
        text = " ".join(f"{error.name}: {error.text}" for error in refusal.errors)
    elif isinstance(refusal, DomainError):
        text = f"{refusal.sentence()} ({refusal.code})"
    else:
        text = str(refusal) or type(refusal).__name__
    return " ".join(text.split())
