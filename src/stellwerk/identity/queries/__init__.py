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
from stellwerk.identity.queries.guards import GuardRow, guard_row, is_locked
from stellwerk.identity.queries.second_factor import (
    FactorRow,
    FactorState,
    accounts_without_factor,
    application_password_required,
    factor_rows,
    factor_state,
    has_second_factor,
    methods_of,
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
    "FactorRow",
    "FactorState",
    "GuardRow",
    "PendingChange",
    "ProfileRow",
    "SessionRow",
    "SignInData",
    "TokenCheck",
    "TokenRow",
    "account_id_of",
    "account_row",
    "account_rows",
    "accounts_without_factor",
    "application_password_required",
    "application_password_rows",
    "checked_token",
    "factor_rows",
    "factor_state",
    "guard_row",
    "has_accounts",
    "has_second_factor",
    "has_session",
    "is_locked",
    "methods_of",
    "profile_row",
    "session_rows",
    "sign_in_data",
    "token_rows",
]
