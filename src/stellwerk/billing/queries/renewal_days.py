"""What a renewal batch must know of a few hundred organisations, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from stellwerk.billing.models import Renewal, RenewalStep
from stellwerk.billing.queries.addresses import addresses_of_products, invoiced_at
from stellwerk.billing.rules.renewal_calendar import DEFAULT_SETTINGS, REMINDER_CHOICES_DAYS
from stellwerk.billing.rules.renewal_steps import Course
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from stellwerk.billing.queries.addresses import AddressRow
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct

LOOK_AHEAD_DAYS = max(REMINDER_CHOICES_DAYS)
CHARGE_DAYS = max(DEFAULT_SETTINGS.attempt_days_before)
# A product is terminated 37 days after its expiry, or later if nobody looked; its steps lie within a year of that.
_LOOK_BACK_DAYS = 400


@dataclass(frozen=True, slots=True)
class DueProduct:
    """A product near or past its expiry, and how far it has come."""

    product: OwnedProduct
    course: Course
    address: AddressRow | None = None  # where its renewals are invoiced to, None for the postal address (BIL-062)

    @property
    def item(self) -> tuple[str, str, str]:
        """Own name, expiry and offer, as events carry them."""
        return (self.product.own_name, self.product.expires_on.isoformat(), self.product.offer_code)


@dataclass(frozen=True, slots=True)
class OrganisationDay:
    """One organisation with its products around their expiry."""

    recipient: OrganisationRow
    due: tuple[DueProduct, ...]


def due_organisation_ids(*, on: date, after: int = 0, limit: int = 500) -> list[int]:
    """The next organisations with a product near or past its expiry, in order; at most `limit` products decide."""
    return products.due_organisation_ids(on + timedelta(days=LOOK_AHEAD_DAYS), after=after, limit=limit)


def organisations_to_charge(organisation_ids: Collection[int], *, on: date) -> frozenset[int]:
    """Those of these organisations that may have something to charge automatically today."""
    return products.automatic_organisation_ids(organisation_ids, until=on + timedelta(days=CHARGE_DAYS))


def organisation_days(recipients: Mapping[int, OrganisationRow], *, on: date) -> list[OrganisationDay]:
    """Each organisation with its due products, in order of their keys. Four queries."""
    found = products.due_products_of(recipients, until=on + timedelta(days=LOOK_AHEAD_DAYS))
    taken = _taken_steps(found, since=on - timedelta(days=_LOOK_BACK_DAYS))
    announced = set(
        Renewal.objects.filter(product_id__in=[each.id for each in found], state=Renewal.State.ANNOUNCED).values_list(
            "product_id", "period_from"
        )
    )
    addresses = addresses_of_products(recipients) if found else {}
    due: defaultdict[int, list[DueProduct]] = defaultdict(list)
    for each in found:
        course = Course(
            expires_on=each.expires_on,
            period_months=each.period_months,
            anchor_day=each.anchor_day,
            renews_automatically=each.renews_automatically,
            is_suspended=each.is_suspended,
            is_announced=(each.id, each.expires_on) in announced,
            needs_consumer_notice=_is_french_consumer(recipients[each.organisation_id]),
            taken=taken.get((each.id, each.expires_on), {}),
        )
        address = addresses.get((each.organisation_id, each.id))
        due[each.organisation_id].append(DueProduct(each, course, address))
    return [OrganisationDay(recipients[number], tuple(due[number])) for number in sorted(due)]


def by_address(
    organisation: OrganisationRow, due: Iterable[DueProduct]
) -> list[tuple[OrganisationRow, list[DueProduct]]]:
    """What is invoiced together: each billing address as a document names it, with its products (REN-016)."""
    groups: defaultdict[AddressRow | None, list[DueProduct]] = defaultdict(list)
    for each in due:
        groups[each.address].append(each)
    return [(invoiced_at(organisation, address), group) for address, group in groups.items()]


def _taken_steps(found: Iterable[OwnedProduct], *, since: date) -> dict[tuple[int, date], dict[str, date]]:
    rows = RenewalStep.objects.filter(product_id__in=[each.id for each in found], expires_on__gte=since)
    taken: defaultdict[tuple[int, date], dict[str, date]] = defaultdict(dict)
    for product_id, expires_on, code, taken_on in rows.values_list("product_id", "expires_on", "code", "taken_on"):
        taken[product_id, expires_on][code] = taken_on
    return taken


def _is_french_consumer(recipient: OrganisationRow) -> bool:
    """Code de la consommation L215-1 protects consumers in France (REN-037)."""
    return recipient.country == "FR" and recipient.is_individual
