"""Documents as a Swiss operator issues them, one per kind of customer."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from stellwerk.billing.documents.model import (
    Category,
    Document,
    Kind,
    Line,
    Party,
    PaymentPart,
    PrecedingDocument,
    Totals,
    VatGroup,
)
from stellwerk.billing.documents.references import creditor_reference, qr_reference
from stellwerk.foundation.money import rounded

QR_IBAN = "CH44 3199 9123 0008 8901 2"
IBAN = "CH58 0079 1123 0008 8901 2"
ISSUED_ON = date(2026, 11, 12)

OPERATOR = Party(
    name="Stellwerk Hosting AG",
    street="Güterstrasse",
    building_number="8",
    postal_code="3008",
    town="Bern",
    country="CH",
    vat_number="CHE-123.456.789 MWST",
    registration_number="CHE-123.456.789",
    email="billing@stellwerk.example",
    website="stellwerk.example",
)
OPERATOR_OUTSIDE_VAT = replace(OPERATOR, vat_number="")
BAKERY = Party(
    name="Bäckerei Huber AG",
    attention="Sophie Favre",
    street="Länggassstrasse",
    building_number="14",
    postal_code="3012",
    town="Bern",
    country="CH",
    email="billing@baeckerei-huber.example",
)
GERMAN_COMPANY = Party(
    name="Müller & Söhne GmbH",
    street="Lindenallee",
    building_number="3",
    postal_code="10115",
    town="Berlin",
    country="DE",
    vat_number="DE123456788",
)
FRENCH_CONSUMER = Party(
    name="Amélie Dupont", street="rue de l’Église", building_number="7", postal_code="69001", town="Lyon", country="FR"
)
JAPANESE_COMPANY = Party(
    name="Sakura Hosting K.K.",
    street="Marunouchi",
    building_number="1-1",
    postal_code="100-0005",
    town="Tokyo",
    country="JP",
)


def a_line(net_minor: int = 10714, **changes: Any) -> Line:
    values: dict[str, Any] = {
        "product_name": "Web hosting Standard",
        "object_name": "Online shop",
        "unit_price_minor": net_minor,
        "net_minor": net_minor,
        "category": Category.STANDARD,
        "rate_bp": 810,
        "period_from": ISSUED_ON,
        "period_to": date(2027, 11, 12),
    }
    return Line(**{**values, **changes})


def the_lines_of_example_5() -> tuple[Line, ...]:
    return (
        a_line(
            9107,
            unit_price_minor=10714,
            discount_minor=1607,
            discount_text="HERBST26, 15 %",
            offer_text="Yearly",
        ),
        a_line(960, product_name="Domain .ch", object_name="huber-torten.ch", offer_text="Registration"),
    )


def grouped(lines: tuple[Line, ...], **exemption: str) -> tuple[VatGroup, ...]:
    nets: dict[tuple[Category, int], int] = defaultdict(int)
    for line in lines:
        nets[line.category, line.rate_bp] += line.net_minor
    return tuple(
        VatGroup(
            category=category,
            rate_bp=rate_bp,
            net_minor=net_minor,
            vat_minor=rounded(Fraction(net_minor * rate_bp, 10_000)),
            **exemption,
        )
        for (category, rate_bp), net_minor in nets.items()
    )


def a_document(lines: tuple[Line, ...] | None = None, **changes: Any) -> Document:
    """An open Swiss invoice (EX-05) unless told otherwise; tax and totals follow the lines."""
    lines = the_lines_of_example_5() if lines is None else lines
    vat = changes.pop("vat") if "vat" in changes else grouped(lines)
    net_minor, vat_minor = sum(line.net_minor for line in lines), sum(group.vat_minor for group in vat)
    values: dict[str, Any] = {
        "kind": Kind.INVOICE,
        "number": "2026-004217",
        "issued_on": ISSUED_ON,
        "due_on": date(2026, 12, 12),
        "language": "en",
        "currency": "CHF",
        "seller": OPERATOR,
        "buyer": BAKERY,
        "customer_number": "48213",
        "billing_reference": "Shop 2027, cost centre 310",
        "totals": Totals(net_minor=net_minor, vat_minor=vat_minor, gross_minor=net_minor + vat_minor),
    }
    return Document(lines=lines, vat=vat, **{**values, **changes})


def a_payment_part(**changes: Any) -> PaymentPart:
    values: dict[str, Any] = {
        "iban": QR_IBAN,
        "reference": qr_reference(48213, 2026004217),
        "creditor": OPERATOR,
        "debtor": BAKERY,
        "message": "Invoice 2026-004217",
    }
    return PaymentPart(**{**values, **changes})


def a_swiss_invoice(**changes: Any) -> Document:
    return a_document(**{"payment": a_payment_part(), **changes})


def a_paid_swiss_invoice(**changes: Any) -> Document:
    paid = {"paid_by_prepaid_minor": 5000, "paid_minor": 5882, "paid_with": "Visa ending 4417", "paid_on": ISSUED_ON}
    return a_document(**{**paid, "due_on": None, "notes": ("Services are supplied in Switzerland.",), **changes})


def a_reverse_charge_invoice(**changes: Any) -> Document:
    line = a_line(18000, category=Category.REVERSE_CHARGE, rate_bp=0)
    payment = a_payment_part(iban=IBAN, reference=creditor_reference(20260000123), debtor=GERMAN_COMPANY)
    return a_document(
        (line,), **{"language": "de", "currency": "EUR", "buyer": GERMAN_COMPANY, "payment": payment, **changes}
    )


def an_invoice_outside_vat(**changes: Any) -> Document:
    line = a_line(1800, category=Category.OUTSIDE_SCOPE, rate_bp=0)
    return a_document(
        (line,), **{"currency": "EUR", "seller": OPERATOR_OUTSIDE_VAT, "buyer": JAPANESE_COMPANY, **changes}
    )


def a_one_stop_shop_invoice(**changes: Any) -> Document:
    seller = replace(OPERATOR, vat_number="EU756000123")
    line = a_line(1800, rate_bp=2000, product_name="Suite Plus", object_name="1 TB")
    return a_document(
        (line,),
        **{
            "language": "fr",
            "currency": "EUR",
            "seller": seller,
            "buyer": FRENCH_CONSUMER,
            "due_on": None,
            "paid_minor": 2160,
            "paid_on": ISSUED_ON,
            **changes,
        },
    )


def a_credit_note(**changes: Any) -> Document:
    """The second one of EX-15: what is left of the invoice, its tax by difference."""
    line = a_line(9107)
    vat = (VatGroup(category=Category.STANDARD, rate_bp=810, net_minor=9107, vat_minor=737),)
    preceding = PrecedingDocument(number="2026-004217", issued_on=ISSUED_ON)
    return a_document(
        (line,),
        **{
            "kind": Kind.CREDIT_NOTE,
            "number": "2026-G00031",
            "vat": vat,
            "preceding": preceding,
            "due_on": None,
            **changes,
        },
    )


def a_pro_forma(**changes: Any) -> Document:
    return a_document(**{"kind": Kind.PRO_FORMA, "number": "P-2026-00871", "payment": a_payment_part(), **changes})


def a_receipt(**changes: Any) -> Document:
    line = a_line(
        10000, category=Category.OUTSIDE_SCOPE, rate_bp=0, product_name="Prepaid account", object_name="Top-up",
        period_from=None, period_to=None,
    )  # fmt: skip
    return a_document(
        (line,),
        **{
            "kind": Kind.RECEIPT,
            "number": "Q-2026-00042",
            "vat": (),
            "due_on": None,
            "paid_minor": 10000,
            "paid_with": "TWINT",
            "paid_on": ISSUED_ON,
            **changes,
        },
    )
