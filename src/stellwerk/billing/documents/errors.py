"""What this package refuses, and nothing else; a caller turns it into the refusal of its own edge."""


class DocumentRefused(ValueError):
    """A document that must not be issued.

    `code` is `invoice_incomplete` (INV-035) or `qr_reference` (QRB-002); `field` is the path of the
    offending field as the model writes it, for example `buyer.vat_number` or `lines[2].net_minor`.
    """

    def __init__(self, code: str, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.code = code
        self.field = field
        self.text = text
