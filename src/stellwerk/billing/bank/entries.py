"""What one bank file says, as frozen rows (BNK-002, BNK-003, BNK-004)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

KEY_MAX_LENGTH = 160


class Direction(StrEnum):
    """Which way the money moved on our account."""

    CREDIT = "CRDT"
    DEBIT = "DBIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """One movement: a single entry, or one detail of a collective entry.

    `amount_minor` is positive or zero, in minor units of `currency`; `direction` tells the sign. References are compact
    upper case, empty where the bank gave none (NOTPROVIDED counts as none).

    `duplicate_key` names this movement and `entry_key` the entry it stands in, both the same in every file that
    reports it. `is_collective` is an entry that sums up several payments without listing them: a camt.054 will.
    """

    account_iban: str
    amount_minor: int
    currency: str
    direction: Direction
    is_booked: bool
    is_reversal: bool
    value_on: date
    booked_on: date
    duplicate_key: str
    entry_key: str
    servicer_reference: str = ""
    end_to_end_id: str = ""
    debtor_name: str = ""
    debtor_iban: str = ""
    structured_reference: str = ""
    reference_type: str = ""
    free_text: str = ""
    is_collective: bool = False
    statement_number: int = 1
    entry_number: int = 1
    detail_number: int = 0
    line: int = field(default=0, compare=False)

    @property
    def makes_payment(self) -> bool:
        """Booked money that came in, neither the return of a debit nor a sum still to be explained (BNK-002)."""
        moved = self.is_booked and not self.is_collective and self.amount_minor > 0
        return moved and self.direction is Direction.CREDIT and not self.is_reversal

    @property
    def undoes_payment(self) -> bool:
        """A booked reversal that takes an earlier credit away again."""
        return self.is_booked and self.direction is Direction.DEBIT and self.is_reversal


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One account's part of a file."""

    statement_id: str
    account_iban: str
    entries: tuple[BankEntry, ...]


@dataclass(frozen=True, slots=True)
class BankFile:
    """A whole file. `message` is camt.052, camt.053 or camt.054; `version` 04 or 08."""

    message: str
    version: str
    message_id: str
    statements: tuple[BankStatement, ...]

    @property
    def entries(self) -> tuple[BankEntry, ...]:
        return tuple(entry for statement in self.statements for entry in statement.entries)
