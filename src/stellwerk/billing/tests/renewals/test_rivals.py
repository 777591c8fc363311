"""Two workers who take the same batch in the same moment charge it once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.tasks import renew_batch
from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, balance_of, with_balance
from stellwerk.foundation import clock
from stellwerk.foundation.models import Job

WORKERS = 4


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_rivals_charge_a_batch_once():
    with clock.travel_to(date(2026, 7, 1)):
        organisations = [with_balance(an_organisation(f"Firm {number}"), 100_000) for number in range(10)]
        for organisation in organisations:
            a_product_expiring(organisation, date(2026, 7, 15), automatic=True)
        ids = [each.pk for each in organisations]
        start = threading.Barrier(WORKERS)

        def work(number):
            try:
                start.wait()
                # Half of them in the opposite order: locks are taken in the order of keys, so nobody waits in a circle.
                renew_batch(organisation_ids=ids if number % 2 else ids[::-1])
            finally:
                connection.close()

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, range(WORKERS)))

    assert Job.objects.filter(kind="billing.renew_batch").count() == 0  # nobody had to fall back to single steps
    assert Renewal.objects.count() == 10
    assert [balance_of(each) for each in organisations] == [100_000 - 11_582] * 10
    assert sorted(Invoice.objects.values_list("sequence_number", flat=True)) == list(range(1, 11))
