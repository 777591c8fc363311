"""Who may do what with products. A product one may not see does not exist (404)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import ALLOW, HIDE, Decision, deny
from stellwerk.products.rules import ALL_RIGHTS, Right

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

MANAGERS = ("legal_representative", "administrator")
_TECHNICAL = _("This needs the technical right on the product.")
_MANAGER = _("Only a legal representative or an administrator can do this.")


def sees_all_products(actor: Actor, organisation_id: int) -> bool:
    """Managers and the system need no grants (ORG-024)."""
    return actor.works_in(organisation_id) and (actor.is_manager or actor.is_system)


def rights_on_product(actor: Actor, organisation_id: int, *, granted: frozenset[str]) -> frozenset[str]:
    """The effective rights: everything for managers, what was granted for others, nothing for outsiders."""
    if sees_all_products(actor, organisation_id):
        return ALL_RIGHTS
    return granted if actor.works_in(organisation_id) else frozenset()


def can_list_products(actor: Actor, organisation_id: int) -> Decision:
    """Everybody in the organisation may open the list; it shows what each may see."""
    if not actor.works_in(organisation_id):
        return HIDE
    return through_door(actor, write=False)


def can_see_product(actor: Actor, organisation_id: int, *, rights: frozenset[str]) -> Decision:
    """Any right on it is enough (ORG-048)."""
    if not rights or not actor.works_in(organisation_id):
        return HIDE
    return through_door(actor, write=False)


def can_rename_product(actor: Actor, organisation_id: int, *, rights: frozenset[str]) -> Decision:
    return _needs_technical_right(actor, organisation_id, rights=rights)


def can_tag_product(actor: Actor, organisation_id: int, *, rights: frozenset[str]) -> Decision:
    """ORG-087: whoever has the technical right assigns."""
    return _needs_technical_right(actor, organisation_id, rights=rights)


def can_see_tags(actor: Actor, organisation_id: int) -> Decision:
    return can_list_products(actor, organisation_id)


def can_create_tags(actor: Actor, organisation_id: int, *, has_technical_right: bool) -> Decision:
    """Whoever may tag some product may also make a new tag for it (ORG-084, ORG-087)."""
    if not actor.works_in(organisation_id):
        return HIDE
    if not through_door(actor, write=True):
        return through_door(actor, write=True)
    if has_technical_right or sees_all_products(actor, organisation_id):
        return ALLOW
    return deny("technical_right_required", granted_by=MANAGERS, text=_TECHNICAL)


def can_manage_tags(actor: Actor, organisation_id: int) -> Decision:
    """Rename, recolour, delete: managers (ORG-087)."""
    return _needs_manager(actor, organisation_id)


def can_see_access(actor: Actor, organisation_id: int) -> Decision:
    """Who may use what: managers (ORG-045)."""
    return _needs_manager(actor, organisation_id, write=False)


def can_manage_access(actor: Actor, organisation_id: int) -> Decision:
    """Grant and withdraw product rights: managers (ORG-045)."""
    return _needs_manager(actor, organisation_id)


def can_see_access_of(actor: Actor, organisation_id: int, *, account_id: int) -> Decision:
    """What somebody holds and why: for managers, and for oneself (ORG-050)."""
    if actor.works_in(organisation_id) and actor.account_id == account_id:
        return through_door(actor, write=False)
    return _needs_manager(actor, organisation_id, write=False)


def can_see_transfers(actor: Actor, organisation_id: int) -> Decision:
    """What was given away and taken over: managers."""
    return _needs_manager(actor, organisation_id, write=False)


def can_transfer_products(actor: Actor, organisation_id: int) -> Decision:
    """Start, resend and cancel: a legal representative or an administrator of the giver (ORG-098, TRF-003)."""
    return _needs_manager(actor, organisation_id)


def can_receive_products(actor: Actor, organisation_id: int) -> Decision:
    """Take products over: a legal representative or an administrator of the receiver (TRF-005)."""
    return _needs_manager(actor, organisation_id)


def can_answer_transfers(actor: Actor) -> Decision:
    """Whoever holds the link may answer it; an account is needed (ID-001, TRF-005)."""
    if actor.account_id is None:
        return deny("sign_in_required")
    return through_door(actor, write=True)


def can_order(actor: Actor, organisation_id: int) -> Decision:
    """Who may order and renew: managers and collaborators with billing access (GEN-002)."""
    if not actor.works_in(organisation_id):
        return HIDE
    if actor.role is Role.EXTERNAL or not (actor.is_manager or actor.has_billing_access or actor.is_system):
        return deny("billing_right_required", granted_by=MANAGERS)
    return ALLOW


def can_activate_personal_suite(actor: Actor, organisation_id: int) -> Decision:
    """Whoever may order: it makes a product of the organisation, though a free one (ID-011)."""
    decision = can_order(actor, organisation_id)
    return through_door(actor, write=True) if decision.allowed else decision


def _needs_manager(actor: Actor, organisation_id: int, *, write: bool = True) -> Decision:
    if not actor.works_in(organisation_id):
        return HIDE
    if not sees_all_products(actor, organisation_id):
        return deny("administrator_required", granted_by=MANAGERS, text=_MANAGER)
    return through_door(actor, write=write)


def _needs_technical_right(actor: Actor, organisation_id: int, *, rights: frozenset[str]) -> Decision:
    if not rights or not actor.works_in(organisation_id):
        return HIDE
    if Right.TECHNICAL not in rights:
        return deny("technical_right_required", granted_by=MANAGERS, text=_TECHNICAL)
    return through_door(actor, write=True)


def through_door(actor: Actor, *, write: bool) -> Decision:
    """A token lets through what its scopes name."""
    if actor.may_use("products", write=write):
        return ALLOW
    return deny("insufficient_scope")
