"""Remembering the steps of the renewal calendar that were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.models import RenewalStep
from stellwerk.foundation import clock
from stellwerk.foundation.orm import insert_many

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stellwerk.billing.queries.renewal_days import DueProduct
    from stellwerk.billing.rules.renewal_steps import Step


@transaction.atomic
def remember_steps(*, taken: Iterable[tuple[DueProduct, Step]], today: date) -> None:
    """Write all steps in one statement; one that was taken before is refused by the database (IntegrityError).

    System-only: the daily run calls it.
    """
    now = clock.now()
    rows = [
        RenewalStep(
            organisation_id=each.product.organisation_id,
            product_id=each.product.id,
            expires_on=each.product.expires_on,
            code=step.code,
            taken_on=today,
            created_at=now,
        )
        for each, step in taken
    ]
    insert_many(rows)
