"""The effect of paid renewals: products are extended from their old expiry, suspended ones run again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.events import ProductsRenewed
from stellwerk.billing.models import Renewal
from stellwerk.billing.services.settle import lock_invoices
from stellwerk.billing.services.withdraw_renewals import withdraw_lines
from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.errors import Conflict
from stellwerk.foundation.orm import insert_many
from stellwerk.products.queries import owned_products
from stellwerk.products.services import Extension, extend_products, resume_product

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from stellwerk.products.queries import OwnedProduct

MOST_AT_ONCE = 5_000  # what products.services.extend_products takes
MOST_NAMED = 10  # in the line of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRenewal:
    """One paid period of one product. `invoice_id` None: the period costs nothing and has no document (EX-24).

    `keeps_period` makes `period_months` the product's recurring duration (BIL-024).
    """

    product: OwnedProduct
    period_to: date
    period_months: int
    invoice_id: int | None
    is_automatic: bool = False
    keeps_period: bool = True


@dataclass(frozen=True, slots=True)
class _Paid:
    """A renewal to carry out, and its product as it was before."""

    renewal: Renewal
    product: OwnedProduct

    @property
    def extension(self) -> Extension:
        return Extension(
            product_id=self.product.id,
            until=self.renewal.period_to,
            period_months=self.renewal.period_months if self.renewal.keeps_period else self.product.period_months,
            source=f"renewal:{self.renewal.pk}",
        )


@transaction.atomic
def record_renewals(*, entries: Sequence[NewRenewal], actor: Actor = SYSTEM) -> None:
    """Write and carry out renewals paid in this transaction, in a fixed count of statements whatever their number.

    Publishes ProductsRenewed for each invoice. Raises IntegrityError when one of them exists, because a product is
    renewed once per period; Conflict when a product has ended. System-only: the run and payments call it.
    """
    now = clock.now()
    renewals = insert_many(
        [
            Renewal(
                organisation_id=each.product.organisation_id,
                product_id=each.product.id,
                period_from=each.product.expires_on,
                period_to=each.period_to,
                period_months=each.period_months,
                is_automatic=each.is_automatic,
                keeps_period=each.keeps_period,
                state=Renewal.State.DONE,
                invoice_id=each.invoice_id,
                created_at=now,
            )
            for each in entries
        ],
        with_keys=True,
    )
    paid = [_Paid(renewal, each.product) for renewal, each in zip(renewals, entries, strict=True)]
    if failed := _carry_out(paid, actor):
        raise Conflict(product_ids=sorted(failed))


@transaction.atomic
def carry_out_renewals(*, invoice_id: int, actor: Actor = SYSTEM) -> None:
    """Carry out what an invoice announced, once it is paid (BIL-012, BIL-013, REN-053).

    Products that ended in the meantime cannot be extended: their renewals are withdrawn and their lines credited to
    the prepaid account. A second call changes nothing. Publishes ProductsRenewed. System-only: what is paid calls it.
    """
    announced = Renewal.objects.filter(invoice_id=invoice_id, state=Renewal.State.ANNOUNCED)
    renewals = list(announced.select_for_update().order_by("pk"))
    if not renewals:
        return
    products = owned_products(each.product_id for each in renewals)
    failed = _carry_out([_Paid(each, products[each.product_id]) for each in renewals], actor)
    withdraw_lines(renewals=[each for each in renewals if each.product_id in failed], actor=actor)
    announced.update(state=Renewal.State.DONE)


@transaction.atomic
def withdraw_ended(*, product_id: int, actor: Actor = SYSTEM) -> None:
    """A product has ended: what was announced for it is withdrawn and credited, nobody owes it any more (REN-054).

    A second call changes nothing. System-only: follows the end of a product.
    """
    announced = Renewal.objects.filter(product_id=product_id, state=Renewal.State.ANNOUNCED)
    # Documents are locked first, as payments do, and what they announce is read afterwards.
    lock_invoices(invoice_ids=[number for number in announced.values_list("invoice_id", flat=True) if number])
    withdraw_lines(renewals=list(announced.order_by("pk")), actor=actor)


def _carry_out(paid: Sequence[_Paid], actor: Actor) -> frozenset[int]:
    extended: frozenset[int] = frozenset()
    for batch in _batches(paid):
        extended |= extend_products(batch=[each.extension for each in batch], actor=actor)
    done = [each for each in paid if each.product.id in extended]
    for each in done:
        if each.product.is_suspended:
            resume_product(product_id=each.product.id, actor=actor)
    _tell(done, actor)
    return frozenset(each.product.id for each in paid) - extended


def _tell(paid: Sequence[_Paid], actor: Actor) -> None:
    together: defaultdict[tuple[int, int | None], list[_Paid]] = defaultdict(list)
    for each in paid:
        together[each.renewal.organisation_id, each.renewal.invoice_id].append(each)
    events.publish_many(
        [
            ProductsRenewed(
                organisation_id=organisation_id,
                renewal_ids=tuple(each.renewal.pk for each in group),
                names=", ".join(each.product.title for each in group[:MOST_NAMED]),
                is_automatic=group[0].renewal.is_automatic,
                more=len(group[MOST_NAMED:]),
            )
            for (organisation_id, _invoice_id), group in together.items()
        ],
        actor=actor,
    )


def _batches(paid: Iterable[_Paid]) -> Iterator[list[_Paid]]:
    remaining = iter(paid)
    while batch := list(islice(remaining, MOST_AT_ONCE)):
        yield batch
