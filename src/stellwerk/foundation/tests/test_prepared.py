"""A prepared query answers exactly like the query it was made from."""

from datetime import timedelta

import pytest
from django.db import connection

from stellwerk.foundation import clock
from stellwerk.foundation.models import Event, Job
from stellwerk.foundation.prepared import Prepared

pytestmark = pytest.mark.django_db
COLUMNS = ("pk", "kind", "arguments", "run_at", "finished_at")


def jobs_of(kind, attempts):
    return Job.objects.filter(kind=kind, attempts=attempts).order_by("pk").values_list(*COLUMNS)


def a_job(kind, attempts=0):
    return Job.objects.create(
        kind=kind, attempts=attempts, arguments={"on": [1, None, "ä"]}, run_at=clock.now(), created_at=clock.now(),
        finished_at=clock.now() + timedelta(days=1),
    )  # fmt: skip


def test_rows_are_those_of_the_query_with_times_and_json_converted():
    prepared = Prepared(jobs_of, str, int)
    for kind, attempts in (("renew", 0), ("renew", 1), ("remind", 0)):
        a_job(kind, attempts)

    for kind, attempts in (("renew", 0), ("renew", 1), ("remind", 0), ("nothing", 0)):
        assert [tuple(row) for row in prepared.rows(kind, attempts)] == list(jobs_of(kind, attempts))
    assert prepared.row("nothing", 0) is None
    assert prepared.row("remind", 0)[1] == "remind"


def test_it_costs_one_query_however_often(django_assert_num_queries):
    prepared = Prepared(jobs_of, str, int)

    for _ in range(2):
        with django_assert_num_queries(1):
            prepared.rows("renew", 0)


def test_an_argument_that_stands_nowhere_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="does not stand"):
        Prepared(lambda _name: Event.objects.values_list("pk"), str).rows("anything")


@pytest.mark.parametrize("name", ["' OR 1=1 --", "%s", "%(x)s", "argument 0 of a prepared query"])
def test_an_argument_is_never_read_as_sql(name):
    a_job("renew")

    assert Prepared(jobs_of, str, int).rows(name, 0) == []


@pytest.mark.postgresql_only
def test_the_database_plans_a_prepared_query_once_in_each_connection():
    prepared = Prepared(jobs_of, str, int)
    for attempts in range(3):
        prepared.rows("renew", attempts)

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall() if "foundation_job" in statement]
    assert len(kept) == 1
