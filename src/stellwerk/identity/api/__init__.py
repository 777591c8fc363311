"""The caller's own account on the wire: `profile`, its secrets and its sessions; and what approval apps ask."""

from stellwerk.identity.api import (
    approve,
    approve_links,
    pictures,
    profile,
    second_factor,
    secrets,
    sessions,
    sign_in_data,
)

routers = (
    profile.router, pictures.router, secrets.router, sessions.router, sign_in_data.router, second_factor.router,
    approve_links.router, approve.router,
)  # fmt: skip

__all__ = ["routers"]
