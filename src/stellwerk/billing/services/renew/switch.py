"""The switch of the automatic renewal, for one product or many (REN-003…014). It renews from the prepaid account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import RenewalModesChanged
from stellwerk.billing.rules.renewal_calendar import renewal_calendar
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.products.queries import owned_products
from stellwerk.products.services import set_renewal_mode

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from stellwerk.foundation.actor import Actor
    from stellwerk.products.queries import OwnedProduct

# The only means that renews by itself so far; cards join with REN-002.
MEANS = "prepaid"


class Outcome(StrEnum):
    """What became of one product's switch (REN-012); the values are the wire names."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RenewalChange:
    """The result for one product. `refused_because` is None unless the outcome is refused."""

    product_id: int
    name: str
    outcome: Outcome
    refused_because: DomainError | None = None


@transaction.atomic
def change_renewal(
    *, actor: Actor, organisation_id: int, product_id: int, renews_automatically: bool, means: str = MEANS
) -> Outcome:
    """Switch the automatic renewal of one product; see `change_renewals`.

    Raises what a bulk change would list: NotFound, RuleBroken autorenew_too_late, product_not_renewable.
    """
    require(policy.can_change_renewal(actor, organisation_id))
    change = change_renewals(
        actor=actor,
        organisation_id=organisation_id,
        product_ids=[product_id],
        renews_automatically=renews_automatically,
        means=means,
    )[0]
    if change.refused_because is not None:
        raise change.refused_because
    return change.outcome


@transaction.atomic
def change_renewals(
    *,
    actor: Actor,
    organisation_id: int,
    product_ids: Collection[int],
    renews_automatically: bool,
    means: str = MEANS,
) -> list[RenewalChange]:
    """Switch the automatic renewal of products on or off; the allowed ones change, in the order asked (REN-011, 012).

    Off is possible at any time (REN-005), on with at least 14 days left before the expiry (REN-007). A second call
    changes nothing. Publishes one RenewalModesChanged for all that changed, and products' RenewalModeChanged for each.
    Refusals: HIDE or no_billing_right, means_unknown; per product object_not_found, product_not_renewable,
    autorenew_too_late.
    """
    require(policy.can_change_renewal(actor, organisation_id))
    if means != MEANS:
        raise refusal("means_unknown")
    owned = {number: each for number, each in owned_products(product_ids).items()
             if each.organisation_id == organisation_id}  # fmt: skip
    wish = _Wish(renews_automatically, actor, clock.today())
    results = [_changed(owned.get(number), number, wish) for number in dict.fromkeys(product_ids)]
    changed = [owned[each.product_id] for each in results if each.outcome is Outcome.CHANGED]
    if changed:
        events.publish(
            RenewalModesChanged(
                organisation_id=organisation_id,
                items=tuple((each.title, each.expires_on.isoformat()) for each in changed),
                renews_automatically=renews_automatically,
            ),
            actor=actor,
        )
    return results


@dataclass(frozen=True, slots=True)
class _Wish:
    renews_automatically: bool
    actor: Actor
    today: date


def _changed(product: OwnedProduct | None, product_id: int, wish: _Wish) -> RenewalChange:
    if product is None:
        return RenewalChange(product_id, "", Outcome.REFUSED, NotFound())
    name = product.title
    if reason := _refusal(product, name, wish):
        return RenewalChange(product_id, name, Outcome.REFUSED, reason)
    is_new = set_renewal_mode(product_id=product_id, renews_automatically=wish.renews_automatically, actor=wish.actor)
    return RenewalChange(product_id, name, Outcome.CHANGED if is_new else Outcome.UNCHANGED)


def _refusal(product: OwnedProduct, name: str, wish: _Wish) -> DomainError | None:
    if not product.is_live:
        return refusal("product_not_renewable", name=name)
    if not wish.renews_automatically or product.renews_automatically:
        return None
    dates = renewal_calendar(product.expires_on)
    if not dates.may_enable_automatic_renewal(today=wish.today):
        return refusal("autorenew_too_late", name=name, days=dates.days_needed_to_enable)
    return None
