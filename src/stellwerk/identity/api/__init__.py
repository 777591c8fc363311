"""The caller's own account on the wire: `profile`, its secrets and its sessions."""

from stellwerk.identity.api import profile, secrets, sessions, sign_in_data

routers = (profile.router, secrets.router, sessions.router, sign_in_data.router)

__all__ = ["routers"]
