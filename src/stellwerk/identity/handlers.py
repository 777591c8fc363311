"""What follows from the events of the room: security mails (ID-060, ID-071)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.events import subscribes
from stellwerk.identity import emails
from stellwerk.identity.events import PasswordChanged, PasswordReset

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(PasswordChanged)
def tell_of_the_new_password(event: PasswordChanged, meta: Meta) -> None:
    emails.password_changed(event.account_id, meta)


@subscribes(PasswordReset)
def tell_of_the_reset(event: PasswordReset, meta: Meta) -> None:
    emails.password_changed(event.account_id, meta)
