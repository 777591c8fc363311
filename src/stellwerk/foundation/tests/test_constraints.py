import pytest

from stellwerk.foundation import clock
from stellwerk.foundation.models import IdempotentCall, Job, KeptAnswer, KeyMark
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def a_call(**entries):
    return IdempotentCall.objects.create(scope="organisation:1", key="order-7", created_at=clock.now(), **entries)


def a_job(**entries):
    return Job.objects.create(kind="renew", run_at=clock.now(), created_at=clock.now(), **entries)


def test_a_key_is_used_once_in_its_scope():
    a_call(fingerprint="one")

    with refused_by("one_call_per_key"):
        a_call(fingerprint="another")


def test_a_job_with_a_key_is_planned_once():
    a_job(unique_key="renewal:7:2027")

    with refused_by("one_job_per_unique_key"):
        a_job(unique_key="renewal:7:2027")


def test_jobs_without_a_key_do_not_collide():
    assert a_job().pk != a_job().pk


def test_a_job_is_not_finished_and_parked():
    with refused_by("job_finished_or_parked_not_both"):
        a_job(finished_at=clock.now(), parked_at=clock.now())


def test_an_answer_is_kept_once_under_its_key():
    moments = {"claimed_at": clock.wall(), "created_at": clock.now()}
    KeptAnswer.objects.create(scope="account:1", key="7", claim="a", **moments)

    with refused_by("one_answer_per_key"):
        KeptAnswer.objects.create(scope="account:1", key="7", claim="b", **moments)


def a_mark(purpose, fingerprint):
    return KeyMark.objects.create(purpose=purpose, fingerprint=fingerprint, noted_at=clock.wall())


def test_a_key_is_marked_once():
    a_mark("encryption", "a")

    with refused_by("one_mark_per_key"):
        a_mark("encryption", "a")


def test_every_node_has_the_same_secret_key_and_keys_of_the_ring_may_be_several():
    a_mark("encryption", "a"), a_mark("encryption", "b"), a_mark("secret", "a")

    with refused_by("one_key_per_purpose"):
        a_mark("secret", "b")
