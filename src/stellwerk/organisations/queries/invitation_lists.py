"""Many people who are about to be invited, and what became of a list that was sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity.services.entries import checked_name, normalised_login
from stellwerk.organisations import policy
from stellwerk.organisations.models import Invitation, InvitationList, InvitationListEntry, Membership
from stellwerk.organisations.queries.endings import unended
from stellwerk.organisations.rules.invitation_lists import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.rules.invitation_lists import ListedPerson


class Prospect(StrEnum):
    """What will happen to a line."""

    NEW = "new"
    AGAIN = "again"  # an open invitation gets the new settings and a fresh link (ORG-041)
    MEMBER = "member"
    TWICE = "twice"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """A line of a list, with what will happen; `fault` says in a sentence why nothing will."""

    line: int
    text: str
    email: str
    first_name: str
    last_name: str
    prospect: Prospect
    fault: str = ""
    ends_on: date | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_invitable(self) -> bool:
        return self.prospect in (Prospect.NEW, Prospect.AGAIN)


@dataclass(frozen=True, slots=True)
class ListRow:
    """How far a list has come."""

    id: int
    started_by_name: str
    created_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    invited: int
    invited_again: int
    refused: int

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


@dataclass(frozen=True, slots=True)
class RefusedEntryRow:
    """Somebody of a list who was not invited, with the code of the reason."""

    email: str
    code: str


def invited_people(actor: Actor, organisation_id: int, *, people: Sequence[ListedPerson]) -> list[InvitedPerson]:
    """What will happen to each line, in their order (ORG-041, ORG-043). Two queries, whatever the length."""
    require(policy.can_manage_members(actor, organisation_id))
    read = [_read(each) for each in people]
    addresses = {each.email for each in read if each.prospect is Prospect.NEW}
    members = set(
        Membership.objects.filter(unended(), organisation_id=organisation_id, account__email__in=addresses).values_list(
            "account__email", flat=True
        )
    )
    invited = set(
        Invitation.objects.filter(
            organisation_id=organisation_id, state=Invitation.State.PENDING, email__in=addresses
        ).values_list("email", flat=True)
    )
    seen: set[str] = set()
    found = []
    for each in read:
        found.append(_judged(each, seen=seen, members=members, invited=invited))
        seen.add(each.email)
    return found


def invitation_list_row(organisation_id: int, list_id: int) -> ListRow | None:
    """One query."""
    outcomes = InvitationListEntry.Outcome
    rows = InvitationList.objects.filter(pk=list_id, organisation_id=organisation_id).annotate(
        total=Count("entries"),
        waiting=Count("entries", filter=Q(entries__outcome=outcomes.WAITING)),
        invited=Count("entries", filter=Q(entries__outcome=outcomes.INVITED)),
        again=Count("entries", filter=Q(entries__outcome=outcomes.INVITED_AGAIN)),
        refused=Count("entries", filter=Q(entries__outcome=outcomes.REFUSED)),
    )
    columns = ("pk", "started_by_name", "created_at", "finished_at", "total", "waiting", "invited", "again", "refused")
    values = rows.values_list(*columns).first()
    if values is None:
        return None
    number, who, created_at, finished_at, total, waiting, *outcome = values
    return ListRow(number, who, created_at, finished_at, total, total - waiting, *outcome)


def refused_entries(organisation_id: int, list_id: int) -> list[RefusedEntryRow]:
    rows = InvitationListEntry.objects.filter(
        invitation_list_id=list_id,
        invitation_list__organisation_id=organisation_id,
        outcome=InvitationListEntry.Outcome.REFUSED,
    )
    return [RefusedEntryRow(*values) for values in rows.order_by("pk").values_list("email", "code")[:500]]


def _read(person: ListedPerson) -> InvitedPerson:
    values: dict[str, Any] = {"first_name": person.first_name, "last_name": person.last_name}
    ends_on = None
    try:
        email = normalised_login(person.email)
        ends_on = _day(person.ends_on) if person.ends_on else None
        for name, raw in values.items():
            values[name] = checked_name(name, raw) if raw else ""
    except Invalid as bad:
        fault = str(bad.errors[0].text)
        return InvitedPerson(person.line, person.text, person.email, **values, prospect=Prospect.FAULTY, fault=fault)
    return InvitedPerson(person.line, person.text, email, **values, prospect=Prospect.NEW, ends_on=ends_on)


def _day(written: str) -> date:
    try:
        day = day_of(written)
    except ValueError:
        text = _("Write the last day as 2026-12-31 or 31.12.2026.")
        raise Invalid(FieldError("ends_on", "date", text)) from None
    if day < clock.today():
        raise Invalid(FieldError("ends_on", "after", _("The last day is over. Name today or a later day.")))
    return day


def _judged(person: InvitedPerson, *, seen: set[str], members: set[str], invited: set[str]) -> InvitedPerson:
    prospect = person.prospect
    if prospect is Prospect.FAULTY:
        return person
    if person.email in seen:
        prospect = Prospect.TWICE
    elif person.email in members:
        prospect = Prospect.MEMBER
    elif person.email in invited:
        prospect = Prospect.AGAIN
    return replace(person, prospect=prospect)
