"""How a sum can be paid: which means, what each would bear, and why one is not offered (PAY-001, PAY-016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.prepaid import payment_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

PREPAID, BANK_TRANSFER, FREE = "prepaid", "bank_transfer", "free"


@dataclass(frozen=True, slots=True)
class MeansPanel:
    """The part "How to pay" of a page. Amounts in minor units of one currency."""

    currency: str
    gross_minor: int
    balance_minor: int
    chosen: str
    uses_balance: bool

    @property
    def is_free(self) -> bool:
        return self.gross_minor == 0

    @property
    def can_pay_all_from_balance(self) -> bool:
        return self.balance_minor >= self.gross_minor

    @property
    def can_pay_part_from_balance(self) -> bool:
        return 0 < self.balance_minor < self.gross_minor

    @property
    def prepaid_minor(self) -> int:
        """What the balance bears."""
        if self.chosen == PREPAID:
            return self.gross_minor
        if not self.uses_balance:
            return 0
        return payment_shares(self.gross_minor, available_minor=self.balance_minor).prepaid_minor

    @property
    def transfer_minor(self) -> int:
        """What is left to transfer."""
        return self.gross_minor - self.prepaid_minor

    @property
    def part_minor(self) -> int:
        """What a transfer beside the balance would have to bear."""
        return max(0, self.gross_minor - self.balance_minor)


def means_panel(
    organisation_id: int, *, currency: str, gross_minor: int, sent: Mapping[str, str] | None = None
) -> MeansPanel:
    """The panel with what was chosen so far; an impossible choice falls back to the transfer. One query."""
    balance_minor = prepaid_balances(organisation_id).get(currency, 0)
    sent = sent or {}
    default = PREPAID if 0 < gross_minor <= balance_minor else BANK_TRANSFER
    chosen = sent.get("means") or default
    if chosen == PREPAID and balance_minor < gross_minor:
        chosen = BANK_TRANSFER
    uses_balance = bool(sent.get("use_balance")) if "means" in sent else 0 < balance_minor < gross_minor
    return MeansPanel(currency, gross_minor, balance_minor, chosen, uses_balance and chosen == BANK_TRANSFER)
