"""Withdrawals of the prepaid balance on the wire (PRE-011…013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.api.outputs import amount
from stellwerk.billing.queries import withdrawals as queries
from stellwerk.billing.services.withdraw import NewWithdrawal as Entries
from stellwerk.billing.services.withdraw import cancel_withdrawal, request_withdrawal
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Input,
    Listing,
    MoneyOut,
    Output,
    Router,
    page_of,
    seconds,
    success,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router("Payments", names={"amount_minor": "amount", "current_password": "password"})
WITHDRAWALS = "accounts/{organisation_id}/prepaid/withdrawals"


class WithdrawalOut(Output):
    """`account` is the IBAN, shortened. `needs_check`: the operator looks at the holder's name before it pays."""

    id: int
    number: str
    amount: MoneyOut
    holder: str
    account: str
    needs_check: bool
    state: Literal["requested", "sent", "done", "returned", "cancelled"]
    return_reason: str | None
    created_at: int
    sent_at: int | None
    ended_at: int | None


class NewWithdrawal(Input):
    """`amount` in minor units, from 100 to what the balance holds. `password` is the account's."""

    amount: int = Field(ge=1)
    currency: Literal["CHF", "EUR"]
    holder: str = Field(min_length=1, max_length=100)
    iban: str = Field(min_length=1, max_length=60)
    password: str | None = Field(default=None, max_length=1_000)


@router.get(WITHDRAWALS, scope="billing", answer=WithdrawalOut, listing=Listing(is_searchable=False))
def withdrawals(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Withdrawals, newest first."""
    actor, asked = request.actor, request.asked
    return page_of(
        request,
        rows=lambda: [
            _withdrawal(row)
            for row in queries.withdrawal_rows(actor, organisation_id, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: queries.withdrawal_total(actor, organisation_id),
    )


@router.post(WITHDRAWALS, scope="billing", answer=WithdrawalOut, status=201)
def withdraw(request: ApiRequest, organisation_id: int, entries: NewWithdrawal) -> HttpResponse:
    """Have prepaid money paid out; it leaves the balance at once. Asks for the account's password."""
    made = request_withdrawal(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Entries(
            amount_minor=entries.amount, currency=entries.currency, holder=entries.holder, iban=entries.iban
        ),
        current_password=entries.password,
    )
    return _answer(request, organisation_id, made.pk, status=201)


@router.get(f"{WITHDRAWALS}/{{withdrawal_id}}", scope="billing", answer=WithdrawalOut)
def withdrawal(request: ApiRequest, organisation_id: int, withdrawal_id: int) -> HttpResponse:
    """One withdrawal, and how far it has come."""
    return _answer(request, organisation_id, withdrawal_id)


@router.post(f"{WITHDRAWALS}/{{withdrawal_id}}/cancellation", scope="billing", answer=WithdrawalOut)
def cancel(request: ApiRequest, organisation_id: int, withdrawal_id: int) -> HttpResponse:
    """Call a withdrawal back before it goes to the bank; the money returns to the balance."""
    cancel_withdrawal(actor=request.actor, organisation_id=organisation_id, withdrawal_id=withdrawal_id)
    return _answer(request, organisation_id, withdrawal_id)


def _answer(request: ApiRequest, organisation_id: int, withdrawal_id: int, *, status: int = 200) -> HttpResponse:
    row = queries.withdrawal_row(request.actor, organisation_id, withdrawal_id=withdrawal_id)
    return success(_withdrawal(row), status=status)


def _withdrawal(row: queries.WithdrawalRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "amount": amount(row.amount_minor, row.currency),
        "holder": row.holder,
        "account": row.account_text,
        "needs_check": row.needs_check,
        "state": row.state,
        "return_reason": queries.reason_text(row) or None,
        "created_at": seconds(row.requested_at),
        "sent_at": seconds(row.sent_at),
        "ended_at": seconds(row.ended_at),
    }
