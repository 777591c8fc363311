"""Facts of the identity room that need no database."""

from __future__ import annotations

TOKEN_PREFIX = "stw_pat"  # noqa: S105  the public head of every API token
APPLICATION_PASSWORD_PREFIX = "stw_app"  # noqa: S105  likewise

_OPENID = ("openid", "profile", "email", "phone", "user_info")
_AREAS = (
    "accounts", "users", "products", "billing", "partner", "calendar", "contacts", "links", "drive", "mail", "webhooks",
)  # fmt: skip
SCOPES: tuple[str, ...] = (*_OPENID, *(name for area in _AREAS for name in (area, f"{area}:read")))

IDLE_TOKEN_DAYS = 365  # API-007
