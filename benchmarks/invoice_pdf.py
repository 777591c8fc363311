"""How long an invoice takes with EN 16931 XML, QR-bill and PDF/A-3, against the same paper with neither.

Run as `python -m benchmarks.invoice_pdf`. The design asks for a median of at most 50 ms (design, section 7).
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from stellwerk.billing.documents.electronic import electronic_invoice
from stellwerk.billing.documents.model import Document
from stellwerk.billing.documents.pdf import document_pdf
from stellwerk.billing.documents.references import qr_reference
from stellwerk.billing.tests.documents.builders import a_paid_swiss_invoice, a_payment_part, a_receipt, a_swiss_invoice

INVOICES = 200
LIMIT_MS = 50
BASELINE = "plain paper (baseline)"
RENDERED_AT = datetime(2026, 11, 12, tzinfo=UTC)


def main() -> None:
    """Prints medians in milliseconds and as a share of the plain paper, a receipt without XML and QR-bill."""
    figures = {
        BASELINE: median_ms(lambda number: document_pdf(a_receipt(number=str(number)), rendered_at=RENDERED_AT)),
        "EN 16931 XML, schema-checked": median_ms(lambda number: electronic_invoice(numbered(number))),
        "paid invoice, no QR-bill": median_ms(
            lambda number: document_pdf(a_paid_swiss_invoice(number=str(number)), rendered_at=RENDERED_AT)
        ),
        "invoice with QR-bill": median_ms(lambda number: document_pdf(numbered(number), rendered_at=RENDERED_AT)),
    }
    for name, figure in figures.items():
        print(f"{name:<30} {figure:6.1f} ms  {figure / figures[BASELINE]:4.1f} of the baseline")
    verdict = "met" if figures["invoice with QR-bill"] <= LIMIT_MS else "MISSED"
    print(f"median of {INVOICES} invoices with XML and QR-bill at most {LIMIT_MS} ms: {verdict}")


def numbered(number: int) -> Document:
    payment = a_payment_part(reference=qr_reference(48213, number))
    return a_swiss_invoice(number=f"2026-{number:06d}", payment=payment)


def median_ms(render: Callable[[int], object]) -> float:
    """Over as many different invoices as a day brings; the first few warm the typesetter up and do not count."""
    for number in range(3):
        render(number)
    seconds = []
    for number in range(3, INVOICES + 3):
        started = time.perf_counter()
        render(number)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


if __name__ == "__main__":
    main()
