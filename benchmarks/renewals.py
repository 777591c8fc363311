"""How many products a second the renewal run renews on PostgreSQL, each in an organisation of its own (the worst case).

Run as `python -m benchmarks.renewals [COUNT]`; without DATABASE_URL it starts a temporary cluster. The design asks
for at least 300 renewals a second at 10,000 due products, for linear growth and constant memory (design, section 7):
a larger COUNT is measured after 10,000, in the same database, and held against it. 100,000 take eight idle minutes.
The baseline writes copies of the same rows in batches of the same size, with nothing decided, locked or checked.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests import postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

DATABASES = ("postgresql",)
COUNT = 10_000
LIMIT_PER_SECOND = 300
LEAST_SHARE = 0.9  # of the speed at 10,000 that a larger run must keep to count as linear
MOST_GROWTH_MIB = 16  # of the process in a larger run, for what the allocator keeps
CHUNK = 500
BALANCE_MINOR = 20_000  # one year of web hosting costs 115.82
EXPIRES_ON = date(2026, 7, 15)
RUN_ON = EXPIRES_ON - timedelta(days=14)


def main(most: int = COUNT) -> int:
    """Prints the figures of 10,000 and of `most`, one after the other in the same database; 1 for a missed limit."""
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["STELLWERK_DATA"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="stellwerk-bench-"))
            socket = str(stack.enter_context(postgresql.cluster())).replace("/", "%2F")
            os.environ["DATABASE_URL"] = f"postgresql://postgres@{socket}/postgres"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")
        from benchmarks.house import migrate

        from django.db import connection

        from stellwerk.catalogue.services import load_default_offers

        migrate()
        load_default_offers()
        runs = [measured(count) for count in sorted({min(COUNT, most), most})]
        connection.close()
    is_met = min(speed for speed, _peak in runs) >= LIMIT_PER_SECOND
    return 0 if (is_linear(runs[0], runs[-1]) if len(runs) > 1 else True) and is_met else 1


def is_linear(small: tuple[float, float], large: tuple[float, float]) -> bool:
    """Prints how the larger run did against the smaller; each is (renewals a second, peak memory in MiB)."""
    share, growth = large[0] / small[0], large[1] - small[1]
    is_met = share >= LEAST_SHARE and growth <= MOST_GROWTH_MIB
    print(f"speed kept by the larger run: {share:.0%}, at least {LEAST_SHARE:.0%}")
    print(f"peak memory grown by {growth:.0f} MiB, at most {MOST_GROWTH_MIB}: both {'met' if is_met else 'MISSED'}")
    return is_met


def measured(count: int) -> tuple[float, float]:
    """Renewals a second, and the peak memory in MiB, of one run over organisations with one due product each."""
    from stellwerk.foundation import clock

    with clock.travel_to(RUN_ON):
        prepare(count)
        before = {model: last_pk(model) for model in written_models()}
        seconds, peaks = run(count)
        figure = count / seconds
        baseline = count / rewritten(before)
    verdict = "met" if figure >= LIMIT_PER_SECOND else "MISSED"
    print(f"{count:>7,} due products in {seconds:.1f} s: {figure:.0f} renewals/s")
    print(f"        at least {LIMIT_PER_SECOND} renewals/s: {verdict}")
    print(
        f"        plain inserts of the same rows (baseline): {baseline:.0f}/s; share reached: {figure / baseline:.0%}"
    )
    print(f"        peak memory after the first batch {peaks[0]:.0f} MiB, after the last {peaks[-1]:.0f} MiB")
    return figure, peaks[-1]


def run(count: int) -> tuple[float, list[float]]:
    """Plans the day and does its batches as the worker does, up to the first delivery of an event."""
    from stellwerk.billing.models import Renewal
    from stellwerk.billing.tasks import plan_renewal_day
    from stellwerk.foundation.jobs.worker import run_next_job
    from stellwerk.foundation.models import Job

    done_before = Renewal.objects.count()
    started = time.perf_counter()
    plan_renewal_day()
    batches = Job.objects.filter(kind="billing.renew_batch", finished_at=None).count()
    peaks = []
    for _ in range(batches):
        run_next_job("benchmark")
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    seconds = time.perf_counter() - started
    renewed = Renewal.objects.count() - done_before
    if renewed != count:
        raise RuntimeError(f"{renewed} of {count} products were renewed")
    return seconds, peaks


def prepare(count: int) -> None:
    """Organisations that each own a web hosting which renews by itself, and hold enough to pay it."""
    for first in range(0, count, CHUNK):
        _prepare(min(CHUNK, count - first))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _prepare(count: int) -> None:
    from django.db import transaction

    from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
    from stellwerk.billing.services.post import post_many
    from stellwerk.foundation import clock
    from stellwerk.foundation.models import Job
    from stellwerk.organisations.models import Organisation
    from stellwerk.products.models import Product

    now = clock.now()
    bank = operator_account(AccountKind.BANK, "CHF", detail="CH93")
    with transaction.atomic():
        organisations = Organisation.objects.bulk_create(
            Organisation(name="Muster AG", kind="company", street="Marktgasse", building_number="7", postal_code="3011",
                         town="Bern", country="CH", language="de", currency="CHF", created_at=now)
            for _ in range(count)
        )  # fmt: skip
        Product.objects.bulk_create(
            Product(organisation=each, kind_code="web-hosting", offer_code="web-hosting", name=f"muster-{each.pk}.ch",
                    quantity=1, period_months=12, started_on=EXPIRES_ON - timedelta(days=365), expires_on=EXPIRES_ON,
                    anchor_day=EXPIRES_ON.day, state="active", renews_automatically=True, source=f"bench:{each.pk}",
                    created_at=now)
            for each in organisations
        )  # fmt: skip
        post_many(
            bookings=[
                Booking(reason="top_up", source=f"bench:{each.pk}", currency="CHF", organisation_id=each.pk,
                        legs=[Leg(bank, prepaid_of(each.pk, "CHF"), BALANCE_MINOR)])
                for each in organisations
            ]
        )  # fmt: skip
    Job.objects.all().delete()


def written_models() -> list[type[Model]]:
    """Every table that a renewal adds rows to."""
    from django.apps import apps

    names = ("billing.Invoice billing.InvoiceLine billing.InvoiceVat billing.Posting billing.Transfer billing.Payment "
             "billing.Renewal billing.RenewalStep billing.LedgerAccount products.ProductExtension foundation.Event "
             "foundation.Job")  # fmt: skip
    return [apps.get_model(name) for name in names.split()]


def last_pk(model: type[Model]) -> int:
    from django.db.models import Max

    found: int | None = model.objects.aggregate(last=Max("pk"))["last"]
    return found or 0


def rewritten(before: dict[type[Model], int]) -> float:
    """Seconds to write the run's rows again, into empty copies of their tables with the same indexes and checks."""
    total = 0.0
    for model, last in before.items():
        with copied_table(model) as write:
            total += sum(write(rows) for rows in rows_after(model, last))
    return total


def rows_after(model: type[Model], last: int) -> Iterator[list[Model]]:
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


class copied_table:  # noqa: N801  read as a phrase: with copied_table(...)
    """An empty copy of a model's table; entering answers a function that writes rows into it and takes the time."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self.table = model, model._meta.db_table  # noqa: SLF001  a copy needs the name

    def __enter__(self) -> Callable[[list[Any]], float]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE baseline (LIKE {self.table} INCLUDING ALL)")
        return self.write

    def write(self, rows: list[Any]) -> float:
        from django.db import transaction

        self.model._meta.db_table = "baseline"  # noqa: SLF001  the ORM writes into the copy
        try:
            started = time.perf_counter()
            with transaction.atomic():
                self.model.objects.bulk_create(rows)
            return time.perf_counter() - started
        finally:
            self.model._meta.db_table = self.table  # noqa: SLF001  and back

    def __exit__(self, *_failure: object) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE baseline")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
