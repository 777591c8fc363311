"""Where a house rule is broken, and why. This list may only shrink."""

# Why one place may break a rule. Only ever remove or narrow lines here. "path: function: part" is the narrowest form,
# "path: function" excuses a function from the whole rule, "path: *: part" a file from one part, "path: *" from all.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "arguments after the second are named": {
        "src/stellwerk/foundation/edge/html.py: render": "the order of Django's own render()",
        "src/stellwerk/foundation/logs.py: without_secrets": "structlog calls its processors so",
        "src/stellwerk/identity/adapter.py: send_mail": "allauth calls its adapter so",
    },
    "no model changes itself while it is stored": {
        "src/stellwerk/foundation/edge/session_store.py: SessionStore.save": "Django's store of sessions is no model",
        "src/stellwerk/foundation/edge/session_store.py: SessionStore.delete": "as above",
    },
    "a service is one guarded transaction with named arguments": {
        "src/stellwerk/identity/services/entries.py: *": "checks of entries, shared by use cases; they write nothing",
        "src/stellwerk/identity/services/approve/push.py: *": "calls a push service, outside of every transaction",
        "src/stellwerk/identity/services/throttle.py: *": "counts attempts, outside of every transaction",
        "src/stellwerk/identity/services/browsers.py: *": "a known browser is a cookie: its door is the sign-in",
        "src/stellwerk/identity/services/arrivals.py: note_arrival": "a step of every sign-in, which decided already",
        "src/stellwerk/identity/services/switching.py: *: not @transaction.atomic": (
            "a session is a cookie: its door is the browser's own"
        ),
        "src/stellwerk/identity/services/switching.py: *: takes positional arguments": (
            "a session is a cookie: its door is the browser's own"
        ),
        "src/stellwerk/identity/services/guard.py: *": "steps of use cases, in their transaction",
        "src/stellwerk/identity/services/confirmations.py: *": "steps of use cases; a wrong code must stay counted",
        "src/stellwerk/identity/services/pictures/acquaintance.py: *: not @transaction.atomic": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/identity/services/pictures/acquaintance.py: *: takes positional arguments": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/identity/services/pictures/drawing.py: redrawn_logo": "draws a picture, writes nothing",
        "src/stellwerk/identity/services/pictures/drawing.py: redrawn": "draws a picture, writes nothing",
        "src/stellwerk/identity/services/pictures/keeping.py: *: not @transaction.atomic": (
            "a file is written before its row, outside of it"
        ),
        "src/stellwerk/identity/services/pictures/keeping.py: delete_picture_file": (
            "a job that deletes a file, not a row"
        ),
        "src/stellwerk/identity/services/passkeys/ceremonies.py: *": "judges answers, writes nothing",
        "src/stellwerk/identity/services/passkeys/challenges.py: *": "steps of use cases, in the browser's session",
        "src/stellwerk/identity/services/passkeys/parties.py: relying_party": "reads an address, writes nothing",
        "src/stellwerk/identity/services/passkeys/proof.py: *": "a failed attempt must stay written, as in sign_in.py",
        "src/stellwerk/identity/services/passkeys/registration.py: *": "attempts and questions count, whatever follows",
        "src/stellwerk/identity/services/sync_sign_in.py: checked_application_password": (
            "a failed attempt must stay written when it is refused"
        ),
        "src/stellwerk/identity/services/oauth/exchange.py: authenticated_client": (
            "what a replay ends must stay ended when it is refused"
        ),
        "src/stellwerk/identity/services/oauth/exchange.py: exchanged": (
            "what a replay ends must stay ended when it is refused"
        ),
        "src/stellwerk/identity/services/oauth/authorise.py: checked_request": "judges requests; only `allow` writes",
        "src/stellwerk/identity/services/oauth/authorise.py: is_allowed_before": "judges requests; only `allow` writes",
        "src/stellwerk/identity/services/oauth/devices.py: waiting_device": "a poll must stay noted when it is refused",
        "src/stellwerk/identity/services/oauth/devices.py: grant_of_device": (
            "a poll must stay noted when it is refused"
        ),
        "src/stellwerk/identity/services/oauth/endings.py: *": "steps of use cases, in their transaction",
        "src/stellwerk/identity/services/oauth/issue.py: issue": "a step of use cases, in their transaction",
        "src/stellwerk/identity/services/oauth/keys.py: *": "a file, not a row",
        "src/stellwerk/identity/services/sessions.py: *": "a session is a cookie: django-allauth writes it",
        "src/stellwerk/identity/services/second_factor/pending.py: *": "a waiting sign-in is a session too",
        "src/stellwerk/identity/services/second_factor/recovery_codes.py: *: not @transaction.atomic": (
            "a wrong code must stay counted"
        ),
        "src/stellwerk/identity/services/second_factor/sms.py: *: not @transaction.atomic": (
            "a wrong code must stay counted"
        ),
        "src/stellwerk/identity/services/second_factor/removal.py: remove: not @transaction.atomic": (
            "a wrong password must stay counted"
        ),
        "src/stellwerk/identity/services/second_factor/demands.py: *: not @transaction.atomic": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/identity/services/second_factor/demands.py: *: takes positional arguments": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/identity/services/second_factor/tickets.py: *: not @transaction.atomic": (
            "seals and opens; it writes nothing"
        ),
        "src/stellwerk/identity/services/second_factor/tickets.py: opened_ticket": "seals and opens; it writes nothing",
        "src/stellwerk/identity/services/workplaces.py: *: not @transaction.atomic": "a registry; it writes nothing",
        "src/stellwerk/identity/services/workplaces.py: *: takes positional arguments": "a registry; it writes nothing",
        "src/stellwerk/identity/services/oauth/logout.py: checked_logout": "judges requests; it writes nothing",
        "src/stellwerk/identity/services/second_factor/totp.py: *: not @transaction.atomic": (
            "a wrong code must stay counted"
        ),
        "src/stellwerk/identity/services/second_factor/totp.py: totp_address: takes positional arguments": (
            "composes a text, writes nothing"
        ),
        "src/stellwerk/identity/services/sign_in.py: *": "a failed attempt must stay written when the refusal leaves",
        "src/stellwerk/identity/services/sign_in_data/pending.py: *": "steps of use cases, most in their transaction",
        "src/stellwerk/identity/services/sign_in_data/login.py: *: not @transaction.atomic": (
            "attempts are counted before it begins"
        ),
        "src/stellwerk/identity/services/sign_in_data/login.py: store_login": (
            "a step of use cases, in their transaction"
        ),
        "src/stellwerk/identity/services/sign_in_data/recovery_email.py: *: not @transaction.atomic": (
            "as for the login"
        ),
        "src/stellwerk/identity/services/sign_in_data/phone.py: *: not @transaction.atomic": "as for the login",
        "src/stellwerk/identity/services/password_reset.py: *: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/identity/services/password_reset.py: deliver_reset_code: takes positional arguments": "a job",
        "src/stellwerk/identity/services/find_login.py: *: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/identity/services/find_login.py: deliver_login: takes positional arguments": "a job",
        "src/stellwerk/identity/services/logins.py: *": "reads for the doors of strangers; writes nothing",
        "src/stellwerk/identity/services/help_requests.py: *: not @transaction.atomic": (
            "attempts are counted before; strangers may ask"
        ),
        "src/stellwerk/identity/services/help_requests.py: tell_the_holder: takes positional arguments": "a job",
        "src/stellwerk/identity/services/closing.py: *: not @transaction.atomic": (
            "a registry; attempts are counted before"
        ),
        "src/stellwerk/identity/services/closing.py: *: takes positional arguments": (
            "a registry; attempts are counted before"
        ),
        "src/stellwerk/organisations/services/account_closing.py: last_representations: not @transaction.atomic": (
            "a read; the caller holds the transaction"
        ),
        "src/stellwerk/organisations/services/account_closing.py: last_representations: takes positional arguments": (
            "the registry of identity calls it so"
        ),
        "src/stellwerk/billing/services/withdraw.py: request_withdrawal: not @transaction.atomic": (
            "attempts at the password are counted before the transaction begins"
        ),
        "src/stellwerk/organisations/services/deletion/conditions.py: *": "a registry; it writes nothing",
        "src/stellwerk/organisations/services/deletion/delete.py: *: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/organisations/services/deletion/stopping.py: *": (
            "a registry; attempts are counted before the transaction begins"
        ),
        "src/stellwerk/organisations/services/logo.py: *: not @transaction.atomic": (
            "a file is written before its row, outside of it"
        ),
        "src/stellwerk/organisations/services/logo.py: delete_logo_file": "a job that deletes a file, not a row",
        "src/stellwerk/identity/services/passwords.py: *: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/identity/services/passwords.py: store_password: takes positional arguments": (
            "a step of use cases, in their transaction"
        ),
        "src/stellwerk/identity/services/passwords.py: secure_account: writes before require()": (
            "`change_password`, its first step, asks"
        ),
        "src/stellwerk/organisations/services/departures.py: *: not @transaction.atomic": (
            "a registry, and steps of removals"
        ),
        "src/stellwerk/organisations/services/departures.py: *: takes positional arguments": (
            "a registry, and steps of removals"
        ),
        "src/stellwerk/organisations/services/entries.py: *": "checks of entries, shared by use cases",
        "src/stellwerk/products/services/personal_suite.py: *: not @transaction.atomic": (
            "a wrong code must stay counted"
        ),
        "src/stellwerk/organisations/services/invitations/entries.py: *": "checks of entries, shared by use cases",
        "src/stellwerk/organisations/services/invitations/product_rights.py: *: not @transaction.atomic": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/organisations/services/invitations/product_rights.py: *: takes positional arguments": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/organisations/services/team_rights.py: *: not @transaction.atomic": (
            "a registry; the room asked does the writing"
        ),
        "src/stellwerk/organisations/services/team_rights.py: *: takes positional arguments": (
            "a registry; the room asked does the writing"
        ),
        "src/stellwerk/products/services/transfers/rooms.py: *: not @transaction.atomic": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/products/services/transfers/rooms.py: *: takes positional arguments": (
            "a registry; it writes nothing"
        ),
        "src/stellwerk/products/services/transfers/obstacles.py: *: not @transaction.atomic": (
            "reads, for use cases and the pages before them"
        ),
        "src/stellwerk/products/services/transfers/obstacles.py: *: takes positional arguments": (
            "reads, for use cases and the pages before them"
        ),
        "src/stellwerk/products/services/transfers/complete.py: *: not @transaction.atomic": (
            "steps of use cases, in their transaction"
        ),
        "src/stellwerk/products/services/transfers/complete.py: *: takes positional arguments": (
            "steps of use cases, in their transaction"
        ),
        "src/stellwerk/products/services/transfers/answer.py: transfer_behind: not @transaction.atomic": (
            "reads only; for a use case in its transaction"
        ),
        "src/stellwerk/organisations/services/locks.py: *": "steps of use cases, in their transaction",
        "src/stellwerk/organisations/services/security_alert.py: send_security_alert: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/organisations/services/sign_up.py: *: not @transaction.atomic": (
            "attempts are counted before the transaction begins"
        ),
        "src/stellwerk/organisations/services/invitations/answer.py: invitation_offer: not @transaction.atomic": (
            "reads only"
        ),
        "src/stellwerk/organisations/services/invitations/answer.py: invitation_offer: writes before require()": (
            "the link is the right to read it"
        ),
    },
    "errors are caught by their names": {
        "src/stellwerk/catalogue/kinds/installed.py: except": "a stranger's kind may raise anything; the others go on",
    },
    "no business step hangs on a signal": {
        "src/stellwerk/catalogue/apps.py: django.db.models.signals": "post_migrate sets up a database",
    },
    "tests do not sleep": {
        "tests/postgresql.py: time.sleep": "the server writes its state into a file, which cannot be waited for",
    },
}
