"""What an account is reached by: login, recovery e-mail, mobile number (ID-049…055).

A change waits as a confirmation until the code sent to the new value came back; it can be cancelled until then.
"""

from stellwerk.identity.services.sign_in_data.login import finish_login_change, start_login_change
from stellwerk.identity.services.sign_in_data.pending import cancel_change
from stellwerk.identity.services.sign_in_data.phone import finish_phone_change, start_phone_change
from stellwerk.identity.services.sign_in_data.recovery_email import (
    finish_recovery_email_change,
    remove_recovery_email,
    start_recovery_email_change,
)

__all__ = [
    "cancel_change",
    "finish_login_change",
    "finish_phone_change",
    "finish_recovery_email_change",
    "remove_recovery_email",
    "start_login_change",
    "start_phone_change",
    "start_recovery_email_change",
]
