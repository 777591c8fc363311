"""Who may do what with organisations and their members. The table of §9 of the specification, as predicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import ALLOW, HIDE, Decision, deny

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_LEGAL = ("legal_representative",)
_MANAGERS = ("legal_representative", "administrator")


def can_found_organisation(actor: Actor) -> Decision:
    """Everybody with an account, any number of times (ORG-002)."""
    if actor.account_id is None:
        return deny("sign_in_required")
    if actor.only_organisation_id is not None:
        return deny("token_limited")
    return ALLOW


def can_see_organisation(actor: Actor, organisation_id: int) -> Decision:
    """Its coordinates are read by everybody who belongs to it (ORG-011)."""
    return ALLOW if actor.works_in(organisation_id) else HIDE


def can_edit_organisation(actor: Actor, organisation_id: int) -> Decision:
    """ORG-011: the legal representative answers for the coordinates."""
    if not actor.works_in(organisation_id):
        return HIDE
    if actor.is_system or actor.role is Role.LEGAL_REPRESENTATIVE:
        return ALLOW
    return deny("legal_representative_required", granted_by=_LEGAL)


def can_delete_organisation(actor: Actor, organisation_id: int) -> Decision:
    """Q5: a person who represents it legally; neither the clockwork nor a program does this."""
    if actor.account_id is None or actor.is_system:
        return HIDE
    return can_edit_organisation(actor, organisation_id)


def can_see_members(actor: Actor, organisation_id: int) -> Decision:
    """Members know each other; an external sees only what was granted (ORG-023)."""
    if not actor.works_in(organisation_id):
        return HIDE
    if actor.role is Role.EXTERNAL:
        return deny("member_required", granted_by=_MANAGERS)
    return ALLOW


def can_manage_members(actor: Actor, organisation_id: int) -> Decision:
    """Inviting, removing, roles and teams are for administrators and legal representatives (ORG-026, 034, 057, 070)."""
    if not actor.works_in(organisation_id):
        return HIDE
    if actor.is_system or actor.is_manager:
        return ALLOW
    return deny("administrator_required", granted_by=_MANAGERS)


def can_give_role(actor: Actor, organisation_id: int, *, role: str) -> Decision:
    """ORG-027: the role of legal representative is given only by somebody who has it."""
    decision = can_manage_members(actor, organisation_id)
    if not decision:
        return decision
    if role == Role.LEGAL_REPRESENTATIVE and not _is_legal(actor):
        return deny("legal_role_required", granted_by=_LEGAL)
    return ALLOW


def can_touch_member(actor: Actor, organisation_id: int, *, current_role: str) -> Decision:
    """ORG-028: an administrator neither changes nor removes a legal representative."""
    return can_give_role(actor, organisation_id, role=current_role)


def can_unlock_member(actor: Actor, organisation_id: int, *, current_role: str) -> Decision:
    """SEC-057: administrators unlock accounts of members; an external's account is not the organisation's business."""
    decision = can_manage_members(actor, organisation_id)
    if decision and current_role == Role.EXTERNAL:
        return deny("members_only")
    return decision


def can_set_preferences(actor: Actor, organisation_id: int, *, account_id: int) -> Decision:
    """ORG-052, Q27: one's own always, those of others by administrators."""
    if actor.works_in(organisation_id) and actor.account_id == account_id:
        return ALLOW
    return can_manage_members(actor, organisation_id)


def can_leave(actor: Actor, organisation_id: int) -> Decision:
    """ORG-061: whoever belongs to it; the last legal representative is refused by the service."""
    return ALLOW if actor.works_in(organisation_id) and not actor.is_system else HIDE


def can_guard_sign_ins(actor: Actor, organisation_id: int) -> Decision:
    """SEC-039, SEC-042, SEC-043: requiring a second factor, seeing who has none, sending security alerts."""
    return can_manage_members(actor, organisation_id)


def can_see_activity(actor: Actor, organisation_id: int) -> Decision:
    """ORG-100."""
    return can_manage_members(actor, organisation_id)


def roles_to_give(actor: Actor, organisation_id: int) -> tuple[Role, ...]:
    """The roles the actor may give, for forms."""
    return tuple(role for role in Role if can_give_role(actor, organisation_id, role=role))


def _is_legal(actor: Actor) -> bool:
    return actor.is_system or actor.role is Role.LEGAL_REPRESENTATIVE
