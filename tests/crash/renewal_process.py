"""A real worker that renews products, in a process of its own; says when it stands in the middle of a batch.

Started by test_killed_renewals.py with STELLWERK_DATA and DATABASE_URL set; never imported.
"""

import os
import sys
import threading
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")
django.setup()

from django.db.models import Sum  # noqa: E402

from stellwerk.billing.models import Invoice, LedgerAccount, Payment, Renewal  # noqa: E402
from stellwerk.billing.services.renew import day  # noqa: E402
from stellwerk.billing.tasks import renew_batch  # noqa: E402
from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, with_balance  # noqa: E402
from stellwerk.catalogue.services import load_default_offers  # noqa: E402
from stellwerk.foundation import clock, jobs  # noqa: E402
from stellwerk.foundation.models import Job, Message  # noqa: E402
from stellwerk.organisations.tests.builders import a_person  # noqa: E402

DAY = date(2026, 7, 1)
BATCH = 5


def plan(count: int) -> None:
    """Organisations with one due product and enough money each, in batches that are done one by one."""
    load_default_offers()
    founder = a_person()
    ids = []
    for number in range(count):
        organisation = with_balance(an_organisation(f"Firm {number}", of=founder), 20_000)
        a_product_expiring(organisation, date(2026, 7, 15), automatic=True)
        ids.append(organisation.pk)
    Job.objects.all().delete()  # what founding and activating plans is another story
    for first in range(0, count, BATCH):
        jobs.enqueue(renew_batch, {"organisation_ids": ids[first : first + BATCH]})


def say_where_it_stands() -> None:
    """Two signs in each batch: money has moved but nothing is committed, and the whole batch is written."""
    charge, pursue = day.charge_organisations, day.pursue_organisations

    def charged(**arguments):
        renewed = charge(**arguments)
        sys.stdout.write("charged\n")
        sys.stdout.flush()
        return renewed

    def pursued(**arguments):
        pursue(**arguments)
        sys.stdout.write("written\n")
        sys.stdout.flush()

    day.charge_organisations, day.pursue_organisations = charged, pursued


def count() -> str:
    numbers = sorted(Invoice.objects.values_list("sequence_number", flat=True))
    is_gapless = numbers == list(range(1, len(numbers) + 1))
    periods = set(Renewal.objects.values_list("product_id", "period_from"))
    confirmed = Message.objects.filter(template__contains="products_renewed").count()
    balances = LedgerAccount.objects.filter(kind="prepaid").aggregate(all=Sum("balance_minor"))["all"]
    paid = Payment.objects.aggregate(all=Sum("amount_minor"))["all"]
    return f"{len(numbers)} {is_gapless} {Renewal.objects.count()} {len(periods)} {confirmed} {balances} {paid}"


if __name__ == "__main__":
    with clock.travel_to(DAY):
        if sys.argv[1] == "plan":
            plan(int(sys.argv[2]))
        elif sys.argv[1] == "count":
            sys.stdout.write(count() + "\n")
        elif sys.argv[1] == "work":
            say_where_it_stands()
            jobs.run_worker(threading.Event())
        elif sys.argv[1] == "finish":
            jobs.run_due_jobs()
