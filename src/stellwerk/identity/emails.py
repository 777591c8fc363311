"""One function per mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation import notify
from stellwerk.identity import queries

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


def password_changed(account_id: int, meta: Meta) -> None:
    """To the login and the recovery address, whoever changed the password (ID-060, ID-071)."""
    account = queries.account_row(account_id)
    if account is None:
        return
    data = queries.sign_in_data(account_id)
    for kind, recipient in (("login", account.email), ("recovery", data.recovery_email)):
        if not recipient:
            continue
        notify.send(
            "identity/email/password_changed",
            recipient=recipient,
            language=account.language,
            context={
                "name": account.display_name,
                "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            },
            account_id=account.id,
            unique_key=f"password_changed:{meta.event_id}:{kind}",
        )
