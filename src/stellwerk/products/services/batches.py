"""What a change of many products at once answers: the allowed ones changed, the others are named with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stellwerk.foundation.errors import DomainError


class Outcome(StrEnum):
    """What became of one product of a batch (REN-012); the values are the wire names."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchChange:
    """The result for one product. `refused_because` is None unless the outcome is refused."""

    product_id: int
    name: str
    outcome: Outcome
    refused_because: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """All results, as a page sums them up."""

    changes: list[BatchChange]

    @property
    def changed(self) -> list[BatchChange]:
        return [each for each in self.changes if each.outcome is Outcome.CHANGED]

    @property
    def unchanged(self) -> list[BatchChange]:
        return [each for each in self.changes if each.outcome is Outcome.UNCHANGED]

    @property
    def refused(self) -> list[BatchChange]:
        return [each for each in self.changes if each.outcome is Outcome.REFUSED]

    @property
    def undone_by(self) -> str:
        """The ids that changed, as one field of a form takes them back."""
        return ",".join(str(each.product_id) for each in self.changed)
