"""The switch of the automatic renewal, for one product or many (REN-003…014). It renews from the prepaid account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import RenewalModesChanged
from stellwerk.billing.rules.renewal_calendar import renewal_calendar
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.products.queries import owned_products
from stellwerk.products.services import BatchChange, Outcome, set_renewal_modes

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.errors import DomainError
    from stellwerk.products.queries import OwnedProduct

# The only means that renews by itself so far; cards join with REN-002.
MEANS = "prepaid"


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
) -> list[BatchChange]:
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
    wish = _Wish(renews_automatically, clock.today())
    reasons = {number: reason for number, each in owned.items() if (reason := _refusal(each, wish))}
    switched = set_renewal_modes(
        organisation_id=organisation_id,
        product_ids=owned.keys() - reasons.keys(),
        renews_automatically=renews_automatically,
        actor=actor,
    )
    changed = [owned[number] for number in dict.fromkeys(product_ids) if number in switched]
    if changed:
        events.publish(
            RenewalModesChanged(
                organisation_id=organisation_id,
                items=tuple((each.own_name, each.expires_on.isoformat(), each.offer_code) for each in changed),
                renews_automatically=renews_automatically,
            ),
            actor=actor,
        )
    return [_outcome(number, owned.get(number), reasons, switched) for number in dict.fromkeys(product_ids)]


@dataclass(frozen=True, slots=True)
class _Wish:
    renews_automatically: bool
    today: date


def _outcome(
    number: int, product: OwnedProduct | None, reasons: dict[int, DomainError], switched: Collection[int]
) -> BatchChange:
    if product is None:
        return BatchChange(number, "", Outcome.REFUSED, NotFound())
    if number in reasons:
        return BatchChange(number, product.title, Outcome.REFUSED, reasons[number])
    return BatchChange(number, product.title, Outcome.CHANGED if number in switched else Outcome.UNCHANGED)


def _refusal(product: OwnedProduct, wish: _Wish) -> DomainError | None:
    if not product.is_live or product.is_endless:
        return refusal("product_not_renewable", name=product.title)
    if not wish.renews_automatically or product.renews_automatically:
        return None
    dates = renewal_calendar(product.expires_on)
    if not dates.may_enable_automatic_renewal(today=wish.today):
        return refusal("autorenew_too_late", name=product.title, days=dates.days_needed_to_enable)
    return None
