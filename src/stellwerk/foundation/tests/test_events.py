"""Events: written with the change, delivered to every handler, readable for ever, changed by nobody."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from stellwerk.foundation import activity, clock, events, jobs
from stellwerk.foundation.activity import Narrowing
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.events import DomainEvent, Meta
from stellwerk.foundation.models import Event, Job

heard: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSet(DomainEvent):
    sentence: ClassVar = "%(actor)s set signal %(name)s"
    kind: ClassVar = "test"
    name: str


@events.subscribes(SignalSet)
def note_the_signal(event: SignalSet, meta: Meta) -> None:
    heard.append(f"{event.name} by {meta.actor_name}")


@events.subscribes(SignalSet)
def stumble_over_one(event: SignalSet, meta: Meta) -> None:
    if event.name == "broken":
        raise ValueError("cannot bear this one")


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()


ANNA = Actor(account_id=7, organisation_id=3, name="Anna Keller")


@pytest.mark.django_db
def test_a_handler_hears_what_was_published_and_by_whom():
    with transaction.atomic():
        events.publish(SignalSet(organisation_id=3, name="A1"), actor=ANNA)

    jobs.run_due_jobs()

    assert heard == ["A1 by Anna Keller"]


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_never_happened():
    with pytest.raises(RuntimeError), transaction.atomic():
        events.publish(SignalSet(organisation_id=3, name="A1"), actor=ANNA)
        raise RuntimeError

    jobs.run_due_jobs()

    assert heard == []
    assert activity.organisation_rows(3) == []


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(SignalSet(name="A1"))


@pytest.mark.django_db
def test_a_failing_handler_does_not_silence_the_others():
    with transaction.atomic():
        events.publish(SignalSet(name="broken"), actor=ANNA)

    jobs.run_due_jobs()

    assert heard == ["broken by Anna Keller"]
    assert Job.objects.get(finished_at=None).last_error == "ValueError: cannot bear this one"


@pytest.fixture
def without_a_handler(monkeypatch):
    """As an older release, or one that has given up the handler, finds the deliveries of another."""
    with transaction.atomic():
        events.publish(SignalSet(name="A1"), actor=ANNA)
    with monkeypatch.context() as other_release:
        name = f"{note_the_signal.__module__}.{note_the_signal.__qualname__}"
        other_release.delitem(events._handlers["SignalSet"], name)
        yield


@pytest.mark.django_db
def test_an_older_worker_leaves_what_only_a_newer_release_handles(without_a_handler):
    jobs.run_due_jobs()
    left = Job.objects.get(finished_at=None)

    assert (left.attempts, left.last_error) == (0, f"No handler is called {left.arguments['handler']}")


@pytest.mark.django_db
def test_a_handler_that_was_removed_is_passed_over_after_a_day(without_a_handler):
    with clock.travel_to(clock.now() + timedelta(days=2)):
        jobs.run_due_jobs()

    assert not Job.objects.filter(finished_at=None).exists()
    assert heard == []


@pytest.mark.django_db
def test_org_102_the_log_reads_as_sentences_newest_first():
    with transaction.atomic():
        events.publish_many([SignalSet(organisation_id=3, name=name) for name in ("A1", "A2")], actor=ANNA)
        events.publish(SignalSet(organisation_id=4, name="elsewhere"), actor=ANNA)

    sentences = [row.sentence for row in activity.organisation_rows(3)]

    assert sentences == ["Anna Keller set signal A2", "Anna Keller set signal A1"]
    assert [row.sentence for row in activity.organisation_rows(3, only=Narrowing(search="A2"))] == sentences[:1]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE foundation_event SET name = 'x'", "DELETE FROM foundation_event"])
def test_org_102_the_database_refuses_to_change_history(statement):
    with transaction.atomic():
        events.publish(SignalSet(name="A1"))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Event.objects.get().name == "SignalSet"
