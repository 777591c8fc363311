"""What messages about orders, documents and money say. No person asks, so no visibility applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing.documents import references
from stellwerk.billing.models import Invoice, Order, OrderLine, TopUp
from stellwerk.billing.queries.wording import period_text
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.catalogue import queries as catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stellwerk.catalogue.queries import OfferRow


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as its messages know it. `invoice` is None for an order that costs nothing."""

    id: int
    organisation_id: int
    number: str
    placed_by_id: int | None
    is_prepaid: bool
    amount_text: str
    expires_on: str
    invoice: InvoiceFacts | None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """A document, and how it is paid. Amounts are in words, dates in ISO form, "" where there is none."""

    id: int
    organisation_id: int
    number: str
    is_credit_note: bool
    has_order: bool
    has_renewals: bool
    amount_text: str
    open_text: str
    balance_part_text: str
    due_on: str
    iban: str
    reference: str
    corrects: str
    language: str
    document_email: str


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A product in the list of a message, with the day that concerns it, in ISO form."""

    own_name: str
    day: str
    offer: OfferRow | None

    @property
    def title(self) -> str:
        """In the active language, like the rows of To pay: a domain and its hosting may share a name."""
        if self.offer is None:
            return self.own_name
        return f"{self.own_name} ({self.offer.name})" if self.own_name else self.offer.name


def listed_items(items: Iterable[tuple[str, ...]]) -> list[ListedItem]:
    """Names, days and offers as events carry them. One query; none for no items."""
    stored = [(own_name, day, offer[0] if offer else "") for own_name, day, *offer in items]
    codes = {code for _, _, code in stored if code}
    offers = {row.code: row for row in catalogue.offers(codes=codes)} if codes else {}
    return [ListedItem(own_name, day, offers.get(code)) for own_name, day, code in stored]


def order_facts(order_id: int) -> OrderFacts:
    order = Order.objects.get(pk=order_id)
    invoice = order.invoices.filter(kind=Invoice.Kind.INVOICE).values_list("pk", flat=True).first()
    return OrderFacts(
        id=order.pk,
        organisation_id=order.organisation_id,
        number=order.number,
        placed_by_id=order.placed_by_id,
        is_prepaid=order.means != Order.Means.BANK_TRANSFER,
        amount_text=amount_text(order.gross_minor, order.currency),
        expires_on=order.expires_on.isoformat(),
        invoice=invoice_facts(invoice) if invoice is not None else None,
    )


def invoice_facts(invoice_id: int) -> InvoiceFacts:
    invoice = Invoice.objects.select_related("corrects").get(pk=invoice_id)
    prepaid_minor = int(invoice.texts.get("prepaid_minor", 0))
    return InvoiceFacts(
        id=invoice.pk,
        organisation_id=invoice.organisation_id,
        number=invoice.number,
        is_credit_note=invoice.kind == Invoice.Kind.CREDIT_NOTE,
        has_order=invoice.order_id is not None,
        has_renewals=invoice.renewals.exists(),
        amount_text=amount_text(invoice.gross_minor, invoice.currency),
        open_text=amount_text(invoice.open_minor, invoice.currency) if invoice.open_minor else "",
        balance_part_text=amount_text(prepaid_minor, invoice.currency) if prepaid_minor else "",
        due_on=invoice.due_on.isoformat() if invoice.due_on else "",
        iban=references.printed_account(invoice.iban),
        reference=references.printed_reference(invoice.reference) if invoice.reference else "",
        corrects=invoice.corrects.number if invoice.corrects else "",
        language=invoice.language,
        document_email=str(invoice.buyer.get("email", "")),
    )


def order_line_words(order_id: int) -> Mapping[str, list[dict[str, str]]]:
    """The lines in the active language: what goes on, and what failed with its reason."""
    lines = list(OrderLine.objects.filter(order_id=order_id).order_by("position"))
    names = {row.code: row.name for row in catalogue.offers(codes={line.offer_code for line in lines})}
    words: dict[str, list[dict[str, str]]] = {"lines": [], "failed": []}
    for line in lines:
        name = names.get(line.offer_code, line.product_name)
        text = {
            "name": f"{name}, {line.target}" if line.target else name,
            "period": period_text(line.period_months),
            "failure": line.failure,
        }
        words["failed" if line.state == OrderLine.State.FAILED else "lines"].append(text)
    return words


def top_up_number(top_up_id: int) -> str:
    return TopUp.objects.values_list("number", flat=True).get(pk=top_up_id)
