"""Limits of the prepaid account and its share in a payment (PRE-003…014, PRE-018, EX-09, EX-18)."""

from __future__ import annotations

from dataclasses import dataclass

from stellwerk.billing.rules.refusals import BillingRefused

TOPUP_MINIMUM_MINOR = 10
TOPUP_MAXIMUM_MINOR = 999_900
WITHDRAWAL_MINIMUM_MINOR = 100

# Means of payment that can top up, and the currencies each takes (PRE-004).
TOPUP_MEANS = {"card": ("CHF", "EUR"), "bank_transfer": ("CHF", "EUR"), "postfinance": ("CHF",)}


@dataclass(frozen=True, slots=True)
class PaymentShares:
    """A payment taken from the prepaid account first and from another means for the rest. Minor units."""

    prepaid_minor: int
    other_minor: int


def require_topup(amount_minor: int, *, currency: str, means: str) -> None:
    """Whether a deposit is allowed; the limits hold per deposit and in either currency (PRE-003…005).

    Raises BillingRefused: topup_means_refused, means_currency_refused, topup_out_of_range.
    """
    if means not in TOPUP_MEANS:
        raise BillingRefused("topup_means_refused", means=means)
    if currency not in TOPUP_MEANS[means]:
        raise BillingRefused("means_currency_refused", means=means, currency=currency)
    if not TOPUP_MINIMUM_MINOR <= amount_minor <= TOPUP_MAXIMUM_MINOR:
        raise BillingRefused(
            "topup_out_of_range",
            minimum_minor=TOPUP_MINIMUM_MINOR,
            maximum_minor=TOPUP_MAXIMUM_MINOR,
            currency=currency,
        )


def payment_shares(due_minor: int, *, available_minor: int) -> PaymentShares:
    """How much of `due_minor` the prepaid account pays, and what another means has to pay (PRE-008, EX-09)."""
    prepaid_minor = max(0, min(due_minor, available_minor))
    return PaymentShares(prepaid_minor, due_minor - prepaid_minor)


def withdrawable_minor(balance_minor: int, *, held_minor: int, promotional_minor: int) -> int:
    """What may be paid out: neither held nor promotional money, and nothing below the minimum of 1.00 (PRE-012)."""
    free_minor = balance_minor - held_minor - promotional_minor
    return free_minor if free_minor >= WITHDRAWAL_MINIMUM_MINOR else 0


def is_forfeitable(balance_minor: int) -> bool:
    """Whether a balance may be given up with its organisation: nothing that could be paid out (DEL-007)."""
    return 0 < balance_minor < WITHDRAWAL_MINIMUM_MINOR
