"""Reads what an operator set. A value that cannot be used is refused in one sentence that names its variable."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path


def number(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured."""
    raw = os.environ.get(name) or str(default)
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is no whole number: {raw}") from None


def choice(name: str, *options: str) -> str:
    """One of the words, the first by default. Raises ImproperlyConfigured: a word misspelt must not choose another."""
    raw = os.environ.get(name) or options[0]
    if raw not in options:
        raise ImproperlyConfigured(f"{name} is none of {', '.join(options)}: {raw}")
    return raw


def address(name: str) -> str:
    """A web address without a path, or nothing. Raises ImproperlyConfigured."""
    raw = os.environ.get(name, "").rstrip("/")
    parts = urlsplit(raw)
    if raw and not (parts.scheme in {"http", "https"} and parts.hostname and raw == f"{parts.scheme}://{parts.netloc}"):
        raise ImproperlyConfigured(f"{name} is no address like https://portal.example.ch: {raw}")
    return raw


def zone(name: str, default: str) -> str:
    """The name of a time zone. Raises ImproperlyConfigured."""
    raw = os.environ.get(name) or default
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(f"{name} is no time zone like Europe/Zurich: {raw}") from None
    return raw


def database(embedded: Path) -> dict[str, Any]:
    """What DATABASE_URL says, else the embedded database. Raises ImproperlyConfigured."""
    raw = os.environ.get("DATABASE_URL") or f"sqlite:///{embedded}"
    # Never with the value itself: it may hold a password, and this sentence ends in logs.
    wrong = "DATABASE_URL (or --database) is neither postgresql://user@host/name nor sqlite:///path"
    if not raw.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise ImproperlyConfigured(wrong)
    try:
        return dict(dj_database_url.parse(raw, conn_max_age=600))
    except ValueError:
        raise ImproperlyConfigured(f"{wrong}; special characters are written like %40") from None


def kept_secret(path: Path) -> str:
    """A secret made once and kept in the data folder, readable by its owner only. Raises ImproperlyConfigured."""
    if not path.exists():
        _make_secret(path)
    secret = path.read_text().strip()
    if not secret:
        raise ImproperlyConfigured(f"{path} is empty: put it back from your backup")
    return secret


def _make_secret(path: Path) -> None:
    # The name appears with the whole content or not at all: a full disk must not leave an empty key, and of two
    # processes that start at once both read the one that was first.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        _name_once(waiting, path)
    finally:
        waiting.unlink(missing_ok=True)


def _name_once(waiting: Path, path: Path) -> None:
    try:
        os.link(waiting, path)
    except FileExistsError:
        return  # the other process was first
    except OSError:
        waiting.replace(path)  # a file system without hard links, such as some mounts of containers
