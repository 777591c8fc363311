"""What is read of a form with files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class LimitedUploadHandler(MemoryFileUploadHandler):
    """Refuses a body larger than any form of the house takes, before a byte of it is read.

    Django counts what is no file; files it writes to the disk whatever their size, whoever sends them. It stands
    first in place of the handler that keeps small files in memory, which it is as well.
    """

    def handle_raw_input(self, *parsed: Any, **more: Any) -> None:
        """`parsed` is Django's: the stream, the headers, the length of the body, and how its parts are told apart."""
        _stream, _headers, content_length, *_parts = parsed
        if content_length > settings.LARGEST_UPLOAD_BYTES:
            raise RequestDataTooBig("The body is larger than any form takes.")
        super().handle_raw_input(*parsed, **more)
