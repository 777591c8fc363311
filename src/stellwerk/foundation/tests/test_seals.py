"""The hash chain over the activity log: whatever is changed afterwards is found, by its number (ORG-102)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stellwerk.foundation import clock, events, health, jobs, seals
from stellwerk.foundation.actor import Actor
from stellwerk.foundation.jobs.beat import beat
from stellwerk.foundation.models import Event, Seal
from stellwerk.foundation.seals import sealing
from stellwerk.foundation.tests.test_events import SignalSet

ANNA = Actor(account_id=7, organisation_id=3, name="Anna Keller", address="192.0.2.7", request_id="r-1")


@pytest.fixture
def tampering():
    """Whoever owns the database can take the guards away; that is what the chain is for."""

    def tamper(*statements):
        suffix = " ON foundation_{0}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for table in ("event", "seal"):
                for kind in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS foundation_{table}_no_{kind}{suffix.format(table)}")
            for statement, *values in statements:
                cursor.execute(statement, values)

    return tamper


def publish(*names):
    with transaction.atomic():
        events.publish_many([SignalSet(organisation_id=3, name=name) for name in names], actor=ANNA)
    return list(Event.objects.order_by("-pk").values_list("pk", flat=True)[: len(names)])[::-1]


def a_sealed_log(monkeypatch, *, events_in_a_seal=4, count=10):
    monkeypatch.setattr(sealing, "EVENTS_IN_A_SEAL", events_in_a_seal)
    ids = publish(*(f"A{number}" for number in range(count)))
    assert seals.seal_events() == count
    return ids


@pytest.mark.django_db
def test_org_102_an_untouched_log_is_proved_whole(monkeypatch):
    a_sealed_log(monkeypatch)
    publish("later")

    assert list(seals.differences()) == []
    assert (Seal.objects.count(), seals.newest().number, seals.waiting_total()) == (3, 3, 1)


@pytest.mark.django_db
def test_sealing_goes_on_where_it_stopped_and_twice_is_once(monkeypatch):
    a_sealed_log(monkeypatch, count=5)
    publish("B1")

    assert (seals.seal_events(), seals.seal_events()) == (1, 0)
    assert [seal.event_count for seal in Seal.objects.order_by("number")] == [4, 1, 1]
    assert list(seals.differences()) == []


@pytest.mark.django_db
def test_the_clockwork_seals():
    publish("A1")

    with clock.travel_to(datetime(2026, 5, 1, 9, 30, tzinfo=UTC)):
        jobs.run_due_jobs()

    assert seals.newest().last_event_id == Event.objects.order_by("-pk").first().pk


CHANGES = {
    "name": st.sampled_from(["SignalCleared", "signalset", ""]),
    "actor_name": st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20),
    "organisation_id": st.one_of(st.none(), st.integers(4, 2**40)),
    "account_id": st.one_of(st.none(), st.integers(8, 2**40)),
    "through": st.sampled_from(["system", "token"]),
    "address": st.one_of(st.none(), st.ip_addresses(v=4).map(str).filter(lambda each: each != "192.0.2.7")),
    "request_id": st.sampled_from(["r-2", ""]),
    "occurred_at": st.datetimes(datetime(2000, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "payload": st.dictionaries(st.sampled_from(["name", "organisation_id"]), st.integers(), min_size=1),
}


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_org_102_any_single_change_of_a_stored_entry_is_found_and_named(monkeypatch, tampering, data):
    column = data.draw(st.sampled_from(sorted(CHANGES)))
    value = data.draw(CHANGES[column].filter(lambda each: each != "Anna Keller"))
    at = data.draw(st.integers(0, 9))
    with transaction.atomic():
        ids = a_sealed_log(monkeypatch)
        tampering()

        Event.objects.filter(pk=ids[at]).update(**{column: value})

        assert list(seals.differences()) == [f"Entry {ids[at]} was changed (seal {at // 4 + 1})"]
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("at", [0, 3, 4, 9])
def test_org_102_a_removed_entry_is_named(monkeypatch, tampering, at):
    ids = a_sealed_log(monkeypatch)

    tampering(("DELETE FROM foundation_event WHERE id = %s", ids[at]))

    assert list(seals.differences()) == [f"Entry {ids[at]} was removed (seal {at // 4 + 1})"]


@pytest.mark.django_db
@pytest.mark.parametrize("gap", [3, 4, 7])
def test_org_102_an_entry_inserted_into_the_past_is_named(monkeypatch, gap):
    monkeypatch.setattr(sealing, "EVENTS_IN_A_SEAL", 4)
    first = publish("A0")[0]
    free = first + gap
    for number in range(1, 10):
        Event.objects.create(
            pk=first + number + (number >= gap), name="SignalSet", through="system", occurred_at=clock.now()
        )
    seals.seal_events()

    Event.objects.create(pk=free, name="SignalSet", through="system", occurred_at=clock.now())

    assert list(seals.differences()) == [f"Entry {free} was inserted into the sealed past (seal {1 if gap < 4 else 2})"]


@pytest.mark.django_db
def test_org_102_a_seal_written_anew_does_not_hide_the_change(monkeypatch, tampering):
    ids = a_sealed_log(monkeypatch)
    tampering(("UPDATE foundation_event SET actor_name = 'Nobody' WHERE id = %s", ids[1]))
    tampering(("UPDATE foundation_seal SET digest = %s WHERE number = 2", "0" * 64))

    assert list(seals.differences()) == [
        f"Entry {ids[1]} was changed (seal 1)",
        "Seal 2 was changed, or the seals before it were replaced",
        "Seal 3 was changed, or the seals before it were replaced",
    ]


@pytest.mark.django_db
def test_a_missing_seal_is_told_and_the_later_ones_are_still_judged(monkeypatch, tampering):
    ids = a_sealed_log(monkeypatch)
    tampering(("DELETE FROM foundation_seal WHERE number = 2",), ("DELETE FROM foundation_event WHERE id = %s", ids[9]))

    assert list(seals.differences()) == ["Before seal 3 one seal is missing", f"Entry {ids[9]} was removed (seal 3)"]


@pytest.mark.django_db
def test_a_digest_kept_elsewhere_finds_a_log_that_was_rewritten_as_a_whole(monkeypatch, tampering):
    ids = a_sealed_log(monkeypatch)
    kept = seals.newest()
    tampering(
        ("UPDATE foundation_event SET actor_name = 'Nobody' WHERE id = %s", ids[0]), ("DELETE FROM foundation_seal",)
    )
    seals.seal_events()

    assert list(seals.differences()) == []
    assert "rewritten" in seals.disagreement(kept.number, kept.digest)
    assert "does not exist" in seals.disagreement(kept.number + 1, kept.digest)


@pytest.mark.django_db
def test_doctor_tells_of_the_change(monkeypatch, tampering):
    ids = a_sealed_log(monkeypatch)
    tampering(("UPDATE foundation_event SET address = '198.51.100.1' WHERE id = %s", ids[2]))

    assert [each.text for each in health.findings() if each.examination == "activity"] == [
        f"Entry {ids[2]} was changed (seal 1)"
    ]


def told_of_sealing():
    return [each.text for each in health.findings() if each.examination == "sealing"]


@pytest.mark.django_db
def test_org_102_doctor_tells_of_entries_that_nobody_seals_although_a_worker_runs():
    beat("worker")
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.travel_to(noon):
        publish("sealed")
        seals.seal_events()
        publish("first", "second")
    with clock.travel_to(noon + timedelta(minutes=59)):
        assert told_of_sealing() == []
    with clock.travel_to(noon + timedelta(minutes=61)):
        told = told_of_sealing()
        seals.seal_events()
        after = told_of_sealing()

    assert len(told) == 1
    assert told[0].startswith("2 entries of the activity log wait for their seal, the oldest since 2026-03-01T12:00:00")
    assert after == []


@pytest.mark.django_db
def test_without_a_worker_nothing_is_sealed_and_doctor_does_not_repeat_what_healthz_says():
    publish("waiting")

    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert told_of_sealing() == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE foundation_seal SET digest = 'x'", "DELETE FROM foundation_seal"])
def test_the_database_refuses_to_change_a_seal(monkeypatch, statement):
    a_sealed_log(monkeypatch)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_waited_for():
    drawn, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            events.publish(SignalSet(organisation_id=3, name="late"), actor=ANNA)
            drawn.set()
            may_end.wait(10)
        connection.close()

    publish("early")
    seals.seal_events()
    slow = threading.Thread(target=write_slowly)
    slow.start()
    drawn.wait(10)
    publish("quick")

    while_open = [seals.seal_events(), seals.seal_events()]
    may_end.set()
    slow.join()

    assert while_open == [0, 0]
    assert seals.seal_events() == 2
    assert list(seals.differences()) == []


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_on_a_house_that_is_never_idle_sealing_goes_on_behind_the_oldest_writer():
    drawn, may_end = threading.Event(), threading.Event()
    second_drawn, second_may_end = threading.Event(), threading.Event()

    def write(has_drawn, may_go):
        with transaction.atomic():
            events.publish(SignalSet(organisation_id=3, name="slow"), actor=ANNA)
            has_drawn.set()
            may_go.wait(10)
        connection.close()

    first = threading.Thread(target=write, args=(drawn, may_end))
    first.start()
    drawn.wait(10)
    publish("quick")
    assert seals.seal_events() == 0  # notes who is open
    second = threading.Thread(target=write, args=(second_drawn, second_may_end))
    second.start()
    second_drawn.wait(10)
    may_end.set()
    first.join()

    sealed_beside_the_second = seals.seal_events()
    second_may_end.set()
    second.join()

    assert sealed_beside_the_second == 2
    assert seals.seal_events() == 1
    assert list(seals.differences()) == []
