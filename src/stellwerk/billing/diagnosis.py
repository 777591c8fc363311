"""What `stellwerk doctor` examines in the billing room."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
