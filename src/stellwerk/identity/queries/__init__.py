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
from stellwerk.identity.queries.browsers import BrowserRow, RememberedAccount, browser_rows, remembered_accounts
from stellwerk.identity.queries.guards import GuardRow, guard_row, is_locked
from stellwerk.identity.queries.oauth import (
    AccessCheck,
    ApplicationRow,
    ConsentRow,
    application_owner,
    application_row,
    application_rows,
    checked_access_token,
    consent_rows,
)
from stellwerk.identity.queries.passkeys import PasskeyRow, passkey_row
from stellwerk.identity.queries.pictures import PictureRow, is_data_check_due, picture_address, picture_row
from stellwerk.identity.queries.scopes import ScopeRow, scope_rows, sync_scope_rows
from stellwerk.identity.queries.second_factor import (
    FactorRow,
    FactorState,
    accounts_without_factor,
    any_factor,
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
from stellwerk.identity.rules import is_withdrawn

__all__ = [
    "AccessCheck",
    "AccountRow",
    "ApplicationPasswordRow",
    "ApplicationRow",
    "BrowserRow",
    "ConsentRow",
    "FactorRow",
    "FactorState",
    "GuardRow",
    "PasskeyRow",
    "PendingChange",
    "PictureRow",
    "ProfileRow",
    "RememberedAccount",
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
    "any_factor",
    "application_owner",
    "application_password_required",
    "application_password_rows",
    "application_row",
    "application_rows",
    "browser_rows",
    "checked_access_token",
    "checked_token",
    "consent_rows",
    "factor_rows",
    "factor_state",
    "guard_row",
    "has_accounts",
    "has_application_password",
    "has_second_factor",
    "has_session",
    "has_token",
    "is_data_check_due",
    "is_locked",
    "is_withdrawn",
    "methods_of",
    "passkey_row",
    "picture_address",
    "picture_row",
    "profile_row",
    "recovery_codes_made_at",
    "remembered_accounts",
    "scope_rows",
    "session_rows",
    "sign_in_data",
    "sms_number",
    "sync_check",
    "sync_scope_rows",
    "token_rows",
    "token_total",
]
