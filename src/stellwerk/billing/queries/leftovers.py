"""What an organisation still owes, has ordered or holds: none of it may be left when it is deleted (ORG-064)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing

from stellwerk.billing.models import Invoice, LedgerAccount, Order
from stellwerk.billing.queries.document_links import SALT
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from datetime import date

FAREWELL_DAYS = 30
_ENDED = (
    Order.State.FULFILLED, Order.State.PARTLY_FULFILLED, Order.State.CANCELLED, Order.State.REFUNDED,
    Order.State.EXPIRED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leftover:
    """`kind` is order, invoice or prepaid; `id` of the first two. A balance has an amount instead of a number."""

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
    """Three queries: orders under way, invoices with an open amount, balances other than nothing."""
    orders = Order.objects.filter(organisation_id=organisation_id).exclude(state__in=_ENDED).order_by("pk")
    unpaid = Invoice.objects.filter(organisation_id=organisation_id, open_minor__gt=0).order_by("pk")
    held = LedgerAccount.objects.filter(organisation_id=organisation_id, kind=AccountKind.PREPAID).exclude(
        balance_minor=0
    )
    return [
        *(Leftover("order", pk, number) for pk, number in orders.values_list("pk", "number")),
        *(
            Leftover("invoice", pk, number, amount_minor, currency)
            for pk, number, amount_minor, currency in unpaid.values_list("pk", "number", "open_minor", "currency")
        ),
        *(
            Leftover("prepaid", 0, "", amount_minor, currency)
            for amount_minor, currency in held.order_by("pk").values_list("balance_minor", "currency")
        ),
    ]


def farewell_documents(organisation_id: int) -> list[FarewellDocument]:
    """All documents of an organisation that was deleted, newest first, for the one mail about them (ORG-065)."""
    until = int((clock.now() + timedelta(days=FAREWELL_DAYS)).timestamp())
    rows = Invoice.objects.filter(organisation_id=organisation_id).order_by("-issued_on", "-pk")
    signer = signing.Signer(salt=SALT)
    return [
        FarewellDocument(number, issued_on, signer.sign_object((pk, until)))
        for pk, number, issued_on in rows.values_list("pk", "number", "issued_on")
    ]
