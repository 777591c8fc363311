"""Why somebody may not do something, and who can help: one sentence for greyed controls and refusals (UI-015)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.lists import format_list
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from stellwerk.foundation.actor import Role
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from django.http import HttpRequest

# The right that is missing, by the reason of the decision. Looked up when asked: the active language decides.
_RIGHTS: dict[str, Callable[[], str]] = {
    "legal_representative_required": lambda: _("This needs the role of legal representative."),
    "legal_role_required": lambda: _("This needs the role of legal representative."),
    "administrator_required": lambda: _("This needs the role of administrator."),
    "member_required": lambda: _("This is not open to externals."),
    "members_only": lambda: _("This concerns members only, not externals."),
    "externals_do_not_order": lambda: _("Externals do not order."),
    "billing_right_required": lambda: _("This needs access to accounting."),
    "no_billing_right": lambda: _("This needs access to accounting."),
    "technical_right_required": lambda: _("This needs the technical right in the product."),
    "insufficient_scope": lambda: _("This key was not allowed to do it."),
}


# What decisions call the roles on the wire, beside the roles themselves.
_ROLES = {"legal_representative": Role.LEGAL_REPRESENTATIVE, "administrator": Role.ADMINISTRATOR}


def why_not(reason: str, text: str = "") -> str:
    """The missing right as a sentence; `text` is what the policy itself says."""
    if text:
        return text
    return _RIGHTS[reason]() if reason in _RIGHTS else _("You may not do this.")


def who_can(request: HttpRequest | None, roles: Collection[str]) -> str:
    """Who in the organisation of the address can do it or give the right, by name; empty outside an organisation."""
    known = _known(roles)
    return _sentence(_names(request, known), known)


def who_can_in(organisation_id: int, roles: Collection[str]) -> str:
    """The same for another organisation than that of the address. One query."""
    known = _known(roles)
    return _sentence(organisations.names_of_roles(organisation_id, known) if known else (), known)


def _known(roles: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({_ROLES.get(role, role) for role in roles}))


def _sentence(names: tuple[str, ...], roles: tuple[str, ...]) -> str:
    if not names:
        return ""
    people = format_list(list(names), locale=to_locale(get_language() or "en"))
    if Role.ADMINISTRATOR in roles:
        return _("They can do it or give you the right: %(people)s.") % {"people": people}
    return _("Only they can do it: %(people)s.") % {"people": people}


def _names(request: HttpRequest | None, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Read once a request, however many controls are grey."""
    organisation_id = getattr(getattr(request, "actor", None), "organisation_id", None)
    if request is None or not organisation_id or not roles:
        return ()
    known: dict[tuple[str, ...], tuple[str, ...]] = request.__dict__.setdefault("people_who_can", {})
    if roles not in known:
        known[roles] = organisations.names_of_roles(organisation_id, roles)
    return known[roles]
