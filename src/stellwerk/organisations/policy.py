"""Who may do what with organisations and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.decisions import ALLOW, Decision, deny

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def can_found_organisation(actor: Actor) -> Decision:
    """Everybody with an account, any number of times (ORG-002)."""
    if actor.account_id is None:
        return deny("sign_in_required")
    return ALLOW
