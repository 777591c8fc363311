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
from stellwerk.identity.queries.application_passwords import (
    ApplicationPasswordRow,
    SyncCheck,
    application_password_rows,
    has_application_password,
    sync_check,
)
from stellwerk.identity.queries.guards import GuardRow, guard_row, is_locked
from stellwerk.identity.queries.scopes import ScopeRow, scope_rows, sync_scope_rows
from stellwerk.identity.queries.second_factor import (
    FactorRow,
    FactorState,
    accounts_without_factor,
    application_password_required,
    factor_rows,
    factor_state,
    has_second_factor,
    methods_of,
    recovery_codes_made_at,
    sms_number,
)
from stellwerk.identity.queries.sessions import (
    SessionRow,
    has_session,
    session_rows,
)
from stellwerk.identity.queries.sign_in_data import PendingChange, SignInData, sign_in_data
from stellwerk.identity.queries.tokens import (
    TokenCheck,
    TokenRow,
    checked_token,
    has_token,
    token_rows,
    token_total,
)

__all__ = [
    "AccountRow",
    "ApplicationPasswordRow",
    "FactorRow",
    "FactorState",
    "GuardRow",
    "PendingChange",
    "ProfileRow",
    "ScopeRow",
    "SessionRow",
    "SignInData",
    "SyncCheck",
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
    "has_application_password",
    "has_second_factor",
    "has_session",
    "has_token",
    "is_locked",
    "methods_of",
    "profile_row",
    "recovery_codes_made_at",
    "scope_rows",
    "session_rows",
    "sign_in_data",
    "sms_number",
    "sync_check",
    "sync_scope_rows",
    "token_rows",
    "token_total",
]
