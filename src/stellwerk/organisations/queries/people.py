"""Members and teams of one organisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, CharField, Count, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from stellwerk.foundation.actor import MANAGERS, Role
from stellwerk.foundation.searching import words_to_find
from stellwerk.identity.queries import any_factor, picture_address
from stellwerk.organisations.models import Membership, Team, TeamMember
from stellwerk.organisations.queries.endings import billing_switch, unended
from stellwerk.organisations.queries.organisations import sees_billing
from stellwerk.organisations.rules.teams import color_number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team, with how many people are in it; `members` where they were asked for."""

    id: int
    name: str
    color: str
    created_by_id: int | None
    created_at: datetime
    updated_at: datetime
    leader: PersonRow | None = None
    members: tuple[PersonRow, ...] = ()
    size: int = 0

    @property
    def color_number(self) -> int:
        return color_number(self.color)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody by name."""

    account_id: int
    name: str
    initials: str
    picture_url: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in an organisation."""

    account_id: int
    first_name: str
    last_name: str
    email: str
    role: Role
    has_billing_access: bool
    receives_billing_messages: bool
    receives_product_messages: bool
    last_login: datetime | None
    joined_at: datetime
    has_second_factor: bool
    ends_on: date | None = None
    billing_ends_on: date | None = None
    picture_sha256: str = ""
    receives_billing_texts: bool = False
    teams: tuple[TeamRow, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()

    @property
    def picture_url(self) -> str:
        return picture_address(self.account_id, self.picture_sha256)

    @property
    def role_name(self) -> str:
        return self.role.label

    @property
    def is_manager(self) -> bool:
        return self.role in (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What narrows a list of members; empty values do not."""

    search: str = ""
    role: str = ""
    team_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()
    has_billing_access: bool | None = None
    has_second_factor: bool | None = None


ALL = MemberFilter()
_REPRESENTING = MemberFilter(role=Role.LEGAL_REPRESENTATIVE)
CHOICES = 50  # as many as somebody looks through; a longer choice is searched
_COLUMNS = (
    "pk", "account_id", "account__first_name", "account__last_name", "account__email", "role", "pays",
    "receives_billing_messages", "receives_product_messages", "account__last_login", "created_at", "has_second_factor",
    "ends_on", "billing_ends_on", "account__picture_sha256", "receives_billing_texts",
)  # fmt: skip
_MOST_ASKED_BY_NUMBER = 500  # of more people it is quicker to read the roles of all than to name each
_NAMES = (
    "account_id", "first_name", "last_name", "email", "role", "has_billing_access", "receives_billing_messages",
    "receives_product_messages", "last_login", "joined_at", "has_second_factor", "ends_on", "billing_ends_on",
    "picture_sha256", "receives_billing_texts",
)  # fmt: skip


_PERSON = (
    "membership__account_id", "membership__account__first_name", "membership__account__last_name",
    "membership__account__email", "membership__account__picture_sha256", "ends_on",
)  # fmt: skip
_TEAM = (
    "pk", "name", "color", "created_by_id", "created_at", "updated_at", "leads", "leader_id", "leader__first_name",
    "leader__last_name", "leader__email", "leader__picture_sha256",
)  # fmt: skip


def member_rows(organisation_id: int, *, only: MemberFilter = ALL, limit: int = 50, skip: int = 0) -> list[MemberRow]:
    """The members by last name, with their teams: two queries."""
    rows = narrowed_members(organisation_id, only).order_by("account__last_name", "account__first_name", "pk")
    found = list(_with_factor(rows).values_list(*_COLUMNS)[skip : skip + limit])
    teams = _teams_of([row[0] for row in found])
    return [_row(row, teams.get(row[0], ())) for row in found]


def member_total(organisation_id: int, *, only: MemberFilter = ALL) -> int:
    return narrowed_members(organisation_id, only).count()


def member_row(organisation_id: int, account_id: int) -> MemberRow | None:
    rows = member_rows(organisation_id, only=MemberFilter(account_ids=(account_id,)), limit=1)
    return rows[0] if rows else None


def legal_representative_names(organisation_id: int) -> list[str]:
    """Who can do what only they may do, for the sentence beside a greyed action. One query."""
    return [name for _account_id, name in _names(narrowed_members(organisation_id, _REPRESENTING))[:5]]


def people_outside(
    organisation_id: int, team_id: int, *, search: str = "", limit: int = CHOICES
) -> list[tuple[int, str]]:
    """Members who are not in a team, by name, for a choice of them. One query."""
    inside = TeamMember.objects.filter(_in_the_team(), team_id=team_id)
    found = narrowed_members(organisation_id, MemberFilter(search=search))
    return list(_names(found.exclude(pk__in=inside.values("membership_id")))[:limit])


def people_without_all_rights(
    organisation_id: int, *, search: str = "", account_id: int | None = None, limit: int = CHOICES
) -> list[tuple[int, str]]:
    """Members who see only what they were granted, by name, for a choice of them. One query."""
    only = MemberFilter(search=search, account_ids=() if account_id is None else (account_id,))
    return list(_names(narrowed_members(organisation_id, only).exclude(role__in=list(MANAGERS)))[:limit])


def legal_representative_total(organisation_id: int) -> int:
    """Those who count for the rule of the last one (ORG-031). One query."""
    return Membership.objects.filter(
        organisation_id=organisation_id, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
    ).count()


def product_recipients(organisation_id: int) -> list[MemberRow]:
    """Who receives the organisation's product messages (ORG-052, ORG-054), the longest members first."""
    rows = Membership.objects.filter(
        unended(), organisation_id=organisation_id, account__is_active=True, receives_product_messages=True
    )
    return [_row(row, ()) for row in _with_factor(rows).order_by("pk").values_list(*_COLUMNS)]


def has_member(organisation_id: int, account_id: int) -> bool:
    rows = Membership.objects.filter(unended(), organisation_id=organisation_id, account_id=account_id)
    return rows.exists()


def share_an_organisation(account_id: int, other_id: int) -> bool:
    """Whether two people work in one organisation that still exists. One query."""
    others = Membership.objects.filter(unended(), organisation=OuterRef("organisation"), account_id=other_id)
    rows = Membership.objects.filter(unended(), account_id=account_id, organisation__deleted_at=None)
    return rows.filter(Exists(others)).exists()


def names_of(organisation_id: int, account_ids: Iterable[int]) -> dict[int, str]:
    """Those of these people who are members, by name. One query."""
    rows = Membership.objects.filter(unended(), organisation_id=organisation_id, account_id__in=list(account_ids))
    columns = ("account_id", "account__first_name", "account__last_name", "account__email")
    found = rows.values_list(*columns)
    return {account_id: f"{first} {last}".strip() or email for account_id, first, last, email in found}


def team_names(organisation_id: int) -> dict[int, str]:
    """All teams by name. One query."""
    return dict(Team.objects.filter(organisation_id=organisation_id).order_by("name", "pk").values_list("pk", "name"))


def roles_of(organisation_id: int, account_ids: Iterable[int]) -> dict[int, Role]:
    """The role that each of these people holds today; nobody else is named. One query."""
    wanted = frozenset(account_ids)
    rows = Membership.objects.filter(unended(), organisation_id=organisation_id)
    if len(wanted) <= _MOST_ASKED_BY_NUMBER:
        rows = rows.filter(account_id__in=wanted)
    return {
        account_id: Role(role) for account_id, role in rows.values_list("account_id", "role") if account_id in wanted
    }


def has_team(organisation_id: int, team_id: int) -> bool:
    return Team.objects.filter(pk=team_id, organisation_id=organisation_id).exists()


def team_rows(organisation_id: int, *, limit: int = 200, skip: int = 0) -> list[TeamRow]:
    """The teams by name, with their members: two queries."""
    return _with_members(Team.objects.filter(organisation_id=organisation_id), slice(skip, skip + limit))


def team_total(organisation_id: int) -> int:
    return Team.objects.filter(organisation_id=organisation_id).count()


def counted_teams(organisation_id: int, *, team_id: int | None = None) -> list[TeamRow]:
    """The teams by name, or the only one asked for, with the number of their members. One query."""
    rows = Team.objects.filter(organisation_id=organisation_id)
    wanted = rows if team_id is None else rows.filter(pk=team_id)
    # Counted over a join: PostgreSQL would answer a subquery for each team by reading all memberships again.
    size = Count("members", filter=unended("members__") & unended("members__membership__"))
    return [_team(row) for row in _led(wanted).annotate(size=size).values_list(*_TEAM, "size")]


def team_people(organisation_id: int, team_id: int) -> list[PersonRow]:
    """Who is in a team, the first ones first. One query."""
    return [_person(*values) for values in _places(organisation_id, team_id).values_list(*_PERSON)]


def team_account_ids(organisation_id: int, team_id: int) -> list[int]:
    """The same people by their numbers alone. One query."""
    return list(_places(organisation_id, team_id).values_list("membership__account_id", flat=True))


def team_name(organisation_id: int, team_id: int) -> str | None:
    """None for a team of somebody else. One query."""
    return Team.objects.filter(pk=team_id, organisation_id=organisation_id).values_list("name", flat=True).first()


def team_row(organisation_id: int, team_id: int) -> TeamRow | None:
    """Two queries."""
    return next(iter(_with_members(Team.objects.filter(pk=team_id, organisation_id=organisation_id), slice(1))), None)


def _names(rows: QuerySet[Membership]) -> QuerySet[Membership, tuple[int, str]]:
    """Account and name of each member, by last name."""
    name = Trim(Concat("account__first_name", Value(" "), "account__last_name"))
    shown = Coalesce(NullIf(name, Value("")), "account__email", output_field=CharField())
    ordered = rows.order_by("account__last_name", "account__first_name", "pk")
    return ordered.annotate(shown=shown).values_list("account_id", "shown")


def _places(organisation_id: int, team_id: int) -> QuerySet[TeamMember]:
    places = TeamMember.objects.filter(_in_the_team(), team_id=team_id, team__organisation_id=organisation_id)
    return places.order_by("pk")


def _with_members(teams: QuerySet[Team], part: slice) -> list[TeamRow]:
    rows = [_team((*row, 0)) for row in _led(teams).values_list(*_TEAM)[part]]
    members: dict[int, list[PersonRow]] = {}
    found = TeamMember.objects.filter(_in_the_team(), team_id__in=[row.id for row in rows]).order_by("pk")
    for team_id, *person in found.values_list("team_id", *_PERSON):
        members.setdefault(team_id, []).append(_person(*person))
    people = {team_id: tuple(found) for team_id, found in members.items()}
    return [replace(row, members=people.get(row.id, ()), size=len(people.get(row.id, ()))) for row in rows]


def _led(teams: QuerySet[Team]) -> QuerySet[Team]:
    """By name, and whether the leader is here: one who has left the organisation is nobody's contact (ORG-074)."""
    leads = Membership.objects.filter(
        unended(), organisation_id=OuterRef("organisation_id"), account_id=OuterRef("leader_id")
    )
    return teams.annotate(leads=Exists(leads)).order_by("name", "pk")


def _team(row: tuple[Any, ...]) -> TeamRow:
    *own, leads, account_id, first, last, email, picture, size = row
    leader = _person(account_id, first, last, email, picture, None) if leads else None
    return replace(TeamRow(*own), leader=leader, size=size)


def _person(account_id: int, first: str, last: str, email: str, picture: str, ends_on: date | None) -> PersonRow:
    name = f"{first} {last}".strip() or email
    initials = (first[:1] + last[:1]).upper() or email[:2].upper()
    return PersonRow(account_id, name, initials, picture_address(account_id, picture), ends_on)


def _in_the_team() -> Q:
    """A place that holds today, of somebody who belongs to the organisation today."""
    return unended() & unended("membership__")


def narrowed_members(organisation_id: int | OuterRef, only: MemberFilter) -> QuerySet[Membership]:
    rows = Membership.objects.filter(unended(), organisation_id=organisation_id)
    if only.search:
        for word in words_to_find(only.search):
            rows = rows.filter(
                Q(account__first_name__icontains=word)
                | Q(account__last_name__icontains=word)
                | Q(account__email__icontains=word)
            )
    if only.role:
        rows = rows.filter(role=only.role)
    if only.team_ids:
        inside = TeamMember.objects.filter(unended(), team_id__in=only.team_ids)
        rows = rows.filter(pk__in=inside.values("membership_id"))
    if only.account_ids:
        rows = rows.filter(account_id__in=only.account_ids)
    if only.has_billing_access is not None:
        given = Q(unended("billing_"), has_billing_access=True)
        sees = Q(role__in=[Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR]) | given
        rows = rows.filter(sees if only.has_billing_access else ~sees)
    if only.has_second_factor is not None:
        has = any_factor(of="account_id")
        rows = rows.filter(has if only.has_second_factor else ~has)
    return rows


def _with_factor(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Whether each person has a second factor, in the statement that reads the list (SEC-042)."""
    has = ExpressionWrapper(any_factor(of="account_id"), output_field=BooleanField())
    return rows.annotate(has_second_factor=has, pays=billing_switch())


def _teams_of(membership_ids: list[int]) -> dict[int, tuple[TeamRow, ...]]:
    columns = ("team_id", "team__name", "team__color", "team__created_by_id", "team__created_at", "team__updated_at")
    rows = TeamMember.objects.filter(unended(), membership_id__in=membership_ids).order_by("team__name")
    teams: dict[int, tuple[TeamRow, ...]] = {}
    for membership_id, *team in rows.values_list("membership_id", *columns):
        teams[membership_id] = (*teams.get(membership_id, ()), TeamRow(*team))
    return teams


def _row(row: tuple[Any, ...], teams: tuple[TeamRow, ...]) -> MemberRow:
    values = dict(zip(_NAMES, row[1:], strict=True))
    role = Role(values.pop("role"))
    sees = sees_billing(role, switch=values.pop("has_billing_access"))
    return MemberRow(role=role, has_billing_access=sees, teams=teams, **values)
