"""How much of a bare Django view's speed the list of 50 products keeps: token, limit, visibility and rights included.

Run as `python -m benchmarks.api_list`. Both run in this process through Django's WSGI handler, in turns, so that a busy
machine slows both alike. The bare view has no middleware, no login and one query: the same rows, the same JSON, written
by the same library. The design asks for at least 60 % and at most four queries (design, section 7).
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as midnight

from benchmarks.house import migrate

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from stellwerk.foundation import clock, rate_limits
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.identity.services import create_token
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products import services as products
from stellwerk.products.api.products import service_id
from stellwerk.products.models import Product

DATABASES = ("sqlite", "postgresql")
PRODUCTS = 50
ROUNDS = 400
A_ROUND = 5  # short turns; the limit of a minute is refilled between them
LEAST_SHARE = 0.60
MOST_QUERIES = 4
_COLUMNS = (
    "id", "organisation_id", "kind_code", "offer_code", "name", "internal_name", "quantity", "period_months",
    "expires_on", "state", "created_at",
)  # fmt: skip


def bare(_request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One query, one JSON."""
    found = Product.objects.filter(organisation_id=organisation_id).order_by("id").values_list(*_COLUMNS)[:500]
    return HttpResponse(
        orjson.dumps({"result": "success", "data": [_as_json(row) for row in found]}), content_type="application/json"
    )


def _as_json(row: tuple) -> dict:
    number, organisation, kind, offer, name, internal, quantity, months, expires_on, state, created_at = row
    return {
        "id": number, "account_id": organisation, "service_id": service_id(kind), "service_name": kind,
        "customer_name": name or offer, "internal_name": internal or None, "created_at": int(created_at.timestamp()),
        "expired_at": int(datetime.combine(expires_on, midnight(), clock.operator_zone()).timestamp()), "version": 1,
        "is_locked": state == "suspended", "is_free": False, "is_trial": False,
        "has_operation_in_progress": state == "provisioning", "tags": [],
        "rights": {"technical": True, "statistic": True, "check": True, "sale": True},
        "offer": offer, "quantity": quantity, "period_months": months,
    }  # fmt: skip


urlpatterns = [path("bare/<int:organisation_id>", bare)]


def handler(middleware: list[str]) -> WSGIHandler:
    settings.MIDDLEWARE = middleware
    return WSGIHandler()


def caller(app: WSGIHandler, address: str, token: str = "") -> Callable[[], bytes]:
    """Calls the application as a server does and gives the body."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
    }  # fmt: skip

    def call() -> bytes:
        statuses: list[str] = []
        answer = app({**environ, "wsgi.input": io.BytesIO()}, lambda status, _headers: statuses.append(status))
        body = b"".join(answer)
        answer.close()
        assert statuses == ["200 OK"], (statuses, body)
        return body

    return call


def main() -> int:
    """Prints milliseconds of both, the share, the queries. 1 when a limit is missed."""
    migrate()
    call_command("createcachetable", verbosity=0)
    owner = a_person()
    organisation = an_organisation(of=owner)
    for number in range(PRODUCTS):
        products.activate_product(
            actor=SYSTEM,
            entries=products.NewProduct(
                organisation_id=organisation.pk, offer_code="web-hosting", period_months=12, quantity=1,
                source=f"bench:{number}",
            ),
        )  # fmt: skip
    myself = Actor(account_id=owner.pk)
    _stored, token = create_token(actor=myself, account_id=owner.pk, name="bench", scopes=["products:read"])
    settings.ROOT_URLCONF = "benchmarks.api_list"
    everything = settings.MIDDLEWARE
    call_bare = caller(handler([]), f"/bare/{organisation.pk}")
    call_api = caller(handler(everything), f"/api/1/accounts/{organisation.pk}/products", token)
    assert orjson.loads(call_bare()) == orjson.loads(call_api()), "not the same JSON"
    queries = queries_of(call_api)
    seconds: dict[str, list[float]] = {"bare": [], "api": []}
    for _ in range(ROUNDS):
        for name, call in (("bare", call_bare), ("api", call_api)):
            rate_limits.forget_all()
            started = time.perf_counter()
            for _ in range(A_ROUND):
                call()
            seconds[name].append((time.perf_counter() - started) / A_ROUND)
    return verdict(statistics.median(seconds["bare"]), statistics.median(seconds["api"]), queries)


def queries_of(call: Callable[[], bytes]) -> int:
    asked: list[str] = []

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        call()
    return len(asked)


def verdict(bare_seconds: float, api_seconds: float, queries: int) -> int:
    share = bare_seconds / api_seconds
    print(f"bare view, no login, 1 query        {bare_seconds * 1000:6.2f} ms  {1 / bare_seconds:6.0f} /s")
    print(
        f"token list of {PRODUCTS} products, {queries} queries {api_seconds * 1000:6.2f} ms  {1 / api_seconds:6.0f} /s"
    )
    met = share >= LEAST_SHARE and queries <= MOST_QUERIES
    limits = f"at least {LEAST_SHARE:.0%} and at most {MOST_QUERIES} queries"
    print(f"share {share:.0%}, {limits}: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
