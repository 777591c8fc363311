"""The lock of a row that something is going to point to: shared, and in the way of nobody but who locks it whole."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from stellwerk.foundation import clock
from stellwerk.foundation.models import Job
from stellwerk.foundation.orm import keys_under_shared_lock

pytestmark = pytest.mark.django_db(transaction=True)


def jobs(*kinds):
    return [Job.objects.create(kind=kind, run_at=clock.now(), created_at=clock.now()).pk for kind in kinds]


def test_the_keys_come_in_their_order_in_one_statement(django_assert_num_queries):
    first, _other, third = jobs("mine", "another", "mine")

    with transaction.atomic():
        with django_assert_num_queries(1):
            kept = keys_under_shared_lock(Job.objects.filter(kind="mine").order_by("-pk"))

        assert kept == [first, third]
        assert keys_under_shared_lock(Job.objects.filter(pk__in=[])) == []


def test_a_lock_that_would_end_at_once_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        keys_under_shared_lock(Job.objects.all())


@pytest.mark.postgresql_only
@pytest.mark.parametrize(("no_key", "outcome"), [(True, "shared"), (False, "waits")])
def test_it_waits_for_the_whole_lock_only(no_key, outcome):
    jobs("mine")

    with transaction.atomic():
        list(Job.objects.select_for_update(no_key=no_key))
        assert tried_by_a_rival(lambda: keys_under_shared_lock(Job.objects.all())) == outcome


@pytest.mark.postgresql_only
@pytest.mark.parametrize(("no_key", "outcome"), [(True, "shared"), (False, "waits")])
def test_only_the_whole_lock_waits_for_it(no_key, outcome):
    jobs("mine")

    with transaction.atomic():
        keys_under_shared_lock(Job.objects.all())
        assert tried_by_a_rival(lambda: keys_under_shared_lock(Job.objects.all())) == "shared"
        assert tried_by_a_rival(lambda: list(Job.objects.select_for_update(no_key=no_key))) == outcome


def tried_by_a_rival(lock):
    """Whether another connection has the lock, too, or would have to wait."""
    outcomes = []

    def run():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
                lock()
            outcomes.append("shared")
        except DatabaseError:
            outcomes.append("waits")
        finally:
            connection.close()

    rival = threading.Thread(target=run)
    rival.start()
    rival.join(timeout=20)
    return outcomes[0]
