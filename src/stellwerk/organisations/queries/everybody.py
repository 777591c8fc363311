"""Members and invited people as one list, for those who see both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, CharField, Count, DateTimeField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from stellwerk.foundation.actor import Role
from stellwerk.identity.queries import picture_address
from stellwerk.organisations.models import Invitation, Membership, Organisation
from stellwerk.organisations.queries.endings import billing_switch
from stellwerk.organisations.queries.invitations import narrowed_invitations
from stellwerk.organisations.queries.organisations import sees_billing
from stellwerk.organisations.queries.people import narrowed_members

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from stellwerk.organisations.queries.people import MemberFilter


@dataclass(frozen=True, slots=True)
class EverybodyRow:
    """A member (`account_id`), or somebody with an open invitation (`invitation_id`)."""

    account_id: int | None
    invitation_id: int | None
    first_name: str
    last_name: str
    email: str
    role: Role
    has_billing_access: bool
    last_login: datetime | None
    picture_url: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass(frozen=True, slots=True)
class EverybodyFilter:
    """Which of the two lists, and what narrows them."""

    members: MemberFilter
    has_members: bool = True
    has_invited: bool = False


# The first four put the list in order: members by name, then invitations, the newest first.
_COLUMNS = (
    "rank",
    "by_last",
    "by_first",
    "place",
    "member",
    "invitation",
    "first",
    "last",
    "mail",
    "holds",
    "sees",
    "seen",
    "picture",
)
_ID, _TEXT = BigIntegerField(), CharField()


def everybody_rows(
    organisation_id: int, *, only: EverybodyFilter, limit: int = 50, skip: int = 0
) -> list[EverybodyRow]:
    """Members by last name, then the people with an open invitation. One query."""
    parts: list[QuerySet[Any, tuple[Any, ...]]] = []
    if only.has_members:
        parts.append(_members(organisation_id, only.members))
    if only.has_invited:
        parts.append(_invited(organisation_id, only.members.search))
    if not parts:
        return []
    rows: Any = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [_row(*values) for values in rows.order_by(*_COLUMNS[:4])[skip : skip + limit]]


def everybody_total(organisation_id: int, *, only: EverybodyFilter) -> int:
    """How many of both. One query."""
    members = narrowed_members(OuterRef("pk"), only.members).order_by().values("organisation")
    invited = narrowed_invitations(OuterRef("pk"), state="pending", search=only.members.search).order_by()
    counts = Organisation.objects.filter(pk=organisation_id).values_list(
        Coalesce(Subquery(members.annotate(count=Count("pk")).values("count")), 0),
        Coalesce(Subquery(invited.values("organisation").annotate(count=Count("pk")).values("count")), 0),
    )
    of_members, of_invited = counts.first() or (0, 0)
    return of_members * only.has_members + of_invited * only.has_invited


def _members(organisation_id: int, only: MemberFilter) -> QuerySet[Membership, tuple[Any, ...]]:
    return (
        narrowed_members(organisation_id, only)
        .annotate(
            rank=Value(0), by_last=F("account__last_name"), by_first=F("account__first_name"), place=F("pk"),
            member=F("account_id"), invitation=Value(None, _ID), first=F("account__first_name"),
            last=F("account__last_name"), mail=F("account__email"), holds=F("role"), sees=billing_switch(),
            seen=F("account__last_login"), picture=F("account__picture_sha256"),
        )
        .values_list(*_COLUMNS)
    )  # fmt: skip


def _invited(organisation_id: int, search: str) -> QuerySet[Invitation, tuple[Any, ...]]:
    return (
        narrowed_invitations(organisation_id, state="pending", search=search)
        .annotate(
            rank=Value(1), by_last=Value("", _TEXT), by_first=Value("", _TEXT), place=-F("pk"),
            member=Value(None, _ID), invitation=F("pk"), first=F("first_name"), last=F("last_name"), mail=F("email"),
            holds=F("role"), sees=F("has_billing_access"), seen=Value(None, DateTimeField()), picture=Value("", _TEXT),
        )
        .values_list(*_COLUMNS)
    )  # fmt: skip


def _row(*values: Any) -> EverybodyRow:
    account_id, invitation_id, first, last, email, raw_role, switch, last_login, picture = values[4:]
    # An invitation keeps the switch as it was set; a member sees what the role gives.
    sees = sees_billing(raw_role, switch=switch) if account_id else switch
    picture_url = picture_address(account_id, picture) if account_id else ""
    return EverybodyRow(account_id, invitation_id, first, last, email, Role(raw_role), sees, last_login, picture_url)
