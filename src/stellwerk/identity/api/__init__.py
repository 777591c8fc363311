"""The caller's own account on the wire: `profile`, its secrets and its sessions."""

from stellwerk.identity.api import profile, secrets, sessions

routers = (profile.router, secrets.router, sessions.router)

__all__ = ["routers"]
