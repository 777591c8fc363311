"""People: as other rooms may know them, and as they see themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.identity.models import Account
from stellwerk.identity.queries.pictures import is_data_check_due, picture_address
from stellwerk.identity.rules import is_mobile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


_COLUMNS = ("pk", "email", "first_name", "last_name", "language")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person as other rooms may know it."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What people see of themselves."""

    id: int
    email: str
    first_name: str
    last_name: str
    phone: str
    language: str
    theme: str
    is_operator: bool
    created_at: datetime
    last_login: datetime | None
    date_of_birth: date | None
    picture_sha256: str
    data_checked_at: datetime | None

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()

    @property
    def picture_url(self) -> str:
        return picture_address(self.id, self.picture_sha256)

    @property
    def is_check_due(self) -> bool:
        return is_data_check_due(self)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


def has_accounts() -> bool:
    """Whether anybody lives here yet."""
    return Account.objects.exists()


def account_row(account_id: int) -> AccountRow | None:
    row = Account.objects.filter(pk=account_id).values_list(*_COLUMNS).first()
    return AccountRow(*row) if row else None


def account_rows(account_ids: Iterable[int]) -> dict[int, AccountRow]:
    rows = Account.objects.filter(pk__in=list(account_ids)).values_list(*_COLUMNS)
    return {row[0]: AccountRow(*row) for row in rows}


def confirmed_mobiles(account_ids: Iterable[int]) -> dict[int, str]:
    """The mobile numbers that these people have proved to hold, in E.164. One query."""
    rows = Account.objects.filter(pk__in=list(account_ids), is_active=True, phone_verified_at__isnull=False)
    return {number: phone for number, phone in rows.values_list("pk", "phone") if phone and is_mobile(phone)}


def account_id_of(email: str) -> int | None:
    """For doors that already proved who asks; never show the answer to a stranger."""
    return Account.objects.filter(email__iexact=email).values_list("pk", flat=True).first()


def profile_row(account_id: int) -> ProfileRow | None:
    columns = ("pk", "email", "first_name", "last_name", "phone", "language", "theme", "is_operator", "created_at")
    more = ("last_login", "date_of_birth", "picture_sha256", "data_checked_at")
    row = Account.objects.filter(pk=account_id, is_active=True).values_list(*columns, *more).first()
    return ProfileRow(*row) if row else None
