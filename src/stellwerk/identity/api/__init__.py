"""The caller's own account on the wire: `profile`, its secrets and its sessions; and what approval apps ask."""

from stellwerk.identity.api import approve, pictures, profile, second_factor, secrets, sessions, sign_in_data

routers = (
    profile.router, pictures.router, secrets.router, sessions.router, sign_in_data.router, second_factor.router,
    approve.router,
)  # fmt: skip

__all__ = ["routers"]
