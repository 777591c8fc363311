"""Who may do what with money (the table "Who may do what" of commerce §0.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import ALLOW, HIDE, Decision, deny

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

SCOPE = "billing"
_GRANTED_BY = ("legal_representative", "administrator")


def can_see_cart(actor: Actor, organisation_id: int) -> Decision:
    """Whoever may fill it; a token that only reads may look."""
    return _with_cart(actor, organisation_id, write=False)


def can_fill_cart(actor: Actor, organisation_id: int) -> Decision:
    """Everybody but external users; ordering is another matter."""
    return _with_cart(actor, organisation_id, write=True)


def can_order(actor: Actor, organisation_id: int) -> Decision:
    """Place an order, renew, cancel an unpaid order: managers and bookkeepers."""
    return _with_billing_access(actor, organisation_id, write=True)


def can_pay(actor: Actor, organisation_id: int) -> Decision:
    """Pay invoices and due items, with whatever means."""
    return _with_billing_access(actor, organisation_id, write=True)


def can_change_renewal(actor: Actor, organisation_id: int) -> Decision:
    """Switch the automatic renewal on or off: managers and bookkeepers."""
    return _with_billing_access(actor, organisation_id, write=True)


def can_manage_prepaid(actor: Actor, organisation_id: int) -> Decision:
    """Top up and see the prepaid account."""
    return _with_billing_access(actor, organisation_id, write=True)


def can_manage_addresses(actor: Actor, organisation_id: int) -> Decision:
    """Add, change and delete billing addresses, and say which one an invoice names."""
    return _with_billing_access(actor, organisation_id, write=True)


def can_withdraw(actor: Actor, organisation_id: int) -> Decision:
    """Have the prepaid balance paid out, and call that back: who manages the prepaid account (PRE-011)."""
    return can_manage_prepaid(actor, organisation_id)


def can_see_billing(actor: Actor, organisation_id: int) -> Decision:
    """Orders, due items, payments and the prepaid account (GEN-002)."""
    return _with_billing_access(actor, organisation_id, write=False)


def can_see_invoices(actor: Actor, organisation_id: int) -> Decision:
    """Documents: legal representatives, administrators, members with the accounting right (INV-007)."""
    return _with_billing_access(actor, organisation_id, write=False)


def can_import_bank_files(actor: Actor) -> Decision:
    """The operator's staff and command line only; for everybody else the thing does not exist."""
    return ALLOW if actor.is_system else HIDE


def can_pay_out(actor: Actor) -> Decision:
    """Carry out withdrawals: the operator's staff and command line only."""
    return ALLOW if actor.is_system else HIDE


def _with_cart(actor: Actor, organisation_id: int, *, write: bool) -> Decision:
    decision = _inside(actor, organisation_id, write=write)
    if not decision.allowed:
        return decision
    if actor.role == Role.EXTERNAL:
        return deny("externals_do_not_order", granted_by=_GRANTED_BY)
    return ALLOW


def _with_billing_access(actor: Actor, organisation_id: int, *, write: bool) -> Decision:
    decision = _inside(actor, organisation_id, write=write)
    if not decision.allowed or actor.is_system:
        return decision
    if not actor.has_billing_access:
        return deny("no_billing_right", granted_by=_GRANTED_BY)
    return ALLOW


def _inside(actor: Actor, organisation_id: int, *, write: bool) -> Decision:
    if not actor.works_in(organisation_id):
        return HIDE
    if not actor.may_use(SCOPE, write=write):
        return deny("insufficient_scope")
    return ALLOW
