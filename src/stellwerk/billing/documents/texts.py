"""The words of a document in its five languages (INV-031, GEN-014).

They are kept here and not in the catalogues of the web pages: an issued document is rendered again years later
and must say the same, whatever translators have changed since. Order: German (Swiss spelling), French, Italian,
English, Spanish.
"""

LANGUAGES = ("de", "fr", "it", "en", "es")

_TEXTS = {
    "invoice": ("Rechnung", "Facture", "Fattura", "Invoice", "Factura"),
    "credit_note": ("Gutschrift", "Note de crédit", "Nota di credito", "Credit note", "Nota de crédito"),
    "pro_forma": (
        "Proforma-Rechnung",
        "Facture pro forma",
        "Fattura proforma",
        "Pro forma invoice",
        "Factura proforma",
    ),
    "receipt": ("Quittung", "Quittance", "Quietanza", "Receipt", "Recibo"),
    "paid": ("Bezahlt", "Payé", "Pagato", "Paid", "Pagado"),
    "billed_to": ("Rechnungsadresse", "Adressé à", "Destinatario", "Billed to", "Facturado a"),
    "vat_number": ("MWST-Nr.", "N° TVA", "N. IVA", "VAT no.", "N.º IVA"),
    "date": ("Datum", "Date", "Data", "Date", "Fecha"),
    "due": ("Zahlbar bis", "Payable jusqu’au", "Pagabile entro il", "Payable by", "Pagadero hasta el"),
    "customer_number": ("Kundennummer", "N° de client", "Numero cliente", "Customer number", "Número de cliente"),
    "order_number": ("Bestellung", "Commande", "Ordine", "Order", "Pedido"),
    "reference": ("Ihre Referenz", "Votre référence", "Suo riferimento", "Your reference", "Su referencia"),
    "corrects": (
        "Zu Rechnung",
        "Concerne la facture",
        "Riguarda la fattura",
        "Corrects invoice",
        "Rectifica la factura",
    ),
    "position": ("Position", "Position", "Posizione", "Position", "Concepto"),
    "period": ("Zeitraum", "Période", "Periodo", "Period", "Período"),
    "quantity": ("Menge", "Quantité", "Quantità", "Quantity", "Cantidad"),
    "price": ("Preis", "Prix", "Prezzo", "Price", "Precio"),
    "vat": ("MWST", "TVA", "IVA", "VAT", "IVA"),
    "net": ("Netto", "Net", "Netto", "Net", "Neto"),
    "amount": ("Betrag", "Montant", "Importo", "Amount", "Importe"),
    "discount": ("Rabatt", "Remise", "Sconto", "Discount", "Descuento"),
    "surcharge": ("Zuschlag", "Supplément", "Supplemento", "Surcharge", "Recargo"),
    "vat_on": (
        "MWST {rate} auf {net}",
        "TVA {rate} sur {net}",
        "IVA {rate} su {net}",
        "VAT {rate} on {net}",
        "IVA {rate} sobre {net}",
    ),
    "vat_in_chf": (
        "MWST in Schweizer Franken",
        "TVA en francs suisses",
        "IVA in franchi svizzeri",
        "VAT in Swiss francs",
        "IVA en francos suizos",
    ),
    "total": ("Total", "Total", "Totale", "Total", "Total"),
    "by_prepaid": (
        "Vom Guthabenkonto bezahlt",
        "Payé par le compte prépayé",
        "Pagato con il conto prepagato",
        "Paid from the prepaid balance",
        "Pagado con el saldo de prepago",
    ),
    "by_means": ("Bezahlt: {means}", "Payé : {means}", "Pagato: {means}", "Paid: {means}", "Pagado: {means}"),
    "by_others": ("Bereits bezahlt", "Déjà payé", "Già pagato", "Already paid", "Ya pagado"),
    "open": ("Offen", "Reste à payer", "Da pagare", "Open", "Pendiente"),
    "to_credit": ("Gutgeschrieben", "À votre crédit", "A Suo credito", "Credited", "A su favor"),
    "paid_on": (
        "Bezahlt am {date}. Vielen Dank.",
        "Payé le {date}. Merci.",
        "Pagato il {date}. Grazie.",
        "Paid on {date}. Thank you.",
        "Pagado el {date}. Gracias.",
    ),
    "payable_by": (
        "Zahlbar bis {date}.",
        "Payable jusqu’au {date}.",
        "Pagabile entro il {date}.",
        "Payable by {date}.",
        "Pagadero hasta el {date}.",
    ),
    "credited": (
        "Der Betrag wird Ihnen gutgeschrieben.",
        "Le montant vous est crédité.",
        "L’importo Le viene accreditato.",
        "The amount is credited to you.",
        "El importe se le abona.",
    ),
    "no_fiscal_value": (
        "Dieses Dokument hat keinen rechtlichen, steuerlichen oder buchhalterischen Wert.",
        "Ce document n’a aucune valeur juridique, fiscale ou comptable.",
        "Questo documento non ha alcun valore giuridico, fiscale o contabile.",
        "This document has no legal, fiscal or accounting value.",
        "Este documento no tiene valor jurídico, fiscal ni contable.",
    ),
    # The official terms of art. 226 (11a) of Directive 2006/112/EC in each language version.
    "reverse_charge": (
        "Steuerschuldnerschaft des Leistungsempfängers",
        "Autoliquidation",
        "Inversione contabile",
        "Reverse charge",
        "Inversión del sujeto pasivo",
    ),
    "outside_scope": (
        "Nicht im Geltungsbereich der Mehrwertsteuer",
        "Hors du champ d’application de la TVA",
        "Fuori dal campo di applicazione dell’IVA",
        "Outside the scope of VAT",
        "Fuera del ámbito de aplicación del IVA",
    ),
    "questions": (
        "Fragen: {email}",
        "Questions : {email}",
        "Domande: {email}",
        "Questions: {email}",
        "Consultas: {email}",
    ),
    "page": (
        "Seite {page} von {pages}",
        "Page {page} sur {pages}",
        "Pagina {page} di {pages}",
        "Page {page} of {pages}",
        "Página {page} de {pages}",
    ),
    "qr_code": (
        "QR-Code mit den Zahlungsangaben dieser Seite",
        "Code QR contenant les indications de paiement de cette page",
        "Codice QR con i dati di pagamento di questa pagina",
        "QR code with the payment details of this page",
        "Código QR con los datos de pago de esta página",
    ),
}


def text(key: str, language: str, **values: str) -> str:
    """The words behind `key`; `values` go into its gaps."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)
