"""Reads of the identity room."""

from stellwerk.identity.queries.accounts import (
    AccountRow,
    ProfileRow,
    account_id_of,
    account_row,
    account_rows,
    has_accounts,
    profile_row,
)
from stellwerk.identity.queries.secrets import (
    ApplicationPasswordRow,
    TokenCheck,
    TokenRow,
    application_password_rows,
    checked_token,
    token_rows,
)
from stellwerk.identity.queries.sessions import (
    SessionRow,
    has_session,
    session_rows,
)
from stellwerk.identity.queries.sign_in_data import PendingChange, SignInData, sign_in_data

__all__ = [
    "AccountRow",
    "ApplicationPasswordRow",
    "PendingChange",
    "ProfileRow",
    "SessionRow",
    "SignInData",
    "TokenCheck",
    "TokenRow",
    "account_id_of",
    "account_row",
    "account_rows",
    "application_password_rows",
    "checked_token",
    "has_accounts",
    "has_session",
    "profile_row",
    "session_rows",
    "sign_in_data",
    "token_rows",
]
