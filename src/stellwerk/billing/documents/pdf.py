"""The document on paper: PDF/A-3 and PDF/UA with the structured invoice inside (EIN-001), the QR-bill at the foot."""

import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from stellwerk.billing.documents import glyphs, paper, qr_bill
from stellwerk.billing.documents.electronic import TYPE_CODES, electronic_invoice
from stellwerk.billing.documents.model import Document
from stellwerk.billing.documents.texts import text
from stellwerk.billing.documents.validation import validate
from stellwerk.billing.documents.xmp import with_factur_x_metadata

TEMPLATE = Path(__file__).with_name("invoice.typ")
FONTS = Path(__file__).with_name("fonts")
# Archive with attachments, and accessible: tagged, with language, title and alternative texts.
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]

_threads = threading.local()


class FontsMissing(RuntimeError):
    """The fonts are no part of the repository; set-up copies them from a package."""


def document_pdf(document: Document, *, rendered_at: datetime) -> bytes:
    """The PDF of a document; the same document and moment give the same bytes.

    `rendered_at` is an aware moment and becomes the creation date of the file. Invoices and credit notes carry
    their `factur-x.xml`; a document that is payable and has a payment part carries a QR-bill.

    Raises DocumentRefused as `validate` does, FontsMissing before set-up has run.
    """
    validate(document)
    is_invoice = document.kind in TYPE_CODES
    inputs = _inputs(document)
    if is_invoice:
        inputs["xml"] = electronic_invoice(document).decode()
    pdf = _compiler().compile(
        sys_inputs=inputs, format="pdf", pdf_standards=STANDARDS, timestamp=int(rendered_at.timestamp())
    )
    assert isinstance(pdf, bytes)
    return with_factur_x_metadata(pdf) if is_invoice else pdf


def _inputs(document: Document) -> dict[str, str]:
    """Texts for the paper by name: `data` (JSON), `logo` and `symbol` (SVG), the last two only where there is one."""
    values = paper.printed(document)
    drawings = {"logo": document.logo_svg}
    if document.payment is not None and document.open_minor > 0:
        slip = qr_bill.payment_slip(document, document.payment)
        values["slip"] = {**qr_bill.printed_slip(slip), "alternative": text("qr_code", document.language)}
        drawings["symbol"] = qr_bill.symbol_svg(slip.qr_data())
    data = json.dumps(glyphs.printable(values, _covered()), ensure_ascii=False)
    return {"data": data, **{name: drawing for name, drawing in drawings.items() if drawing}}


@cache
def _covered() -> frozenset[int]:
    fonts = sorted(FONTS.glob("*.ttf"))
    if not fonts:
        raise FontsMissing(f"no fonts in {FONTS}: run node frontend/fonts.mjs")
    return frozenset().union(*map(glyphs.covered_by, fonts))


def _compiler() -> typst.Compiler:
    """One warm compiler for each thread: it keeps the fonts and everything two invoices share."""
    if not hasattr(_threads, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
        _threads.compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    compiler: typst.Compiler = _threads.compiler
    return compiler
