"""Commands of the organisations room. An account on the wire is an organisation (api-wire.md)."""

from stellwerk.organisations.api import accounts, activity, invitations, second_factor, teams, users, visibility  # noqa: F401  registers itself

routers = (
    accounts.router, users.router, invitations.router, teams.router, activity.router, second_factor.router,
)  # fmt: skip

__all__ = ["routers"]
