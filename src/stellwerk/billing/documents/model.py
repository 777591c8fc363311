"""The description of a document that `electronic` and `pdf` turn into bytes. Plain values, no behaviour but sums.

Amounts are integer minor units (cent, Rappen) of the document's one currency, rates basis points (810 is 8.1 %).
Periods are half-open as everywhere in the house: `period_to` is the first day no longer covered. On the document
the last covered day is printed and written, because two invoices in a row must not both claim the day between
(VAT Directive art. 226 (7), MWSTG art. 26 (2) d).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What the document is (INV-001)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PRO_FORMA = "pro_forma"
    RECEIPT = "receipt"


class Category(StrEnum):
    """VAT category code of EN 16931 (EIN-005)."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE_SCOPE = "O"
    EXEMPT = "E"
    ZERO_RATED = "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name with its structured address; the QR-bill knows no other address (QRB-001).

    `vat_number` is the number under which this document's tax stands: leave it empty on a document outside the
    scope of VAT. `registration_number` (UID, SIREN, HRB …) and `registration_note` ("Commercial register of Bern")
    identify the party in any case.
    """

    name: str
    street: str = ""
    building_number: str = ""
    postal_code: str = ""
    town: str = ""
    country: str = ""
    attention: str = ""
    vat_number: str = ""
    registration_number: str = ""
    registration_note: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One position (INV-017): `net_minor` = round(`quantity` × `unit_price_minor`) − `discount_minor`.

    A credit inside an invoice has a negative unit price or quantity. A part of a period is one piece at the price
    of that part, with the shares in `offer_text`.
    """

    product_name: str
    object_name: str = ""
    offer_text: str = ""
    quantity: Decimal | int = 1
    unit_price_minor: int
    discount_minor: int = 0
    discount_text: str = ""
    net_minor: int
    category: Category
    rate_bp: int = 0
    period_from: date | None = None
    period_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VatGroup:
    """Tax on the sum of all lines of one category and rate (GEN-008).

    `exemption_text` is printed; without it the official words of the document's language are (INV-031).
    """

    category: Category
    rate_bp: int = 0
    net_minor: int
    vat_minor: int
    exemption_reason_code: str = ""
    exemption_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over the whole document; `gross_minor` includes the tax."""

    net_minor: int
    vat_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPart:
    """Where and under which reference the open amount is paid; printed as QR-bill (QRB-001).

    `reference` is a QRR, a SCOR or empty; `message` is at most 140 characters (QRB-003).
    """

    iban: str
    reference: str
    creditor: Party
    debtor: Party | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedingDocument:
    """The invoice that a credit note corrects (INV-009)."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything that stands on one document. Credit notes state positive amounts; their kind turns the sign.

    `paid_minor` is what other means than the prepaid account have paid; `paid_with` names the means.
    `vat_in_chf_minor` is the Swiss tax in francs where the document is not in francs (INV-019).
    `logo_svg` is the operator's own drawing beside its name.
    """

    kind: Kind
    number: str
    issued_on: date
    language: str
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: tuple[VatGroup, ...]
    totals: Totals
    due_on: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    paid_by_prepaid_minor: int = 0
    paid_minor: int = 0
    paid_with: str = ""
    paid_on: date | None = None
    payment: PaymentPart | None = None
    customer_number: str = ""
    order_number: str = ""
    billing_reference: str = ""
    preceding: PrecedingDocument | None = None
    notes: tuple[str, ...] = ()
    vat_in_chf_minor: int | None = None
    logo_svg: str = ""

    @property
    def open_minor(self) -> int:
        """What is left to pay (BR-CO-16); never negative on a document that `validate` lets pass."""
        return self.totals.gross_minor - self.paid_by_prepaid_minor - self.paid_minor
