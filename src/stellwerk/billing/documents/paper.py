"""A document as the values that `invoice.typ` prints: every word chosen, every amount formatted, nothing to decide."""

from typing import Any, NamedTuple

from babel import Locale

from stellwerk.billing.documents import formats
from stellwerk.billing.documents.model import Category, Document, Kind, Line, Party, VatGroup
from stellwerk.billing.documents.plain import plain
from stellwerk.billing.documents.texts import text


class _Columns(NamedTuple):
    """Which of the columns that not every document needs this one has."""

    periods: bool
    taxed: bool


def printed(document: Document) -> dict[str, Any]:
    """Everything on the paper but the payment part.

    Words are in the document's language, figures and dates as that language is written in the seller's country.
    """
    locale = formats.locale_of(document.language, document.seller.country)
    columns = _Columns(
        periods=any(line.period_from for line in document.lines),
        taxed=any(group.category is not Category.OUTSIDE_SCOPE for group in document.vat),
    )
    title = f"{text(document.kind.value, document.language)} {plain(document.number)}"
    return {
        "language": document.language,
        "country": document.seller.country,
        "title": title,
        "author": plain(document.seller.name),
        "issued_on": [document.issued_on.year, document.issued_on.month, document.issued_on.day],
        "status": text("paid", document.language) if _is_paid(document) else "",
        "seller": _seller(document),
        "buyer": {"label": text("billed_to", document.language), **_buyer(document, locale)},
        "facts": _facts(document, locale),
        "head": _table_head(document, columns),
        "rows": [_row(line, columns, language=document.language, locale=locale) for line in document.lines],
        "sums": _sums(document, locale),
        "notes": _notes(document, locale),
        "foot": _foot(document),
        "page": text("page", document.language, page="{page}", pages="{pages}"),
    }


def _is_paid(document: Document) -> bool:
    return document.open_minor == 0 and document.kind in (Kind.INVOICE, Kind.RECEIPT)


def _seller(document: Document) -> dict[str, Any]:
    seller = document.seller
    lines = [_street(seller), f"{plain(seller.postal_code)} {plain(seller.town)}".strip()]
    if seller.vat_number:
        lines.append(_vat_number(seller, document.language))
    return {"name": plain(seller.name), "lines": [line for line in lines if line]}


def _buyer(document: Document, locale: Locale) -> dict[str, Any]:
    buyer = document.buyer
    lines = [plain(buyer.attention), _street(buyer), f"{plain(buyer.postal_code)} {plain(buyer.town)}".strip()]
    if buyer.country != document.seller.country:
        lines.append(locale.territories.get(buyer.country, buyer.country))
    if buyer.vat_number:
        lines.append(_vat_number(buyer, document.language))
    return {"name": plain(buyer.name), "lines": [line for line in lines if line]}


def _vat_number(party: Party, language: str) -> str:
    number = formats.printed_vat_number(plain(party.vat_number), language)
    return number if formats.swiss_company_digits(party.vat_number) else f"{text('vat_number', language)} {number}"


def _street(party: Party) -> str:
    return f"{plain(party.street)} {plain(party.building_number)}".strip()


def _facts(document: Document, locale: Locale) -> list[list[str]]:
    """Label and value of everything that identifies the document, in the order of reading."""
    language = document.language
    facts = [("date", formats.short_date(document.issued_on, locale))]
    if document.due_on and document.open_minor:
        facts.append(("due", formats.short_date(document.due_on, locale)))
    if document.preceding:
        issued_on = formats.short_date(document.preceding.issued_on, locale)
        facts.append(("corrects", f"{plain(document.preceding.number)}, {issued_on}"))
    facts.append(("period", formats.period(document.period_from, document.period_to, locale=locale)))
    facts.append(("order_number", plain(document.order_number)))
    facts.append(("customer_number", plain(document.customer_number)))
    facts.append(("reference", plain(document.billing_reference)))
    return [[text(key, language), value] for key, value in facts if value]


def _table_head(document: Document, columns: _Columns) -> dict[str, list[str]]:
    language = document.language
    last = f"{text('net' if columns.taxed else 'amount', language)} {document.currency}"
    words = ["position", "period"] if columns.periods else ["position"]
    figures = ["quantity", "price", "vat"] if columns.taxed else ["quantity", "price"]
    return {
        "words": [text(key, language) for key in words],
        "figures": [*(text(key, language) for key in figures), last],
    }


