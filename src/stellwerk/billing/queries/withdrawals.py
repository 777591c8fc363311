"""Withdrawals as the organisation and the operator see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext

from stellwerk.billing import policy
from stellwerk.billing.models import Withdrawal
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.prepaid import withdrawable_minor
from stellwerk.foundation import secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

MOST_SHOWN = 200  # of each list of the operator


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRow:
    """Prepaid money on its way out. `account_text` is the shortened IBAN; the whole one is `sealed_iban`."""

    id: int
    organisation_id: int
    organisation_name: str
    number: str
    amount_minor: int
    currency: str
    holder: str
    account_text: str
    sealed_iban: str
    needs_check: bool
    state: str
    requested_at: datetime
    file_id: str
    sent_at: datetime | None
    ended_at: datetime | None
    return_reason: str

    @property
    def is_cancellable(self) -> bool:
        return self.state == Withdrawal.State.REQUESTED

    @property
    def is_returnable(self) -> bool:
        return self.state in (Withdrawal.State.REQUESTED, Withdrawal.State.SENT, Withdrawal.State.DONE)

    @property
    def is_under_way(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A payment file that was made, to be downloaded again."""

    file_id: str
    sent_at: datetime | None
    count: int


_COLUMNS = ("pk", "organisation_id", "organisation__name", "number", "amount_minor", "currency", "holder",
            "account_text", "sealed_iban", "needs_check", "state", "requested_at", "file_id", "sent_at", "ended_at",
            "return_reason")  # fmt: skip
_NAMES = ("id", "organisation_id", "organisation_name", *_COLUMNS[3:])


def withdrawal_rows(actor: Actor, organisation_id: int, *, limit: int = 50, skip: int = 0) -> list[WithdrawalRow]:
    """Withdrawals of an organisation, newest first. One query."""
    require(policy.can_see_billing(actor, organisation_id))
    return _rows(Withdrawal.objects.filter(organisation_id=organisation_id).order_by("-pk")[skip : skip + limit])


def withdrawal_total(actor: Actor, organisation_id: int) -> int:
    require(policy.can_see_billing(actor, organisation_id))
    return Withdrawal.objects.filter(organisation_id=organisation_id).count()


def withdrawal_row(actor: Actor, organisation_id: int, *, withdrawal_id: int) -> WithdrawalRow:
    """Raises NotFound for another organisation's."""
    require(policy.can_see_billing(actor, organisation_id))
    return _only(Withdrawal.objects.filter(pk=withdrawal_id, organisation_id=organisation_id))


def has_withdrawal(organisation_id: int, withdrawal_id: int) -> bool:
    return Withdrawal.objects.filter(pk=withdrawal_id, organisation_id=organisation_id).exists()


def withdrawable(actor: Actor, organisation_id: int) -> dict[str, int]:
    """What can be paid out of each currency there is an account in (PRE-012). One query.

    Nothing in the house holds prepaid money back or gives it as a promotion: the whole balance is the customer's own.
    """
    require(policy.can_see_billing(actor, organisation_id))
    balances = prepaid_balances(organisation_id)
    return {
        currency: withdrawable_minor(balance_minor, held_minor=0, promotional_minor=0)
        for currency, balance_minor in balances.items()
    }


def payout_rows(actor: Actor, *, states: tuple[str, ...]) -> list[WithdrawalRow]:
    """What the operator has to do, oldest first. One query."""
    require(policy.can_pay_out(actor))
    return _rows(Withdrawal.objects.filter(state__in=states).order_by("pk")[:MOST_SHOWN])


def payout_row(actor: Actor, *, withdrawal_id: int) -> WithdrawalRow:
    require(policy.can_pay_out(actor))
    return _only(Withdrawal.objects.filter(pk=withdrawal_id))


def payout_files(actor: Actor, *, limit: int = 10) -> list[FileRow]:
    """The files of late, newest first. One query."""
    require(policy.can_pay_out(actor))
    rows = Withdrawal.objects.exclude(file_id="").values("file_id", "sent_at").annotate(count=Count("pk"))
    return [FileRow(each["file_id"], each["sent_at"], each["count"]) for each in rows.order_by("-sent_at")[:limit]]


def ended_payouts(actor: Actor, *, limit: int = 20) -> list[WithdrawalRow]:
    """Paid, returned and called back of late, newest first. One query."""
    require(policy.can_pay_out(actor))
    return _rows(Withdrawal.objects.exclude(ended_at=None).order_by("-ended_at")[:limit])


def reason_text(row: WithdrawalRow) -> str:
    """Why it came back: in the reader's language where the house says it, the operator's own words as they are."""
    said = row.return_reason
    return gettext(said) if said else ""


def opened_iban(sealed_iban: str) -> str:
    """The whole account number, for the payment order and whoever checks it."""
    return secrets.decrypt(sealed_iban)


def _only(rows: QuerySet[Withdrawal]) -> WithdrawalRow:
    found = _rows(rows[:1])
    if not found:
        raise NotFound
    return found[0]


def _rows(rows: QuerySet[Withdrawal]) -> list[WithdrawalRow]:
    return [WithdrawalRow(**dict(zip(_NAMES, values, strict=True))) for values in rows.values_list(*_COLUMNS)]
