"""Who acts, in which organisation, through what. Every service takes one; the activity log stores it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Through(StrEnum):
    """The door through which somebody acts."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105  the name of a door, not a secret
    APPLICATION_PASSWORD = "application_password"  # noqa: S105  the name of a door, not a secret
    DEVICE = "device"  # an approval app, known by its key
    COMMAND_LINE = "command_line"
    OPERATOR = "operator"
    SYSTEM = "system"


class Role(StrEnum):
    """Roles in an organisation (ORG-019); the values are the wire names."""

    LEGAL_REPRESENTATIVE = "owner"
    ADMINISTRATOR = "admin"
    COLLABORATOR = "normal"
    EXTERNAL = "external"

    @property
    def label(self) -> str:
        """The role in the active language."""
        return str(_ROLE_NAMES[self])


_ROLE_NAMES = {
    Role.LEGAL_REPRESENTATIVE: _("Legal representative"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.COLLABORATOR: _("Collaborator"),
    Role.EXTERNAL: _("External"),
}
MANAGERS = frozenset({Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at work. `role` is its role in `organisation_id`, None for an outsider.

    `scopes` is None for a person in a browser (no narrowing) and the token's scopes otherwise. A token may be limited
    to `only_organisation_id`; everywhere else the actor is an outsider.
    """

    account_id: int | None = None
    organisation_id: int | None = None
    through: Through = Through.BROWSER
    role: Role | None = None
    has_billing_access: bool = False
    scopes: frozenset[str] | None = None
    address: str | None = None
    request_id: str = ""
    name: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)
    only_organisation_id: int | None = None

    @property
    def is_system(self) -> bool:
        return self.through in (Through.SYSTEM, Through.OPERATOR)

    @property
    def is_manager(self) -> bool:
        """Administrator or legal representative of the organisation acted in."""
        return self.role in MANAGERS

    def works_in(self, organisation_id: int) -> bool:
        """Whether the actor stands in this organisation (the system stands everywhere)."""
        return self.is_system or (self.role is not None and self.organisation_id == organisation_id)

    def may_use(self, scope: str, *, write: bool = False) -> bool:
        """Whether the door lets this scope through: `products` covers `products:read`, never the other way."""
        if self.scopes is None:
            return True
        return scope in self.scopes or (not write and f"{scope}:read" in self.scopes)

    def at(self, organisation_id: int, role: Role | None, *, has_billing_access: bool = False) -> Actor:
        """The same person, standing in another organisation with the role held there; none through a door that does
        not lead there.
        """
        if self.only_organisation_id not in (None, organisation_id):
            role, has_billing_access = None, False
        return replace(self, organisation_id=organisation_id, role=role, has_billing_access=has_billing_access)


SYSTEM = Actor(through=Through.SYSTEM, name="Stellwerk")
