"""Jobs: once is once, failures wait and are parked, recurring work survives jumps of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from stellwerk.foundation import clock, health, jobs
from stellwerk.foundation.jobs import queue, worker
from stellwerk.foundation.models import Job, RecurringRun

done: list[str] = []
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@jobs.task("tests.note")
def note(text: str) -> None:
    done.append(text)


@jobs.task("tests.fail")
def fail() -> None:
    raise ValueError("no luck")


@jobs.external_task("tests.outside")
def outside(text: str) -> None:
    done.append(f"outside: {text}")


@pytest.fixture(autouse=True)
def _empty():
    done.clear()


@pytest.mark.django_db
def test_a_job_runs_when_its_time_has_come_and_not_before():
    with clock.travel_to(MONDAY):
        jobs.enqueue(note, {"text": "later"}, run_at=MONDAY + timedelta(hours=1))
        jobs.run_due_jobs()
        assert done == []
    with clock.travel_to(MONDAY + timedelta(hours=2)):
        jobs.run_due_jobs()

    assert done == ["later"]


@pytest.mark.django_db
def test_a_finished_job_is_not_done_again():
    jobs.enqueue(note, {"text": "once"})
    jobs.run_due_jobs()
    jobs.run_due_jobs()

    assert done == ["once"]


@pytest.mark.django_db
def test_one_job_per_unique_key_however_often_it_is_planned():
    for _ in range(3):
        jobs.enqueue(note, {"text": "once"}, unique_key="morning")
    jobs.run_due_jobs()
    jobs.enqueue(note, {"text": "once"}, unique_key="morning")
    jobs.run_due_jobs()

    assert done == ["once"]


@pytest.mark.django_db(transaction=True)
def test_work_outside_the_database_runs_too():
    jobs.enqueue(outside, {"text": "mail"})
    jobs.run_due_jobs()

    assert done == ["outside: mail"]


@pytest.mark.django_db
def test_a_failing_job_waits_longer_each_time_and_is_parked_and_reported():
    jobs.enqueue(fail)

    moment = clock.now()
    for _ in range(worker.MAX_ATTEMPTS):
        with clock.travel_to(moment):
            jobs.run_due_jobs()
        moment += timedelta(hours=1)

    job = Job.objects.get(kind="tests.fail")
    assert job.parked_at is not None
    assert [finding.text for finding in health.findings() if finding.examination == "jobs"] == [
        f"Job {job.pk} (tests.fail) is parked after 8 attempts: ValueError: no luck"
    ]


@pytest.mark.django_db
def test_a_job_that_keeps_killing_its_worker_is_parked_instead_of_killing_the_next():
    jobs.enqueue(note, {"text": "poison"})
    Job.objects.update(attempts=worker.MAX_ATTEMPTS)

    jobs.run_due_jobs()

    assert done == []
    assert Job.objects.get(kind="tests.note").parked_at is not None


@pytest.mark.django_db
def test_a_job_of_a_newer_release_waits_for_a_worker_that_knows_it(monkeypatch):
    """While nodes are replaced one by one, old workers take jobs that only the new ones can do."""
    with clock.travel_to(MONDAY), monkeypatch.context() as older_release:
        jobs.enqueue(note, {"text": "of the new release"})
        older_release.delitem(queue.tasks, "tests.note")
        for _ in range(worker.MAX_ATTEMPTS + 1):
            Job.objects.update(run_at=MONDAY)
            assert worker.run_next_job("old")
        assert not worker.run_next_job("old")
    left = Job.objects.get()
    assert (left.attempts, left.parked_at, left.last_error) == (0, None, "No task is called tests.note")

    with clock.travel_to(MONDAY + timedelta(minutes=1)):
        worker.run_next_job("new")
    assert done == ["of the new release"]


@pytest.mark.django_db
def test_a_job_that_nobody_knows_for_a_day_fails_like_any_other(monkeypatch):
    with clock.travel_to(MONDAY):
        jobs.enqueue(note, {"text": "of a package that is gone"})
    monkeypatch.delitem(queue.tasks, "tests.note")
    with clock.travel_to(MONDAY + timedelta(days=2)):
        worker.run_next_job("any")

    left = Job.objects.get()
    assert (left.attempts, left.last_error) == (1, "LeftToAnother: No task is called tests.note")


@pytest.mark.django_db
def test_a_recurring_task_runs_once_after_a_year_of_silence(monkeypatch):
    monkeypatch.setattr("stellwerk.foundation.jobs.schedule.recurring_tasks", {})
    jobs.recurring("0 3 * * *")(beat_the_drum)
    with clock.travel_to(MONDAY):
        jobs.run_due_jobs()
    assert done == ["drum"]  # 03:00 of this morning
    with clock.travel_to(MONDAY + timedelta(hours=1)):
        jobs.run_due_jobs()
    assert done == ["drum"]
    with clock.travel_to(MONDAY + timedelta(days=365)):
        jobs.run_due_jobs()

    assert done == ["drum", "drum"]


@pytest.mark.django_db
def test_a_clock_set_back_plans_nothing_twice(monkeypatch):
    monkeypatch.setattr("stellwerk.foundation.jobs.schedule.recurring_tasks", {})
    jobs.recurring("0 3 * * *")(beat_the_drum)
    for moment in (MONDAY, MONDAY - timedelta(hours=12), MONDAY):
        with clock.travel_to(moment):
            jobs.run_due_jobs()

    assert done == ["drum"]
    assert RecurringRun.objects.get(name="tests.drum").planned_until == MONDAY


@jobs.task("tests.drum")
def beat_the_drum() -> None:
    done.append("drum")
