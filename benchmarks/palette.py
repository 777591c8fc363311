"""What "search or go to" costs the server while somebody types, in a large organisation.

Run as `python -m benchmarks.palette`. One person belongs to three organisations with 5,000 products and 2,000 people
together. Measured is the processor time of this process from request to answer, sessions, pages and templates
included: a busy machine changes it little. On PostgreSQL the statements run in another process, so the time on the
clock stands beside it. At most 50 ms.
"""

import statistics
import sys
import time
from http import HTTPStatus

from benchmarks.house import migrate

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.foundation.months import months_later
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.rules import State

DATABASES = ("sqlite", "postgresql")
PRODUCTS = 5_000
PEOPLE = 2_000
ROUNDS = 60
MOST_SECONDS = 0.050
WORDS = ("n", "name-49", "meier", "invoice", "name ch 7", "nothing-like-it")


def main() -> int:
    """Prints the medians of both times for each search. 1 when the limit is missed."""
    migrate()
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    load_default_offers()
    settings.ALLOWED_HOSTS = ["testserver"]
    anna = a_person()
    houses = [an_organisation(f"House {number}", of=anna) for number in range(3)]
    _fill(houses)
    browser = Client(headers={"HX-Request": "true"})
    browser.force_login(anna)
    browser.get("/search", {"q": "warm"})
    worst = 0.0
    for words in WORDS:
        times = [_once(browser, words) for _ in range(ROUNDS)]
        busy, waited = (statistics.median(each) * 1000 for each in zip(*times, strict=True))
        worst = max(worst, busy / 1000)
        with CaptureQueriesContext(connection) as asked:
            browser.get("/search", {"q": words})
        print(f"“{words}”".ljust(20), f"{busy:6.1f} ms  on the clock {waited:6.1f} ms  {len(asked)} queries")
    is_met = worst <= MOST_SECONDS
    print(f"slowest median {worst * 1000:.1f} ms of {PRODUCTS} products, at most 50: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def _once(browser: Client, words: str) -> tuple[float, float]:
    """Processor time and time on the clock, in seconds."""
    busy, started = time.process_time(), time.perf_counter()
    answer = browser.get("/search", {"q": words})
    spent = time.process_time() - busy, time.perf_counter() - started
    assert answer.status_code == HTTPStatus.OK
    return spent


def _fill(houses: list[Organisation]) -> None:
    today, now = clock.today(), clock.now()
    Product.objects.bulk_create(
        [
            Product(
                organisation=houses[number % len(houses)], kind_code="domain-name", offer_code="domain-ch",
                name=f"name-{number}.ch", quantity=1, period_months=12, started_on=today,
                expires_on=months_later(today, 12), anchor_day=today.day, state=State.ACTIVE,
                source=f"bench:{number}", created_at=now,
            )
            for number in range(PRODUCTS)
        ],
        batch_size=500,
    )  # fmt: skip
    people = Account.objects.bulk_create(
        [
            Account(email=f"person-{number}@example.ch", first_name="Mia", last_name=f"Meier {number}", password="!")
            for number in range(PEOPLE)
        ],
        batch_size=500,
    )
    Membership.objects.bulk_create(
        [
            Membership(organisation=houses[place % len(houses)], account=person, role=Role.COLLABORATOR, created_at=now)
            for place, person in enumerate(people)
        ],
        batch_size=500,
    )


if __name__ == "__main__":
    sys.exit(main())
