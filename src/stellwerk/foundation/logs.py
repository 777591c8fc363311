"""One line of JSON per event on standard error, with the request's number and never a secret."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAMES = frozenset({"password", "token", "secret", "code", "authorization", "cookie", "digest", "key"})


def configure_logging(level: int = logging.INFO) -> None:
    """Our own events and those of libraries come out in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = _StandardErrorHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a 404 is an answer, not an event


class _StandardErrorHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is now: whoever calls us may have swapped it, and closed the earlier one."""

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        """The base class names a stream once; here it is asked for each time."""


def without_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:  # noqa: ARG001  structlog's form
    """Values whose name says that they are secret are replaced before anything is written."""
    return {key: "…" if key.lower() in SECRET_NAMES else value for key, value in event.items()}
