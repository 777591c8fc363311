"""EIN-001, INV-017, INV-031, QRB-001: the paper is an archivable, accessible PDF that says what the document says."""

import io
import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader

from stellwerk.billing.documents import pdf as paper_pdf
from stellwerk.billing.documents.electronic import electronic_invoice
from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.model import Party
from stellwerk.billing.documents.pdf import document_pdf
from stellwerk.billing.tests.documents import builders
from stellwerk.billing.tests.documents.builders import (
    BAKERY,
    a_credit_note,
    a_document,
    a_line,
    a_paid_swiss_invoice,
    a_payment_part,
    a_pro_forma,
    a_receipt,
    a_reverse_charge_invoice,
    a_swiss_invoice,
    an_invoice_outside_vat,
)

RENDERED_AT = datetime(2026, 11, 12, 10, 3, tzinfo=UTC)
HAS_FONTS = any(paper_pdf.FONTS.glob("*.ttf"))
needs_fonts = pytest.mark.skipif(not HAS_FONTS, reason="no fonts: run npm ci and node frontend/fonts.mjs")

XMP = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
}


def rendered(document):
    return document_pdf(document, rendered_at=RENDERED_AT)


def pages_of(content):
    """Text of each page, with one blank for every stretch of white and no invisible break marks."""
    pages = PdfReader(io.BytesIO(content)).pages
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u200b", "")) for page in pages]


def text_of(document):
    return " ".join(pages_of(rendered(document)))


def metadata_of(content):
    with pikepdf.open(io.BytesIO(content)) as file:
        return etree.fromstring(file.Root.Metadata.read_bytes())


def test_set_up_has_brought_the_fonts_where_everything_is_tested():
    assert HAS_FONTS or "CI" not in os.environ


@needs_fonts
def test_an_invoice_is_an_accessible_pdf_a_3():
    with pikepdf.open(io.BytesIO(rendered(a_swiss_invoice(language="de")))) as file:
        assert file.pdf_version == "1.7"
        assert str(file.Root.Lang) == "de-CH"
        assert "/StructTreeRoot" in file.Root
        assert bool(file.Root.MarkInfo.Marked)
        assert len(file.Root.OutputIntents) == 1
        assert "/Filter" not in file.Root.Metadata
        assert not file.is_encrypted


@needs_fonts
def test_the_metadata_names_the_standards_and_describes_factur_x_once():
    root = metadata_of(rendered(a_swiss_invoice()))

    def value(path):
        return root.xpath(f"string(//{path})", namespaces=XMP)

    assert (value("pdfaid:part"), value("pdfaid:conformance")) == ("3", "A")
    assert value("fx:ConformanceLevel") == "EN 16931"
    assert value("fx:DocumentFileName") == "factur-x.xml"
    assert (value("fx:DocumentType"), value("fx:Version")) == ("INVOICE", "1.0")
    assert len(root.xpath("//pdfaExtension:schemas", namespaces=XMP)) == 1
    prefixes = root.xpath("//pdfaSchema:prefix/text()", namespaces=XMP)
    assert prefixes.count("fx") == 1
    assert len(prefixes) > 1


@needs_fonts
def test_the_structured_invoice_is_the_one_attachment_and_an_alternative():
    document = a_swiss_invoice()

    with pikepdf.open(io.BytesIO(rendered(document))) as file:
        (name,) = file.attachments
        attachment = file.attachments[name]
        assert name == "factur-x.xml"
        assert str(attachment.obj.AFRelationship) == "/Alternative"
        assert attachment.get_file().read_bytes() == electronic_invoice(document)
        assert [str(entry.UF) for entry in file.Root.AF] == ["factur-x.xml"]


@needs_fonts
@pytest.mark.parametrize("document", [a_pro_forma(), a_receipt()], ids=["pro forma", "receipt"])
def test_what_is_no_invoice_carries_no_structured_invoice(document):
    content = rendered(document)

    with pikepdf.open(io.BytesIO(content)) as file:
        assert not file.attachments
    assert b"factur-x" not in content


