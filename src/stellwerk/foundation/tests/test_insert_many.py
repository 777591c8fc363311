"""Many rows at once: the same rows as one by one, on both databases, and refused as one by one."""

import pytest
from django.db import IntegrityError, transaction

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Through
from stellwerk.foundation.models import Event, Job
from stellwerk.foundation.orm import insert_many

pytestmark = pytest.mark.django_db

AWKWARD = 'tab\t, newline\n, backslash \\N, "quotes", ’ and 日本'


def a_job(**more):
    return Job(kind="renew", run_at=clock.now(), created_at=clock.now(), **more)


def test_rows_are_stored_as_they_are(django_assert_num_queries):
    arguments = [{"text": AWKWARD, "numbers": [1, 2], "nothing": None}, {}]

    with django_assert_num_queries(1):
        insert_many([a_job(arguments=each) for each in arguments])

    stored = list(Job.objects.order_by("pk"))
    assert [job.arguments for job in stored] == arguments
    assert [(job.unique_key, job.attempts, job.worker) for job in stored] == [(None, 0, "")] * 2
    assert stored[0].run_at.tzinfo is not None


def test_words_of_an_enumeration_are_stored_by_their_values():
    insert_many([Event(name="Tried", through=Through.SYSTEM, actor_name=AWKWARD, occurred_at=clock.now())])

    stored = Event.objects.get(name="Tried")
    assert (stored.through, stored.actor_name, stored.payload) == ("system", AWKWARD, {})


def test_a_broken_rule_refuses_all_of_them():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many([a_job(unique_key="one"), a_job(unique_key="two"), a_job(unique_key="one")])

    assert Job.objects.count() == 0


def test_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_many([])
