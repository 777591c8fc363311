"""Where a house rule is broken, and why. This list may only shrink."""

# "path: symbol" (or "path: *") → why this one place may break the rule. Only ever remove lines here.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "arguments after the second are named": {
        "src/stellwerk/foundation/edge/html.py: render": "the order of Django's own render()",
        "src/stellwerk/foundation/logs.py: without_secrets": "structlog calls its processors so",
        "src/stellwerk/identity/adapter.py: send_mail": "allauth calls its adapter so",
        "src/stellwerk/billing/services/post.py: operator_account": "three words name an account of the ledger",
    },
    "a service is one guarded transaction with named arguments": {
        f"src/stellwerk/identity/services/create_account.py: normalised_login: {what}": "a check, no use case"
        for what in ("not @transaction.atomic", "takes positional arguments", "writes before require()")
    }
    | {"src/stellwerk/billing/services/post.py: *": "steps of the ledger inside a use case, which asked already"},
    "every constraint is broken by a test": dict.fromkeys(
        (
            "bank_entry_amount_positive",
            "cart_line_has_a_quantity",
            "credit_notes_correct_an_invoice",
            "invoice_gross_is_net_and_vat",
            "invoice_line_net_is_price_times_quantity",
            "invoice_open_within_gross",
            "one_document_per_number",
            "one_invoice_line_per_position",
            "one_vat_group_per_rate",
            "one_ledger_account_of_the_operator",
            "one_posting_per_reason_and_source",
            "prepaid_never_negative",
            "transfer_amount_positive",
            "transfer_two_accounts",
            "one_order_line_per_position",
            "order_gross_is_net_and_vat",
            "order_line_net_not_negative",
            "payment_goes_somewhere",
            "payment_to_an_invoice_names_it",
            "top_up_within_limits",
            "one_renewal_per_product_and_period",
            "renewal_period_has_days",
        ),
        "the tables came before their services",
    ),
    "tests do not sleep": {
        "tests/postgresql.py: time.sleep": "the server writes its state into a file, which cannot be waited for",
    },
}
