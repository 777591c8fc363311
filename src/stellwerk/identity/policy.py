"""Who may do what with accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.actor import Through
from stellwerk.foundation.decisions import ALLOW, HIDE, Decision

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def can_manage_secrets_of(actor: Actor, account_id: int) -> Decision:
    """Tokens and application passwords are one's own business; the command line stands for the operator."""
    if actor.is_system or actor.through is Through.COMMAND_LINE:
        return ALLOW
    return ALLOW if actor.account_id == account_id else HIDE


def can_close_doors(actor: Actor) -> Decision:
    """Disabling an account is the operator's: at the command line."""
    return ALLOW if actor.is_system or actor.through is Through.COMMAND_LINE else HIDE


def can_see_outbox(actor: Actor, *, is_operator: bool, is_local: bool) -> Decision:
    """The outbox shows codes and links of everybody: for the operator's staff, and for whoever sits at the machine
    while the instance serves this machine alone. Everybody else learns nothing of it.
    """
    if actor.is_system or is_local:
        return ALLOW
    return ALLOW if is_operator else HIDE


def can_decide_help(actor: Actor, *, is_operator: bool) -> Decision:
    """Help requests are for the operator's staff; for everybody else they do not exist."""
    return ALLOW if actor.is_system or is_operator else HIDE
