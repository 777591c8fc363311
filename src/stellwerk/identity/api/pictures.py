"""The address of a picture as commands tell it."""

from __future__ import annotations

from django.conf import settings


def avatar_address(path: str) -> str | None:
    """The whole address where the picture is served; None without one."""
    return f"{settings.SITE_URL.rstrip('/')}{path}" if path else None
