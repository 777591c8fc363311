"""What people lose with their membership (ORG-058). Rooms that keep something for them register and offer choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.organisations.errors import CHOICE_MISSING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of one person that ends, in words of the active language.

    With `choices`, pairs of code and words, the remover decides what happens to it; the first one is the default.
    `key` names the decision among those of the same person.
    """

    account_id: int
    key: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def field_name(self) -> str:
        return f"choice-{self.account_id}-{self.key}"


class Asker(Protocol):
    """What these people lose in a room; few queries, however many they are."""

    def __call__(self, organisation_id: int, account_ids: Collection[int]) -> Sequence[Loss]: ...


class Settler(Protocol):
    """Does what was chosen, in the transaction of the removal."""

    def __call__(self, *, actor: Actor, organisation_id: int, loss: Loss, choice: str) -> None: ...


_rooms: dict[Asker, Settler | None] = {}


def register(asker: Asker, *, settler: Settler | None = None) -> None:
    """System-only: called once per room while the rooms are loaded. Losses with choices need a `settler`."""
    _rooms[asker] = settler


def unregister(asker: Asker) -> None:
    """System-only: for tests that bring a room of their own."""
    del _rooms[asker]


def losses_of(organisation_id: int, account_ids: Collection[int]) -> list[Loss]:
    """System-only: a read for the page that asks before a removal."""
    return [loss for asker in _rooms for loss in asker(organisation_id, account_ids)]


def settle_losses(*, actor: Actor, organisation_id: int, account_id: int, choices: Mapping[str, str] | None) -> None:
    """System-only: part of a removal, whose service judged the actor.

    `choices` maps field names to codes; None takes the default of each. Raises Invalid for a decision that is missing
    or unknown: nothing is decided silently once somebody was asked.
    """
    for asker, settler in _rooms.items():
        if settler is None:
            continue
        for loss in asker(organisation_id, [account_id]):
            known = [code for code, _words in loss.choices]
            choice = known[0] if choices is None else choices.get(loss.field_name, "")
            if choice not in known:
                raise Invalid(FieldError(loss.field_name, "in", CHOICE_MISSING, tuple(known)))
            settler(actor=actor, organisation_id=organisation_id, loss=loss, choice=choice)