def _row(line: Line, columns: _Columns, *, language: str, locale: Locale) -> dict[str, Any]:
    described = [plain(part) for part in (line.object_name, line.offer_text) if plain(part)]
    figures = [formats.quantity(line.quantity, locale), formats.amount(line.unit_price_minor, locale)]
    if columns.taxed:
        figures.append(formats.percent(line.rate_bp, locale))
    return {
        "name": plain(line.product_name),
        "detail": ", ".join(described),
        "words": [formats.period(line.period_from, line.period_to, locale=locale)] if columns.periods else [],
        "figures": [*figures, formats.amount(line.net_minor, locale)],
        "discount": _discount(line, language, locale),
    }


def _discount(line: Line, language: str, locale: Locale) -> list[str]:
    if not line.discount_minor:
        return []
    label = text("discount" if line.discount_minor > 0 else "surcharge", language)
    reason = plain(line.discount_text)
    return [f"{label} {reason}".strip(), formats.amount(-line.discount_minor, locale)]


def _sums(document: Document, locale: Locale) -> list[dict[str, Any]]:
    """Rows of the sum at the right; strong ones carry the currency and a rule above (INV-018)."""
    language, totals = document.language, document.totals
    rows = []
    # Outside the scope of VAT no tax is shown, not even none (INV-034).
    taxed = [group for group in document.vat if group.category is not Category.OUTSIDE_SCOPE]
    if taxed:
        rows.append(_sum(text("net", language), formats.amount(totals.net_minor, locale)))
        rows += [_vat_sum(group, language, locale) for group in taxed]
    gross = formats.money(totals.gross_minor, document.currency, locale=locale)
    rows.append(_sum(text("total", language), gross, strong=True))
    if document.vat_in_chf_minor is not None and document.currency != "CHF":
        rows.append(_sum(text("vat_in_chf", language), formats.money(document.vat_in_chf_minor, "CHF", locale=locale)))
    if document.paid_by_prepaid_minor:
        rows.append(_sum(text("by_prepaid", language), formats.amount(-document.paid_by_prepaid_minor, locale)))
    if document.paid_minor:
        means = plain(document.paid_with)
        label = text("by_means", language, means=means) if means else text("by_others", language)
        rows.append(_sum(label, formats.amount(-document.paid_minor, locale)))
    if document.kind in (Kind.CREDIT_NOTE, Kind.RECEIPT):
        return rows
    if document.open_minor != totals.gross_minor:
        left = formats.money(document.open_minor, document.currency, locale=locale)
        rows.append(_sum(text("open", language), left, strong=True))
    return rows


def _vat_sum(group: VatGroup, language: str, locale: Locale) -> dict[str, Any]:
    label = text(
        "vat_on",
        language,
        rate=formats.percent(group.rate_bp, locale),
        net=formats.amount(group.net_minor, locale),
    )
    return _sum(label, formats.amount(group.vat_minor, locale))


def _sum(label: str, value: str, *, strong: bool = False) -> dict[str, Any]:
    return {"label": label, "value": value, "strong": strong}


def _notes(document: Document, locale: Locale) -> list[str]:
    """Sentences under the sums: what law asks for first, then what the operator adds."""
    language = document.language
    notes = []
    if document.kind is Kind.PRO_FORMA:
        notes.append(text("no_fiscal_value", language))
    notes += [note for group in document.vat if (note := exemption(group, language))]
    if document.kind is Kind.CREDIT_NOTE:
        notes.append(text("credited", language))
    elif document.open_minor == 0 and document.paid_on:
        notes.append(text("paid_on", language, date=formats.long_date(document.paid_on, locale)))
    elif document.open_minor and document.due_on:
        notes.append(text("payable_by", language, date=formats.long_date(document.due_on, locale)))
    notes += [plain(note) for note in document.notes]
    if document.seller.email:
        notes.append(text("questions", language, email=plain(document.seller.email)))
    return notes


def exemption(group: VatGroup, language: str) -> str:
    """Why no tax is shown, in the document's language; the reverse charge always by its official term (INV-031)."""
    if group.category is Category.REVERSE_CHARGE:
        return text("reverse_charge", language)
    if group.category is Category.OUTSIDE_SCOPE:
        return plain(group.exemption_text) or text("outside_scope", language)
    return plain(group.exemption_text)


def _foot(document: Document) -> str:
    seller = document.seller
    parts = [plain(seller.name), _street(seller), f"{plain(seller.postal_code)} {plain(seller.town)}".strip()]
    if seller.registration_number and not seller.vat_number:
        parts.append(plain(seller.registration_number))
    parts += [plain(seller.registration_note), plain(seller.website)]
    return "  ·  ".join(part for part in parts if part)
