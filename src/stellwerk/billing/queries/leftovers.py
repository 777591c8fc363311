"""What an organisation still owes, has ordered or holds: none of it may be left when it is deleted (ORG-064)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Value

from stellwerk.billing.models import Invoice, LedgerAccount, Order, Withdrawal
from stellwerk.billing.queries.document_links import SALT
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

FAREWELL_DAYS = 30
_ENDED = (
    Order.State.FULFILLED, Order.State.PARTLY_FULFILLED, Order.State.CANCELLED, Order.State.REFUNDED,
    Order.State.EXPIRED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leftover:
    """`kind` is order, invoice, prepaid or withdrawal. A balance (prepaid) has an amount instead of `id` and number."""

    kind: str
    id: int = 0
    number: str = ""
    amount_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class FarewellDocument:
    """A document, and the token of a link that shows it for thirty days without a sign-in."""

    number: str
    issued_on: date
    token: str


def leftovers(organisation_id: int) -> list[Leftover]:
    """Three queries: orders and withdrawals under way, invoices with an open amount, balances other than nothing.

    In this order: what is called back or credited meanwhile is seen where it was, or on the balance it went to.
    """
    orders = Order.objects.filter(organisation_id=organisation_id).exclude(state__in=_ENDED)
    unpaid = Invoice.objects.filter(organisation_id=organisation_id, open_minor__gt=0).order_by("pk")
    held = LedgerAccount.objects.filter(organisation_id=organisation_id, kind=AccountKind.PREPAID).exclude(
        balance_minor=0
    )
    leaving = Withdrawal.objects.filter(organisation_id=organisation_id, ended_at=None)
    under_way = _named(orders, "order").union(_named(leaving, "withdrawal"), all=True)
    return [
        *(Leftover(kind, pk, number) for kind, pk, number in sorted(under_way)),
        *(
            Leftover("invoice", pk, number, amount_minor, currency)
            for pk, number, amount_minor, currency in unpaid.values_list("pk", "number", "open_minor", "currency")
        ),
        *(
            Leftover("prepaid", 0, "", amount_minor, currency)
            for amount_minor, currency in held.order_by("pk").values_list("balance_minor", "currency")
        ),
    ]


def _named(rows: QuerySet[Any], kind: str) -> QuerySet[Any, tuple[str, int, str]]:
    named: QuerySet[Any, tuple[str, int, str]] = (
        rows.annotate(kind=Value(kind)).order_by().values_list("kind", "pk", "number")
    )
    return named


def farewell_documents(organisation_id: int) -> list[FarewellDocument]:
    """All documents of an organisation that was deleted, newest first, for the one mail about them (ORG-065)."""
    until = int((clock.now() + timedelta(days=FAREWELL_DAYS)).timestamp())
    rows = Invoice.objects.filter(organisation_id=organisation_id).order_by("-issued_on", "-pk")
    signer = signing.Signer(salt=SALT)
    return [
        FarewellDocument(number, issued_on, signer.sign_object((pk, until)))
        for pk, number, issued_on in rows.values_list("pk", "number", "issued_on")
    ]
