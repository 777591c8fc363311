"""The caller's own account on the wire: `profile`, its secrets and its sessions; and what approval apps ask."""

from stellwerk.identity.api import approve, profile, secrets, sessions, sign_in_data

routers = (profile.router, secrets.router, sessions.router, sign_in_data.router, approve.router)

__all__ = ["routers"]