@needs_fonts
def test_the_same_document_and_moment_give_the_same_bytes():
    assert rendered(a_swiss_invoice()) == rendered(a_swiss_invoice())


@needs_fonts
def test_the_paper_states_the_figures_of_example_5():
    text = text_of(a_swiss_invoice())

    for part in (
        "Invoice 2026-004217",
        "Stellwerk Hosting AG Güterstrasse 8 3008 Bern CHE-123.456.789 MWST",
        "Billed to Bäckerei Huber AG Sophie Favre Länggassstrasse 14 3012 Bern",
        "Customer number 48213",
        "Shop 2027, cost centre 310",
        "12 Nov 2026 – 11 Nov 2027",
        "Discount HERBST26, 15 %",
        "−16.07",
        "VAT 8.1 % on 100.67",
        "Total CHF 108.82",
        "Payable by 12 December 2026.",
        "Separate before paying in",
        "00 00048 21300 00002 02600 42178",
    ):
        assert part in text, part


@needs_fonts
def test_a_settled_invoice_says_paid_and_asks_for_nothing_ex_09():
    text = text_of(a_paid_swiss_invoice(payment=a_payment_part()))

    assert "Paid from the prepaid balance −50.00 Paid: Visa ending 4417 −58.82 Open CHF 0.00" in text
    assert "Invoice 2026-004217 Paid" in text
    assert "Paid on 12 November 2026. Thank you." in text
    assert "Payment part" not in text


@needs_fonts
@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "de",
            (
                "Rechnung 2026-004217",
                "Zahlbar bis 12. Dezember 2026.",
                "Total CHF 1’158.18",
                "8.1 %",
                "Zahlteil",
                "MWST",
            ),
        ),
        ("fr", ("Facture 2026-004217", "12 décembre 2026", "Total 1 158,18 CHF", "8,1 %", "Section paiement", "TVA")),
        ("it", ("Fattura 2026-004217", "12 dicembre 2026", "Totale CHF 1’158.18", "8.1 %", "Sezione pagamento", "IVA")),
        ("en", ("Invoice 2026-004217", "12 December 2026", "Total CHF 1’158.18", "8.1 %", "Payment part", "MWST")),
        ("es", ("Factura 2026-004217", "12 de diciembre de 2026", "Total 1.158,18 CHF", "Payment part", "IVA")),
    ],
)
def test_words_figures_and_dates_are_in_the_language_of_the_document(language, parts):
    text = text_of(a_document((a_line(107140),), payment=a_payment_part(), language=language))

    for part in parts:
        assert part in text, part


@needs_fonts
@pytest.mark.parametrize(
    ("language", "term"),
    [
        ("de", "Steuerschuldnerschaft des Leistungsempfängers"),
        ("fr", "Autoliquidation"),
        ("it", "Inversione contabile"),
        ("en", "Reverse charge"),
        ("es", "Inversión del sujeto pasivo"),
    ],
)
def test_reverse_charge_is_printed_by_its_official_term_inv_031(language, term):
    text = text_of(a_reverse_charge_invoice(language=language))

    assert term in text
    assert "DE123456788" in text


@needs_fonts
def test_outside_the_scope_of_vat_no_tax_is_shown_inv_034():
    text = text_of(an_invoice_outside_vat())

    assert "Outside the scope of VAT" in text
    assert "%" not in text
    assert "MWST" not in text


@needs_fonts
def test_a_credit_note_names_its_invoice_and_a_pro_forma_its_lack_of_value_inv_002():
    assert "Corrects invoice 2026-004217, 12 Nov 2026" in text_of(a_credit_note())
    assert "This document has no legal, fiscal or accounting value." in text_of(a_pro_forma())


HOSTILE = [
    '#let evil = 1; #read("/etc/passwd")',
    r"$x^2$ \ *bold* _emphasis_ `code` @reference <label> // comment",
    "</text><script>alert(1)</script> &amp; %PDF-1.7",
    '"quoted" {{ page }} {page} ~ --- ...',
]


