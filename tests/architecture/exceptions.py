"""Where a house rule is broken, and why. This list may only shrink."""

# "path: symbol" (or "path: *") → why this one place may break the rule. Only ever remove lines here.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "arguments after the second are named": {
        "src/stellwerk/foundation/edge/html.py: render": "the order of Django's own render()",
        "src/stellwerk/foundation/logs.py: without_secrets": "structlog calls its processors so",
        "src/stellwerk/identity/adapter.py: send_mail": "allauth calls its adapter so",
    },
    "a service is one guarded transaction with named arguments": {
        f"src/stellwerk/identity/services/create_account.py: normalised_login: {what}": "a check, no use case"
        for what in ("not @transaction.atomic", "takes positional arguments", "writes before require()")
    },
    "tests do not sleep": {
        "tests/postgresql.py: time.sleep": "the server writes its state into a file, which cannot be waited for",
    },
}
