"""Who may do what with help: everybody reads; the tour is remembered for people with an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.decisions import ALLOW, HIDE, Decision

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


def can_end_tour(actor: Actor) -> Decision:
    return HIDE if actor.account_id is None else ALLOW
