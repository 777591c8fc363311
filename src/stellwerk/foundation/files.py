"""Files behind one storage interface: a local folder here, S3 there. Written once, checked by a digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

if TYPE_CHECKING:
    from django.core.files.base import File


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies and what it must contain. `sha256` is hexadecimal."""

    name: str
    sha256: str
    size_bytes: int


class FileDamaged(Exception):
    """The stored content is not what was written."""


def store(name: str, content: bytes) -> StoredFile:
    """Write a new file; the storage may alter the name to keep it unique. Raises OSError when the disk is full."""
    stored_name = default_storage.save(name, ContentFile(content))
    return StoredFile(stored_name, hashlib.sha256(content).hexdigest(), len(content))


def read(name: str, *, sha256: str) -> bytes:
    """The content, proved by its digest. Raises FileDamaged when it was altered, FileNotFoundError when it is gone."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamaged(name)
    return content


def remove(name: str) -> None:
    """Delete a file that no row names any more; one that is gone already is no error."""
    default_storage.delete(name)


def names_in(folder: str) -> list[str]:
    """The files directly in a folder; none where there is no such folder."""
    try:
        _folders, found = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in found]


def written_at(name: str) -> datetime:
    """When the file was written, by the real clock. Long ago for one that is gone."""
    try:
        return default_storage.get_modified_time(name)
    except FileNotFoundError:
        return datetime.min.replace(tzinfo=UTC)


def opened(name: str) -> File[bytes]:
    """A file handle for streaming."""
    return default_storage.open(name)
