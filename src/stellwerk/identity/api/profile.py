"""`profile`: who the caller is and how the caller wants to be shown things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from pydantic import Field

from stellwerk.foundation.edge.addresses import web_address
from stellwerk.foundation.edge.api import (
    LANGUAGES,
    LOCALES,
    ApiRequest,
    Input,
    Listing,
    Output,
    Router,
    seconds,
    success,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import queries
from stellwerk.identity.api.callers import SCOPE, my_id
from stellwerk.identity.api.second_factor import FactorOut, Kind, factor_out
from stellwerk.identity.api.sessions import SessionOut, my_sessions
from stellwerk.identity.api.sign_in_data import EmailOut, PhoneOut, my_emails, my_phones
from stellwerk.identity.services.profile import ProfileChange, change_profile

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.identity.queries import ProfileRow

router = Router("Profile", names={"language": "locale"})
Locale = Literal["de_DE", "en_GB", "es_ES", "fr_FR", "it_IT"]
Theme = Literal["automatic", "light", "dark"]
INCLUDE = ("security", "emails", "phones", "sessions")


class Preferences(Output):
    """How the person wants to be shown things."""

    locale: Locale
    theme: Theme


class SecurityOut(Output):
    """The second factor as it is."""

    has_otp: bool
    methods: list[FactorOut]
    default_method: Kind | None
    recovery_codes_left: int
    last_login_at: int | None


class ProfileOut(Output):
    """The caller's own account. From `security` on, `with=` asks for the fields."""

    id: int
    display_name: str
    first_name: str
    last_name: str
    email: str
    login: str
    avatar: str | None
    preferences: Preferences
    security: SecurityOut | None = None
    emails: list[EmailOut] | None = None
    phones: list[PhoneOut] | None = None
    sessions: list[SessionOut] | None = None


class ProfileIn(Input):
    """Only what changes. With `dry_run` everything is checked and nothing kept."""

    first_name: str | None = Field(default=None, min_length=1, max_length=100)
    last_name: str | None = Field(default=None, min_length=1, max_length=100)
    locale: Locale | None = None
    theme: Theme | None = None
    dry_run: bool = False


@router.get("profile", version=2, scope=SCOPE, answer=ProfileOut, listing=Listing(include=INCLUDE, is_one=True))
def profile(request: ApiRequest) -> HttpResponse:
    """The caller's own account."""
    return success(_profile(request, request.asked.include))


@router.patch("profile", version=2, scope=SCOPE, answer=ProfileOut)
def change_my_profile(request: ApiRequest, entries: ProfileIn) -> HttpResponse:
    """Change personal data and preferences."""
    values = entries.model_dump(exclude_none=True, exclude={"dry_run", "locale"})
    if entries.locale is not None:
        values["language"] = LANGUAGES[entries.locale]
    with transaction.atomic():
        change_profile(actor=request.actor, account_id=my_id(request), change=ProfileChange(**values))
        answer = success(_profile(request, frozenset()))
        transaction.set_rollback(entries.dry_run)
    return answer


def _mine(request: ApiRequest) -> ProfileRow:
    row = queries.profile_row(my_id(request))
    if row is None:
        raise NotFound
    return row


def _profile(request: ApiRequest, include: frozenset[str]) -> dict[str, Any]:
    row = _mine(request)
    out: dict[str, Any] = {
        "id": row.id,
        "display_name": row.display_name,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "login": row.email,
        "avatar": web_address(request, row.picture_url),
        "preferences": {"locale": LOCALES[row.language], "theme": row.theme},
    }
    if "security" in include:
        out["security"] = {**_factors(row.id), "last_login_at": seconds(row.last_login)}
    if "emails" in include:
        out["emails"] = my_emails(row.id)
    if "phones" in include:
        out["phones"] = my_phones(row.id)
    if "sessions" in include:
        out["sessions"] = my_sessions(row.id)
    return out


def _factors(account_id: int) -> dict[str, Any]:
    """The second factor as it is."""
    state = queries.factor_state(account_id)
    return {
        "has_otp": state.is_on,
        "methods": [factor_out(factor) for factor in queries.factor_rows(account_id)],
        "default_method": state.first.value if state.is_on else None,
        "recovery_codes_left": state.recovery_codes_left,
    }
