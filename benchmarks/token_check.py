"""What the check of an API token costs, against reading its row by primary key.

Run as `python -m benchmarks.token_check`. Both run in this process in turns: a busy machine slows both alike. The
bare look-up is what Django gives for `ApiToken.objects.filter(pk=…)` with the same columns: no digest, no checksum, no
judgement. The design asks for one indexed query and at most 1 ms of processor time a check (design, section 7).
"""

import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.house import migrate

from allauth.idp.oidc.models import Client
from django.core.management import call_command
from django.db import connection

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.actor import Actor
from stellwerk.identity import queries
from stellwerk.identity.models import Account, ApiToken
from stellwerk.identity.rules import TOKEN_PREFIX
from stellwerk.identity.services import create_token
from stellwerk.identity.services.oauth.applications import NewApplication, register_application
from stellwerk.identity.services.oauth.issue import Grant, issue
from stellwerk.organisations.tests.builders import a_person

DATABASES = ("sqlite", "postgresql")
TOKENS = 20_000
ROUNDS = 300
A_ROUND = 20
MOST_SECONDS = 0.001
_COLUMNS = ("pk", "account_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at", "account__email")


def main() -> int:
    """Prints processor time of both and their ratio. 1 when a limit is missed."""
    migrate()
    call_command("createcachetable", verbosity=0)
    owner = a_person()
    _fill(owner.pk)
    token, raw = create_token(actor=Actor(account_id=owner.pk), account_id=owner.pk, name="bench", scopes=["products"])

    def by_key() -> None:
        assert ApiToken.objects.filter(pk=token.pk).values_list(*_COLUMNS).first()

    def check() -> None:
        assert queries.checked_token(raw).account_id == owner.pk

    access = _access_token(owner)

    def oauth() -> None:
        assert queries.checked_token(access).account_id == owner.pk

    def nonsense() -> None:
        assert queries.checked_token(raw[:-1] + "-").refused_because == "token_invalid"

    calls = {"bare": by_key, "check": check, "oauth": oauth, "nonsense": nonsense}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            started = time.process_time()
            for _ in range(A_ROUND):
                call()
            seconds[name].append((time.process_time() - started) / A_ROUND)
    return _verdict({name: statistics.median(each) for name, each in seconds.items()}, _queries_of(check))


def _access_token(owner: Account) -> str:
    """What an application holds for the owner."""
    entries = NewApplication(name="Bench", description="Measures.", scopes=("products",))
    made = register_application(actor=Actor(account_id=owner.pk), account_id=owner.pk, entries=entries)
    client = Client.objects.get(pk=made.client_id)
    grant = Grant(client=client, account=owner, scopes=["products"], issuer="https://bench.example")
    return str(issue(grant)["access_token"])


def _fill(account_id: int) -> None:
    """An index that is worth one: the tokens of everybody else."""
    now = clock.now()
    ApiToken.objects.bulk_create(
        ApiToken(
            account_id=account_id,
            name="filler",
            prefix="stw_pat",
            digest=secrets.digest(f"{TOKEN_PREFIX}{number}"),
            created_at=now,
        )
        for number in range(TOKENS)
    )


def _queries_of(call: Callable[[], None]) -> int:
    asked: list[str] = []

    def count(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        call()
    return len(asked)


def _verdict(medians: dict[str, float], queries_asked: int) -> int:
    names = {
        "bare": "row by primary key, ORM",
        "check": "check of an API token",
        "oauth": "check of an access token",
        "nonsense": "check of a typing error",
    }
    for name, words in names.items():
        print(f"{words:<28} {medians[name] * 1_000_000:7.1f} µs of processor time")
    met = max(medians["check"], medians["oauth"]) <= MOST_SECONDS and queries_asked == 1
    print(f"a check costs {medians['check'] / medians['bare']:.2f} times the bare look-up, among {TOKENS:,} tokens")
    print(f"{queries_asked} query, at most 1 and 1000 µs: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
