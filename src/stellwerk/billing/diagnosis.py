"""What `stellwerk doctor` examines in the billing room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.billing.queries import findings
from stellwerk.foundation.health import examination

if TYPE_CHECKING:
    from collections.abc import Iterable


@examination("ledger")
def ledger() -> Iterable[str]:
    return findings.ledger_findings()


@examination("invoices")
def invoices() -> Iterable[str]:
    return findings.invoice_findings()


@examination("stored documents")
def stored_documents() -> Iterable[str]:
    return findings.document_findings()


@examination("operator")
def company_on_documents() -> Iterable[str]:
    """Customers of an instance that others reach must not pay to the made-up accounts of the demo world."""
    if settings.SITE_URL.startswith("https://") and settings.OPERATOR_LACKS:
        names = ", ".join(settings.OPERATOR_LACKS)
        yield f"Invoices name the company of the demo world or its bank accounts: set {names}"
