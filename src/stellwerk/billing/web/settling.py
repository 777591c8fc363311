"""What a page offers for an open invoice: the details of the transfer, and what the balance could pay of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.foundation.secrets import new_secret

if TYPE_CHECKING:
    from stellwerk.billing.queries.invoices import InvoiceDetail, InvoiceToSettle


def settling_context(organisation_id: int, document: InvoiceDetail | InvoiceToSettle | None) -> dict[str, Any]:
    """For `_transfer.html`. One query while something is open, else none."""
    if document is None:
        return {"document": None, "invoice": None}
    context: dict[str, Any] = {"document": document, "invoice": document.row}
    if document.row.open_minor:
        balance_minor = prepaid_balances(organisation_id).get(document.row.currency, 0)
        context["from_balance_minor"] = min(balance_minor, document.row.open_minor)
        context["payment_key"] = new_secret("payment")
    return context
