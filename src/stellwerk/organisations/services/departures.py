"""What people lose when they go out of the organisation or of a team, and what becomes of it (ORG-058, ORG-078).

Rooms that keep something for people register here: they are asked before, and told in the transaction in which it
happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.organisations.errors import CHOICE_MISSING
from stellwerk.organisations.models import Membership, Team

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Who goes: out of the organisation, or of a team only. A team without `account_ids` goes as a whole."""

    organisation_id: int
    account_ids: tuple[int, ...] = ()
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of one person that ends, in words of the active language.

    With `choices`, pairs of code and words, the remover decides what happens to it; the first one is the default.
    `key` names the decision among those of the same person. `thing` is what it is about where a page lists things
    one by one, and `kept` what stays and through what.
    """

    account_id: int
    key: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    person: str = ""
    thing: str = ""
    kept: str = ""

    @property
    def field_name(self) -> str:
        return f"choice-{self.account_id}-{self.key}"


class Room(Protocol):
    """What a room that keeps something for people answers."""

    def losses(self, departure: Departure) -> Sequence[Loss]:
        """What these people lose; few queries, however many they are."""

    def settle(self, *, actor: Actor, organisation_id: int, loss: Loss, choice: str) -> None:
        """Do what was chosen, in the transaction of the removal. Called for losses with choices only."""

    def forget(self, *, organisation_id: int, account_ids: Collection[int]) -> None:
        """They belong to the organisation no more; whoever returns begins with nothing."""


_rooms: list[Room] = []


def register(room: Room) -> None:
    """System-only: called once per room while the rooms are loaded."""
    _rooms.append(room)


def unregister(room: Room) -> None:
    """System-only: for tests that bring a room of their own."""
    _rooms.remove(room)


def losses_of(departure: Departure) -> list[Loss]:
    """System-only: a read for the page that asks before a removal."""
    return [loss for room in _rooms for loss in room.losses(departure)]


def settle_losses(*, actor: Actor, organisation_id: int, account_id: int, choices: Mapping[str, str] | None) -> None:
    """System-only: part of a removal, whose service judged the actor.

    `choices` maps field names to codes; None takes the default of each. Raises Invalid for a decision that is missing
    or unknown: nothing is decided silently once somebody was asked.
    """
    departure = Departure(organisation_id=organisation_id, account_ids=(account_id,))
    for room in _rooms:
        for loss in room.losses(departure):
            if not loss.choices:
                continue
            known = [code for code, _words in loss.choices]
            choice = known[0] if choices is None else choices.get(loss.field_name, "")
            if choice not in known:
                raise Invalid(FieldError(loss.field_name, "in", CHOICE_MISSING, tuple(known)))
            room.settle(actor=actor, organisation_id=organisation_id, loss=loss, choice=choice)


def let_go(memberships: Iterable[Membership]) -> None:
    """End memberships, and what rooms keep for these people, in the caller's transaction.

    System-only: a step of use cases. At once and not by an event: somebody who is invited again must not begin with
    the old rights, nor lose the new ones when a late handler clears away.
    """
    place = attrgetter("organisation_id")
    going = sorted(memberships, key=lambda each: (each.organisation_id, each.pk))
    Membership.objects.filter(pk__in=[each.pk for each in going]).delete()
    for organisation_id, group in groupby(going, key=place):
        account_ids = [each.account_id for each in group]
        Team.objects.filter(organisation_id=organisation_id, leader_id__in=account_ids).update(leader=None)
        for room in _rooms:
            room.forget(organisation_id=organisation_id, account_ids=account_ids)
