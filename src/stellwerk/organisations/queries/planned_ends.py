"""What ends by itself before long, and who is told: whoever holds it, and whoever can set a later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from stellwerk.foundation import clock
from stellwerk.foundation.actor import MANAGERS, Role
from stellwerk.organisations.models import Membership, TeamMember
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

# Days before the last one: people are told once at each. A missed day is caught up.
STAGES = (3, 14)
_PORTION = 100  # organisations whose people are read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEnd:
    """Something of a person, or of a team if `account_id` is None, that holds until `ends_on` and no longer.

    `words` name it in the active language; `path` leads to the page where a later day is set.
    """

    organisation_id: int
    account_id: int | None
    holder: str
    ends_on: date
    words: Callable[[], str]
    path: str
    is_billing: bool = False


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """A member as the notice needs it: what can be read, and what is wished to be read (ORG-052)."""

    organisation_id: int
    organisation_name: str
    account_id: int
    name: str
    email: str
    language: str
    role: Role
    wants_billing: bool
    wants_products: bool

    def wants(self, end: PlannedEnd) -> bool:
        return self.wants_billing if end.is_billing else self.wants_products


@dataclass(frozen=True, slots=True)
class EndNotice:
    """All that one reader hears about one last day in one organisation: `own` first, then what others lose."""

    reader: ToldPerson
    ends_on: date
    stage: int
    own: tuple[PlannedEnd, ...]
    others: tuple[PlannedEnd, ...]
    managers: tuple[str, ...]

    @property
    def key(self) -> str:
        reader = self.reader
        return f"ends:{reader.organisation_id}:{reader.account_id}:{self.ends_on.isoformat()}:{self.stage}"


_rooms: list[Callable[[date, date], Iterable[PlannedEnd]]] = []


def register(
    source: Callable[[date, date], Iterable[PlannedEnd]],
) -> Callable[[date, date], Iterable[PlannedEnd]]:
    """Ask this room too, with the first and the last of the days in question: wiring at start."""
    _rooms.append(source)
    return source


def end_notices() -> Iterator[EndNotice]:
    """Who is to be told of which last day of the next fortnight, by organisation. No person asks: clockwork.

    One query per source and one per hundred organisations.
    """
    today = clock.today()
    found: dict[int, list[PlannedEnd]] = {}
    for source in (_ending_memberships, _ending_places, *_rooms):
        for end in source(today, today + timedelta(days=STAGES[-1])):
            found.setdefault(end.organisation_id, []).append(end)
    numbers = sorted(found)
    for start in range(0, len(numbers), _PORTION):
        portion = numbers[start : start + _PORTION]
        people = _people(portion, {end.account_id for number in portion for end in found[number]})
        for number in portion:
            yield from _notices(found[number], people.get(number, ()), today)


def _notices(ends: Sequence[PlannedEnd], people: Sequence[ToldPerson], today: date) -> Iterator[EndNotice]:
    managers = tuple(each.name for each in people if each.role in MANAGERS)
    for day in sorted({end.ends_on for end in ends}):
        stage = next(days for days in STAGES if (day - today).days <= days)
        ending = sorted((end for end in ends if end.ends_on == day), key=attrgetter("holder"))
        by_holder: dict[int | None, list[PlannedEnd]] = {}
        for end in ending:
            by_holder.setdefault(end.account_id, []).append(end)
        for reader in people:
            mine = by_holder.get(reader.account_id, ())
            theirs = [end for end in ending if end.account_id != reader.account_id] if reader.role in MANAGERS else ()
            own, others = (tuple(end for end in each if reader.wants(end)) for each in (mine, theirs))
            if own or others:
                yield EndNotice(reader, day, stage, own, others, managers)


def _people(organisation_ids: Sequence[int], account_ids: set[int | None]) -> dict[int, list[ToldPerson]]:
    """The managers of these organisations and those of these people who belong to them, the longest members first."""
    rows = Membership.objects.filter(
        Q(role__in=list(MANAGERS)) | Q(account_id__in=account_ids - {None}),
        unended(),
        organisation_id__in=organisation_ids,
        organisation__deleted_at=None,
        account__is_active=True,
    ).order_by("pk")
    columns = (
        "organisation_id", "organisation__name", "account_id", "account__first_name", "account__last_name",
        "account__email", "account__language", "role", "receives_billing_messages", "receives_product_messages",
    )  # fmt: skip
    people: dict[int, list[ToldPerson]] = {}
    for number, organisation, account_id, first, last, email, language, role, *wishes in rows.values_list(*columns):
        name = f"{first} {last}".strip() or email
        person = ToldPerson(number, organisation, account_id, name, email, language, Role(role), *wishes)
        people.setdefault(number, []).append(person)
    return people


_HOLDER = ("account_id", "account__first_name", "account__last_name", "account__email", "organisation_id")


def _ending_memberships(first: date, last: date) -> Iterator[PlannedEnd]:
    """Of the person as a whole, and of the right to invoices."""
    days = (first, last)
    rows = Membership.objects.filter(unended(), Q(ends_on__range=days) | Q(billing_ends_on__range=days)).order_by("pk")
    for *holder, ends_on, billing_ends_on in rows.values_list(*_HOLDER, "ends_on", "billing_ends_on"):
        if ends_on and ends_on <= last:
            yield _end(holder, ends_on, _membership_in_words)
        if billing_ends_on and first <= billing_ends_on <= last:
            yield _end(holder, billing_ends_on, _invoices_in_words, is_billing=True)


def _ending_places(first: date, last: date) -> Iterator[PlannedEnd]:
    rows = TeamMember.objects.filter(unended("membership__"), ends_on__range=(first, last)).order_by("pk")
    holder_columns = [f"membership__{name}" for name in _HOLDER]
    for *holder, team_id, team, ends_on in rows.values_list(*holder_columns, "team_id", "team__name", "ends_on"):
        path = reverse("organisations:team", args=[holder[-1], team_id])
        yield _end(holder, ends_on, partial(_place_in_words, team), path=path)


def _membership_in_words() -> str:
    return _("Membership")


def _invoices_in_words() -> str:
    return _("Access to invoices")


def _place_in_words(team: str) -> str:
    return _("Place in the team %(name)s") % {"name": team}


def _end(
    holder: Sequence[Any], ends_on: date, words: Callable[[], str], *, path: str = "", is_billing: bool = False
) -> PlannedEnd:
    account_id, first, last, email, organisation_id = holder
    return PlannedEnd(
        organisation_id=organisation_id,
        account_id=account_id,
        holder=f"{first} {last}".strip() or email,
        ends_on=ends_on,
        words=words,
        path=path or reverse("organisations:member", args=[organisation_id, account_id]),
        is_billing=is_billing,
    )
