"""One key, one effect."""

import pytest
from django.db import transaction

from stellwerk.foundation import clock
from stellwerk.foundation.idempotency import KeyReused, once
from stellwerk.foundation.models import RecurringRun


def _make(key, name):
    with transaction.atomic():
        return once(
            scope="organisation:1",
            key=key,
            request={"do": "make", "name": name},
            do=lambda: RecurringRun.objects.create(name=name, planned_until=clock.now()),
            ref=lambda made: made.pk,
            load=lambda pk: RecurringRun.objects.get(pk=pk),
        )


@pytest.mark.django_db
def test_a_repeated_call_answers_with_the_first_result():
    assert _make("k1", "one") == _make("k1", "one")


@pytest.mark.django_db
def test_the_same_key_with_another_request_is_refused():
    _make("k1", "one")

    with pytest.raises(KeyReused):
        _make("k1", "two")


@pytest.mark.django_db(transaction=True)
def test_a_failed_call_frees_its_key():
    with pytest.raises(RuntimeError), transaction.atomic():
        _make("k1", "one")
        raise RuntimeError

    assert _make("k1", "two").name == "two"
