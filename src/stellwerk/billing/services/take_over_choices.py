"""A visitor's choices become lines of a cart, once there is an organisation to order for (ID-003)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.actor import Actor


@transaction.atomic
def take_over_choices(
    *, actor: Actor, organisation_id: int, choices: Sequence[NewCartLine]
) -> list[tuple[NewCartLine, DomainError]]:
    """Add every choice as the cart's own rules allow today; answers what they refuse, with the refusal.

    Nothing of what a visitor chose is trusted: prices, durations and targets are judged anew, in the currency of the
    organisation. Refusals of the whole: not found, externals_do_not_order.
    """
    require(policy.can_fill_cart(actor, organisation_id))
    refused = []
    for choice in choices:
        try:
            with transaction.atomic():
                add_to_cart(actor=actor, organisation_id=organisation_id, entries=choice)
        except DomainError as refusal:
            refused.append((choice, refusal))
    return refused
