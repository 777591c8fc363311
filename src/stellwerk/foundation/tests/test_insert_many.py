"""Many rows at once: the same rows as one by one, on both databases, and refused as one by one."""

import pytest
from django.db import IntegrityError, transaction

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Through
from stellwerk.foundation.models import Event, Job
from stellwerk.foundation.orm import WORTH_A_COPY, insert_many

pytestmark = pytest.mark.django_db

AWKWARD = 'tab\t, newline\n, backslash \\N, "quotes", ’ and 日本'


MANY = WORTH_A_COPY + 2


def an_event(**more):
    return Event(**{"name": "Tried", "through": "system", "occurred_at": clock.now(), **more})


def a_job(**more):
    return Job(kind="renew", run_at=clock.now(), created_at=clock.now(), **more)


def test_rows_are_stored_as_they_are(django_assert_num_queries):
    arguments = [{"text": AWKWARD, "numbers": [1, 2], "nothing": None}, *({} for _ in range(MANY))]

    with django_assert_num_queries(1):
        insert_many([a_job(arguments=each) for each in arguments])

    stored = list(Job.objects.order_by("pk"))
    assert [job.arguments for job in stored] == arguments
    assert [(job.unique_key, job.attempts, job.worker) for job in stored] == [(None, 0, "")] * len(arguments)
    assert stored[0].run_at.tzinfo is not None


@pytest.mark.parametrize("count", [1, MANY])
def test_rows_learn_their_keys_if_asked(count):
    events = [an_event(name=f"Tried{number}") for number in range(count)]

    stored = insert_many(events, with_keys=True)

    assert [each.pk for each in stored] == sorted(Event.objects.values_list("pk", flat=True))
    assert all(Event.objects.get(name=f"Tried{number}").pk == each.pk for number, each in enumerate(stored))
    an_event(name="Later").save()
    assert Event.objects.latest("pk").name == "Later"


def test_words_of_an_enumeration_are_stored_by_their_values():
    insert_many([an_event(through=Through.SYSTEM, actor_name=AWKWARD) for _ in range(MANY)])

    stored = Event.objects.all()[3]
    assert (stored.through, stored.actor_name, stored.payload) == ("system", AWKWARD, {})


def test_a_broken_rule_refuses_all_of_them():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many([a_job(unique_key=str(number % (MANY - 1))) for number in range(MANY)])

    assert Job.objects.count() == 0


def test_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_many([])
