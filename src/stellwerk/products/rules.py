"""The life of a product as plain values: states, the legal steps between them, colours of tags."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class State(StrEnum):
    """Terminated: ended for non-payment (REN-051). Cancelled: ended by its owner, or never set up."""

    PROVISIONING = "provisioning"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


# What costs nothing is never due: it is kept as running for as long as the house can write down.
ENDLESS_MONTHS: Final = 1200

LIVE: Final = (State.PROVISIONING, State.ACTIVE, State.SUSPENDED)
FINAL: Final = (State.TERMINATED, State.CANCELLED)

# From each state to which; what is not drawn here cannot happen. An unpaid product that no run has seen for 37 days
# is terminated without having been suspended (REN-024 in spirit: one late run does what the missed ones would have).
STEPS: Final[dict[State, frozenset[State]]] = {
    State.PROVISIONING: frozenset({State.ACTIVE, State.CANCELLED}),
    State.ACTIVE: frozenset({State.SUSPENDED, State.TERMINATED, State.CANCELLED}),
    State.SUSPENDED: frozenset({State.ACTIVE, State.TERMINATED, State.CANCELLED}),
    State.TERMINATED: frozenset(),
    State.CANCELLED: frozenset(),
}


def sources_of(target: State) -> tuple[State, ...]:
    """The states from which `target` can be reached in one step."""
    return tuple(state for state, steps in STEPS.items() if target in steps)


# They join letters and emoji of some scripts and turn nothing round.
_JOINERS: Final = frozenset("\u200c\u200d")


def tidy_name(raw: str) -> str:
    """A name in its composed form, every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", raw).split())


def has_invisible(name: str) -> bool:
    """Whether characters are in it that nobody sees: they would forge what a page or a list shows (UI-032)."""
    return any(unicodedata.category(each)[0] == "C" and each not in _JOINERS for each in name)


class Right(StrEnum):
    """What a person may do with a granted product (ORG-047); the values are the wire names. Kinds may add their own."""

    TECHNICAL = "technical"
    STATISTIC = "statistic"
    CHECK = "check"
    SALE = "sale"


ALL_RIGHTS: Final[frozenset[str]] = frozenset(Right)
# Granted in place of single rights: whatever the product's kind offers, today and later (ORG-045).
WHOLE: Final = "all"
LONGEST_RIGHT: Final = 20


class Combination(Protocol):
    """How rights held directly and rights held through teams become what somebody may do (ORG-049)."""

    def __call__(self, *, direct: frozenset[str], from_teams: frozenset[str]) -> frozenset[str]: ...


def union(*, direct: frozenset[str], from_teams: frozenset[str]) -> frozenset[str]:
    """The combination of every kind that says nothing else."""
    return direct | from_teams


def effective_rights(
    sources: Iterable[tuple[str, bool]], *, offered: Collection[str], combined: Combination = union
) -> frozenset[str]:
    """What the sources give together. A source is a right and whether it comes through a team (ORG-049).

    `offered` is what the product's kind offers: that much is everything.
    """
    direct: set[str] = set()
    from_teams: set[str] = set()
    for right, is_through_a_team in sources:
        (from_teams if is_through_a_team else direct).update(offered if right == WHOLE else (right,))
    return combined(direct=frozenset(direct), from_teams=frozenset(from_teams))


class TransferWay(StrEnum):
    """How a receiver comes to a product transfer (TRF-004); the values are the wire names."""

    LINK = "link"
    EMAIL = "email"
    DIRECT = "direct"


class TransferState(StrEnum):
    """Started is open; whatever follows is final. The values are the wire names."""

    STARTED = "started"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


TRANSFER_DAYS: Final = 14  # TRF-006
MOST_TRANSFERRED: Final = 500  # products in one transfer
TRANSFER_LINK_PREFIX: Final = "stw_mov"


# Tag colours are names of the design system, so that a tag reads in light and in dark.
# The class of the chip in the design system; grey is the chip without one.
TAG_CLASSES: Final = {"grey": "", "blue": "t1", "green": "t2", "amber": "t3", "violet": "t4", "teal": "t5"}
TAG_COLORS: Final = tuple(TAG_CLASSES)
MOST_OF_A_TAG_NAME: Final = 40  # ORG-087
