"""Processes that prepare the same database wait for each other."""

import threading

import pytest
from django.db import connection

from stellwerk.foundation.connections import one_at_a_time


@pytest.mark.django_db(transaction=True)
def test_of_two_that_prepare_the_database_the_second_waits(settings, tmp_path):
    settings.DATA = tmp_path
    order = []

    def second():
        with one_at_a_time("tests"):
            order.append("second")
        connection.close()

    other = threading.Thread(target=second)
    with one_at_a_time("tests"):
        other.start()
        other.join(0.05)  # time enough to pass, if nothing held it back
        order.append("first")
    other.join()

    assert order == ["first", "second"]
