"""Pictures and the reminder to look at the own data, read from columns that are at hand: no query but for the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.urls import reverse

from stellwerk.foundation import clock, files
from stellwerk.identity.models import Account

if TYPE_CHECKING:
    from datetime import datetime


PICTURES = "pictures"  # the folder of their files
_YOUNG = timedelta(days=1)


class Checked(Protocol):
    """An account, or the row of one."""

    @property
    def created_at(self) -> datetime: ...
    @property
    def data_checked_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class PictureRow:
    """Whose picture it is, and where the file lies."""

    account_id: int
    file: str
    sha256: str


def picture_address(account_id: int, sha256: str) -> str:
    """Where the picture with this digest is served; empty without one. A new picture has a new address."""
    return reverse("identity:picture", args=[f"{account_id}-{sha256}.webp"]) if sha256 else ""


def picture_row(name: str) -> PictureRow | None:
    """The picture of the last part of such an address, while it is the one the person shows."""
    number, _dash, digest = name.removesuffix(".webp").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER and digest):
        return None
    found = Account.objects.filter(pk=int(number), picture_sha256=digest)
    row = found.values_list("pk", "picture_file", "picture_sha256").first()
    return PictureRow(*row) if row and picture_address(row[0], digest).endswith(f"/{name}") else None


def stray_pictures() -> list[str]:
    """Files older than a day that no account names. Reads the whole folder: for house-keeping only."""
    until = clock.wall() - _YOUNG
    names = [name for name in files.names_in(PICTURES) if files.written_at(name) < until]
    return [name for part in _parts(names) for name in sorted(part - _named(part))]


def missing_pictures() -> list[int]:
    """Accounts whose picture is named but not there: a backup without its files. For `stellwerk doctor`."""
    there = set(files.names_in(PICTURES))
    shown = Account.objects.exclude(picture_file="").order_by("pk").values_list("pk", "picture_file")
    return [pk for pk, name in shown.iterator() if name not in there]


def _parts(names: list[str]) -> list[set[str]]:
    """As many as a statement of either database takes."""
    return [set(names[at : at + _AT_ONCE]) for at in range(0, len(names), _AT_ONCE)]


def _named(names: set[str]) -> set[str]:
    return set(Account.objects.filter(picture_file__in=names).values_list("picture_file", flat=True))


_AT_ONCE = 500
_LONGEST_NUMBER = 18  # fits a database's integer


def is_data_check_due(account: Checked) -> bool:
    """Whether the person should look whether the data are right (ID-048): not for so many days, or never since then.

    An instance with 0 days never asks.
    """
    days = settings.DATA_CHECK_DAYS
    return days > 0 and (account.data_checked_at or account.created_at) + timedelta(days=days) <= clock.now()
