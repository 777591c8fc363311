"""The database itself keeps every step of the renewal calendar to once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from stellwerk.billing.models import RenewalStep
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db


def test_one_step_per_expiry():
    values = {"organisation": an_organisation(), "product_id": 7, "expires_on": date(2026, 7, 15)}
    values |= {"code": "warning:1", "taken_on": date(2026, 7, 16), "created_at": clock.now()}
    RenewalStep.objects.create(**values)

    with pytest.raises(IntegrityError), transaction.atomic():
        RenewalStep.objects.create(**values)
    RenewalStep.objects.create(**{**values, "expires_on": date(2027, 7, 15)})
