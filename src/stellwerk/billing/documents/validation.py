"""Refuses a document before it is issued: what law demands must be there and the sums must close (INV-035).

Every check yields the field and a sentence; `validate` raises the first one.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from stellwerk.billing.documents import references
from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.model import Category, Document, Kind, Line, Party, VatGroup
from stellwerk.billing.documents.plain import plain
from stellwerk.billing.documents.texts import LANGUAGES
from stellwerk.foundation.money import CURRENCIES, rounded

RATE_LIMIT_BP = 10_000
MESSAGE_CHARACTERS = 140
CREDIT_NOTE_LEEWAY_MINOR = 99
PAYABLE_LIMIT_MINOR = 99_999_999_999

# Where art. 226 (5) of the VAT Directive asks for the full address of the customer. For a Swiss one name and
# place suffice (MWSTG art. 26 (2) b).
SWISS_TERRITORY = frozenset({"CH", "LI"})
COUNTRIES_WITH_POSTAL_CODES = (
    SWISS_TERRITORY
    | {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IT"}
    | {"LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)

_COUNTRY = re.compile("[A-Z]{2}")

Problem = tuple[str, str]


def validate(document: Document) -> None:
    """Raise DocumentRefused for the first thing that must not be issued this way; return nothing otherwise.

    Checked in this order: identification, parties, lines, sums (BR-CO-10 … BR-CO-17), VAT categories, what the
    kind demands (all `invoice_incomplete`), payment part (`qr_reference`).
    """
    checks = (_identification, _parties, _lines, _sums, _vat_groups, _categories, _kind_demands)
    for check in checks:
        for field, text in check(document):
            raise DocumentRefused("invoice_incomplete", field, text)
    for field, text in _payment(document):
        raise DocumentRefused("qr_reference", field, text)


def _identification(document: Document) -> Iterator[Problem]:
    if not plain(document.number):
        yield "number", "a document needs its number"
    if document.language not in LANGUAGES:
        yield "language", f"{document.language!r} is not one of the five languages"
    if document.currency not in CURRENCIES:
        yield "currency", f"{document.currency!r} is not sold in"
    if not document.lines:
        yield "lines", "a document has at least one line"
    if (document.period_from is None) != (document.period_to is None):
        yield "period_to", "a period has two ends"


def _parties(document: Document) -> Iterator[Problem]:
    yield from _party("seller", document.seller, needs_street=True)
    domestic = document.buyer.country in SWISS_TERRITORY
    yield from _party("buyer", document.buyer, needs_street=not domestic and document.kind is not Kind.RECEIPT)
    if document.kind is not Kind.RECEIPT and not (document.seller.vat_number or document.seller.registration_number):
        yield "seller.registration_number", "the seller must be identifiable (BR-CO-26)"


def _party(path: str, party: Party, *, needs_street: bool) -> Iterator[Problem]:
    if not plain(party.name):
        yield f"{path}.name", "is missing"
    if needs_street and not plain(party.street):
        yield f"{path}.street", "is missing"
    if not plain(party.town):
        yield f"{path}.town", "is missing"
    if not _COUNTRY.fullmatch(party.country):
        yield f"{path}.country", "needs the two letters of ISO 3166"
    if party.country in COUNTRIES_WITH_POSTAL_CODES and not plain(party.postal_code):
        yield f"{path}.postal_code", "is missing"


def _lines(document: Document) -> Iterator[Problem]:
    for index, line in enumerate(document.lines):
        path = f"lines[{index}]"
        if not plain(line.product_name):
            yield f"{path}.product_name", "is missing"
        if line.net_minor != _line_net_minor(line):
            yield f"{path}.net_minor", f"{line.net_minor} is not quantity × price − discount, {_line_net_minor(line)}"
        if (line.period_from is None) != (line.period_to is None):
            yield f"{path}.period_to", "a period has two ends"
        elif line.period_from and line.period_to and line.period_to <= line.period_from:
            yield f"{path}.period_to", "ends before it starts"


def _sums(document: Document) -> Iterator[Problem]:
    totals = document.totals
    if totals.net_minor != sum(line.net_minor for line in document.lines):
        yield "totals.net_minor", "is not the sum of the lines (BR-CO-10, BR-CO-13)"
    if totals.vat_minor != sum(group.vat_minor for group in document.vat):
        yield "totals.vat_minor", "is not the sum of the tax per rate (BR-CO-14)"
    if totals.gross_minor != totals.net_minor + totals.vat_minor:
        yield "totals.gross_minor", "is not net plus tax (BR-CO-15)"
    if totals.gross_minor < 0:
        yield "totals.gross_minor", "is negative; that is a credit note with positive amounts"
    for field in ("paid_by_prepaid_minor", "paid_minor"):
        if getattr(document, field) < 0:
            yield field, "is negative"
    if document.open_minor < 0:
        yield "paid_minor", "more is paid than the document states (BR-CO-16)"


def _vat_groups(document: Document) -> Iterator[Problem]:
    if document.kind is Kind.RECEIPT and not document.vat:
        return
    nets: dict[tuple[str, int], int] = {}
    for line in document.lines:
        nets[line.category, line.rate_bp] = nets.get((line.category, line.rate_bp), 0) + line.net_minor
    if [(group.category, group.rate_bp) for group in document.vat if (group.category, group.rate_bp) not in nets]:
        yield "vat", "names a category and rate that no line has"
    if len(document.vat) != len(nets):
        yield "vat", "needs exactly one entry for each category and rate of the lines (BR-CO-18)"
    for index, group in enumerate(document.vat):
        yield from _vat_group(f"vat[{index}]", group, nets.get((group.category, group.rate_bp), 0), document.kind)


def _vat_group(path: str, group: VatGroup, net_minor: int, kind: Kind) -> Iterator[Problem]:
    if group.net_minor != net_minor:
        yield f"{path}.net_minor", "is not the sum of its lines"
    taxed = group.category is Category.STANDARD
    if not (0 < group.rate_bp <= RATE_LIMIT_BP if taxed else group.rate_bp == 0):
        yield f"{path}.rate_bp", f"{group.rate_bp} does not go with category {group.category.value}"
    exact_minor = rounded(Fraction(group.net_minor * group.rate_bp, 10_000))
    # The last credit note takes what the others left over, which is not what its own rate gives (INV-010, EX-15).
    # BR-CO-17 as published bears less than one whole unit; an invoice is exact (GEN-008).
    leeway_minor = CREDIT_NOTE_LEEWAY_MINOR if kind is Kind.CREDIT_NOTE and taxed else 0
    if abs(group.vat_minor - exact_minor) > leeway_minor:
        yield f"{path}.vat_minor", f"{group.vat_minor} is not net × rate, {exact_minor} (BR-CO-17)"
    if group.category is Category.EXEMPT and not plain(group.exemption_text):
        yield f"{path}.exemption_text", "an exemption names its reason (BR-E-10)"


def _categories(document: Document) -> Iterator[Problem]:
    if document.kind is Kind.RECEIPT:
        return
    used = {group.category for group in document.vat}
    if Category.OUTSIDE_SCOPE in used:
        if len(used) > 1:
            yield "vat", "outside the scope of VAT goes with no other category (BR-O-11)"
        for field, party in (("seller", document.seller), ("buyer", document.buyer)):
            if party.vat_number:
                yield f"{field}.vat_number", "a document outside the scope of VAT carries none (BR-O-02)"
    elif not document.seller.vat_number:
        yield "seller.vat_number", "is missing (INV-030, INV-033)"
    if Category.REVERSE_CHARGE in used and not document.buyer.vat_number:
        yield "buyer.vat_number", "is missing where the customer owes the tax (BR-AE-02)"


def _kind_demands(document: Document) -> Iterator[Problem]:
    if document.kind is Kind.INVOICE and document.open_minor > 0 and document.due_on is None:
        yield "due_on", "an open invoice says until when (BR-CO-25)"
    if document.kind is Kind.CREDIT_NOTE:
        if document.preceding is None or not plain(document.preceding.number):
            yield "preceding", "a credit note names the invoice it corrects (INV-009)"
        if document.payment is not None:
            yield "payment", "nobody pays a credit note"


def _payment(document: Document) -> Iterator[Problem]:
    payment = document.payment
    if payment is None or document.open_minor == 0:
        return
    if not references.is_swiss_account(payment.iban):
        yield "payment.iban", "is no valid account of Switzerland or Liechtenstein (QRB-001)"
    kind = references.kind_of(payment.reference)
    if kind is None:
        yield "payment.reference", "is neither a QR reference nor a creditor reference"
    if not references.fits(payment.iban, payment.reference):
        yield "payment.reference", "does not go with this account (QRB-002)"
    if len(payment.message) > MESSAGE_CHARACTERS:
        yield "payment.message", f"is longer than {MESSAGE_CHARACTERS} characters (QRB-003)"
    if document.open_minor > PAYABLE_LIMIT_MINOR:
        yield "totals.gross_minor", "is more than a QR-bill can state (QRB-003)"
    for field, party in (("creditor", payment.creditor), ("debtor", payment.debtor)):
        for name in ("name", "postal_code", "town", "country") if party else ():
            if not plain(getattr(party, name)):
                yield f"payment.{field}.{name}", "is missing (QRB-001)"


def _line_net_minor(line: Line) -> int:
    return rounded(Fraction(Decimal(line.quantity)) * line.unit_price_minor) - line.discount_minor
