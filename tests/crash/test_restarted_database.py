"""The database is restarted while people and the worker are at work: nothing is lost, nothing happens twice."""

import json
import os
import signal
import socket
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import quote

import psycopg
import pytest

from tests import postgresql
from tests.conftest import RunningHouse

pytestmark = [pytest.mark.process, pytest.mark.slow]  # a house and a cluster of its own

PEOPLE = 4
INVITATIONS_EACH = 12  # sixty requests a minute are allowed to each person, repetitions included
PATIENCE_SECONDS = 90
# A crash may lose what was not written out, so here, unlike elsewhere in the tests, a commit waits for the log.
SAFE = ["fsync=off", "synchronous_commit=on", "full_page_writes=on", "max_connections=50"]
TEMPORARY = {409, 429, 500, 503}


@dataclass
class Person:
    """Somebody who invites people by token, and tries again with the same key until it worked."""

    url: str
    token: str
    account_id: int
    statuses: list[int] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)

    def invites(self, email: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status, answer, wait = self._asked(email)
            self.statuses.append(status)
            if status == 201:
                self.made[email] = answer["data"]["id"]
                return
            assert status in TEMPORARY, (status, answer)
            assert answer["result"] == "error"
            threading.Event().wait(wait)
        raise AssertionError(f"{email} is not invited after {PATIENCE_SECONDS} s: {self.statuses[-5:]}")

    def _asked(self, email):
        request = urllib.request.Request(
            f"{self.url}/api/1/accounts/{self.account_id}/invitations",
            data=json.dumps({"email": email, "role_type": "normal"}).encode(),
            headers={
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": email,
            },
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer), 0
        except urllib.error.HTTPError as refused:
            wait = float(refused.headers.get("Retry-After") or 0.5)
            return refused.code, json.load(refused), wait


def a_person(house: RunningHouse, number: int) -> Person:
    email = f"lena-{number}@huber.example"
    house.stellwerk(
        "account", "create", "--email", email, "--first-name", "Lena", "--last-name", "Huber",
        typed="drei rote Signale im Nebel\n",
    )  # fmt: skip
    token = json.loads(
        house.stellwerk("token", "create", "--account", email, "--scope", "accounts", "--scope", "users", "--json")
    )["token"]
    entries = {
        "name": f"Huber {number} AG", "legal_entity_type": "company", "street": "Gasse", "building_number": "7",
        "postal_code": "3011", "town": "Bern", "country": "CH",
    }  # fmt: skip
    request = urllib.request.Request(
        f"{house.url}/api/1/accounts",
        data=json.dumps(entries).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return Person(house.url, token, json.load(answer)["data"]["id"])


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(url: str) -> tuple[int, dict[str, bool]]:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as unwell:
        return unwell.code, json.load(unwell)


def sign_in_page(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/sign-in", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as failed:
        is_a_page = "<html" in failed.read().decode()
        return failed.code if is_a_page else 0


def at_work(people: list[Person], parts: list[threading.Event]) -> list[threading.Thread]:
    """Everybody invites everybody; each part of the work begins when its event says so."""
    invitations_of_a_part = INVITATIONS_EACH // len(parts)

    def invites_all(person: Person) -> None:
        for number in range(INVITATIONS_EACH):
            parts[number // invitations_of_a_part].wait()
            person.invites(f"guest-{number}@firm-{person.account_id}.example")

    threads = [threading.Thread(target=invites_all, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    return threads


def awaited(is_true, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if is_true():
            return
        threading.Event().wait(0.25)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


def failures(people: list[Person]) -> int:
    return sum(status in (500, 503) for person in people for status in person.statuses)


LETTERS = "SELECT recipient FROM foundation_message WHERE template = 'organisations/email/invitation'"
INVITED = "SELECT id, email FROM organisations_invitation"
WAITING = "SELECT count(*) FROM foundation_job WHERE finished_at IS NULL AND run_at <= now() + interval '1 minute'"
PARKED = "SELECT count(*) FROM foundation_job WHERE parked_at IS NOT NULL"


@pytest.fixture
def restartable(tmp_path):
    """A running house on a cluster of its own."""
    if postgresql.binaries() is None:
        pytest.skip("no PostgreSQL here")
    with postgresql.stopped_cluster() as cluster:
        cluster.start(settings=SAFE)
        environment = {
            **os.environ,
            "STELLWERK_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "stellwerk.config.settings.selfhost",
            "DATABASE_URL": f"postgresql://postgres@{quote(str(cluster.folder), safe='')}/postgres",
        }
        house = RunningHouse(environment, tmp_path, a_free_port())
        house.start("--without-demo")
        yield house, cluster
        house.stop()


def test_postgresql_restarts_under_load_and_every_invitation_is_written_and_sent_once(restartable):
    house, cluster = restartable
    people = [a_person(house, number) for number in range(PEOPLE)]
    parts = [threading.Event(), threading.Event(), threading.Event()]
    parts[0].set()
    threads = at_work(people, parts)

    for part, number in enumerate((signal.SIGINT, signal.SIGQUIT), start=1):  # in good order, and as a crash
        begun = (part - 1) * INVITATIONS_EACH // len(parts)
        awaited(lambda begun=begun: any(len(person.made) > begun for person in people), "somebody is in the middle")
        noticed = failures(people)
        cluster.stop(number)
        parts[part].set()  # whoever was done goes on now, without a database
        awaited(lambda noticed=noticed: failures(people) > noticed, "somebody noticed")
        assert health(house.url) == (503, {"web": True, "database": False, "worker": False})
        assert sign_in_page(house.url) in (200, 500, 503)
        cluster.start(settings=SAFE)
        awaited(lambda: health(house.url)[1]["database"], "the web sees the database again")
    for thread in threads:
        thread.join()

    with psycopg.connect(host=str(cluster.folder), user="postgres", dbname="postgres", autocommit=True) as database:
        awaited(lambda: not database.execute(WAITING).fetchone()[0], "all jobs are done")
        invited, letters = database.execute(INVITED).fetchall(), database.execute(LETTERS).fetchall()
        parked = database.execute(PARKED).fetchone()[0]
    promised = {(number, email) for person in people for email, number in person.made.items()}
    assert sorted(invited) == sorted(promised)
    assert len(promised) == PEOPLE * INVITATIONS_EACH
    assert sorted(email for (email,) in letters) == sorted(email for _, email in promised)
    assert parked == 0
    assert health(house.url) == (200, {"web": True, "database": True, "worker": True})
    assert "All well" in house.stellwerk("doctor")


def test_sqlite_locked_for_a_while_makes_everybody_wait_and_nobody_lose(running_house, tmp_path, request):
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("about the file of SQLite")
    people = [a_person(running_house, 1)]  # one waits; the second thread of the web stays free for who only reads
    at_once = threading.Event()
    at_once.set()
    threads = at_work(people, [at_once])

    for _ in range(3):
        with sqlite3.connect(tmp_path / "stellwerk.sqlite3", timeout=30, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")  # a backup, or somebody's tool: nobody else can write now
            threading.Event().wait(3)
            assert health(running_house.url)[1]["database"], "reading goes on"
            other.execute("ROLLBACK")
        other.close()
    for thread in threads:
        thread.join()

    waiting = WAITING.replace("now() + interval '1 minute'", "datetime('now', '+1 minute')")
    with sqlite3.connect(tmp_path / "stellwerk.sqlite3", timeout=30) as database:
        awaited(lambda: not database.execute(waiting).fetchone()[0], "all jobs are done")
        invited, letters = database.execute(INVITED).fetchall(), database.execute(LETTERS).fetchall()
    promised = {(number, email) for person in people for email, number in person.made.items()}
    assert sorted(invited) == sorted(promised)
    assert sorted(email for (email,) in letters) == sorted(email for _, email in promised)
    assert {status for person in people for status in person.statuses} == {201}, "they waited, nobody was refused"
