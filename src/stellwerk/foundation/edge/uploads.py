"""What is read of a form with files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class SizeLimit(FileUploadHandler):
    """Refuses a body larger than any form of the house takes, before a byte of it is read.

    Django counts what is no file; files it writes to the disk whatever their size, whoever sends them.
    """

    def handle_raw_input(self, *parsed: Any) -> None:
        """`parsed` is Django's: the stream, the headers, the length of the body, and how its parts are told apart."""
        _stream, _headers, content_length, *_parts = parsed
        if content_length > settings.LARGEST_UPLOAD_BYTES:
            raise RequestDataTooBig("The body is larger than any form takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  Django's signature
        return raw_data  # for the handlers after this one

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002  as above
        return None