@needs_fonts
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_somebody_typed_prints_literally_everywhere(hostile):
    buyer = replace(BAKERY, name=hostile, attention=hostile)
    line = a_line(960, product_name=hostile, object_name=hostile)
    text = text_of(a_document((line,), buyer=buyer, billing_reference=hostile, notes=(hostile,)))

    assert text.replace(" ", "").count(hostile.replace(" ", "")) == 6


@needs_fonts
def test_a_name_without_glyphs_does_not_stop_the_invoice():
    content = rendered(a_swiss_invoice(buyer=replace(BAKERY, name="北京 Huber 😀 \u202eGA")))

    assert "Huber \ufffd GA" in " ".join(pages_of(content))


def right_ends_of(page, sign):
    """Where every run of one wide sign ends, in points; the sign is at most as wide as its letters are high."""
    ends = []

    def visit(text, outer, inner, _font, size):
        run = text.replace("\u200b", "").strip()
        if run and set(run) == {sign}:
            ends.append(inner[4] * outer[0] + outer[4] + len(run) * size)

    page.extract_text(visitor_text=visit)
    return ends


@needs_fonts
def test_the_longest_names_stay_on_the_page():
    endless = Party(
        name="W" * 70, street="W" * 70, building_number="1", postal_code="3012", town="W" * 35, country="CH"
    )
    document = a_document(
        (a_line(960, product_name="W" * 60, object_name="W" * 253),),
        buyer=endless,
        billing_reference="W" * 128,
        payment=a_payment_part(debtor=endless, creditor=endless),
    )

    for page in PdfReader(io.BytesIO(rendered(document))).pages:
        ends = right_ends_of(page, "W")
        assert 0 < max(ends) < float(page.mediabox.width)


@needs_fonts
@pytest.mark.slow  # a dozen pages are typeset and read back word by word
def test_330_lines_make_several_pages_with_repeated_heads_and_one_payment_part():
    lines = tuple(a_line(960 + number, object_name=f"kunde-{number}.example") for number in range(330))
    pages = pages_of(rendered(a_document(lines, payment=a_payment_part())))

    assert len(pages) > 8
    assert all(f"kunde-{number}.example" in " ".join(pages) for number in (0, 164, 329))
    assert all("Position Period Quantity Price VAT Net CHF" in page for page in pages[:-2])
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert [("Payment part" in page) for page in pages] == [False] * (len(pages) - 1) + [True]


@needs_fonts
def test_the_payment_part_moves_to_a_page_of_its_own_when_it_lacks_room():
    nine = a_document(tuple(a_line(960) for _ in range(9)), payment=a_payment_part())
    two = a_document(tuple(a_line(960) for _ in range(2)), payment=a_payment_part())

    assert [("Payment part" in page) for page in pages_of(rendered(nine))] == [False, True]
    assert [("Payment part" in page) for page in pages_of(rendered(two))] == [True]


@needs_fonts
def test_an_incomplete_document_is_never_printed_inv_035():
    with pytest.raises(DocumentRefused):
        rendered(a_swiss_invoice(buyer=replace(BAKERY, town="")))


@needs_fonts
def test_an_operators_logo_stands_beside_its_name():
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M7 22V2" stroke="#2340b4"/></svg>'

    assert len(rendered(a_receipt(logo_svg=logo))) > len(rendered(a_receipt()))


def test_without_fonts_the_way_to_get_them_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(paper_pdf, "FONTS", tmp_path)
    paper_pdf._covered.cache_clear()
    try:
        with pytest.raises(paper_pdf.FontsMissing, match=r"fonts\.mjs"):
            rendered(a_receipt())
    finally:
        paper_pdf._covered.cache_clear()


@needs_fonts
@pytest.mark.parametrize("name", ["a_swiss_invoice", "a_one_stop_shop_invoice", "a_credit_note", "a_receipt"])
@pytest.mark.parametrize("language", ["de", "fr", "it", "en", "es"])
def test_every_kind_renders_in_every_language(name, language):
    content = rendered(getattr(builders, name)(language=language))

    assert content.startswith(b"%PDF-1.7")
