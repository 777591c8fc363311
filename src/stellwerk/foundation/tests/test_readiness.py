"""A start refuses to go on with keys that are not those in use, or with a clock that went back."""

from datetime import timedelta

import pytest

from stellwerk.cli.main import main
from stellwerk.foundation import clock, health, readiness
from stellwerk.foundation.models import KeyMark, WorkerBeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked_on():
    """Data on which this release was at work with the keys it has."""
    readiness.note_keys()


@pytest.fixture
def worked_on_tomorrow():
    WorkerBeat.objects.create(worker="node:1:a", beat_at=clock.wall() + timedelta(days=1))


def test_keys_are_noted_once(worked_on):
    readiness.note_keys()

    assert sorted(KeyMark.objects.values_list("purpose", flat=True)) == ["encryption", "push", "secret"]
    assert list(readiness.objections()) == []


@pytest.mark.parametrize(
    ("setting", "other", "told"),
    [
        ("ENCRYPTION_KEYS", ["made anew"], "STELLWERK_ENCRYPTION_KEYS, or from encryption.key"),
        ("SECRET_KEY", "made anew", "STELLWERK_SECRET_KEY, or from secret.key"),
        ("VAPID_SECRET", "made anew", "STELLWERK_VAPID_SECRET, or from vapid.key"),
    ],
)
def test_a_key_that_is_missing_stops_a_start_and_is_named(worked_on, settings, capsys, setting, other, told):
    setattr(settings, setting, other)

    assert main(["time-travel", "--return"]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"stellwerk: a key in use on these data is missing from {told} in the data folder: ")
    assert said.endswith("`stellwerk migrate --accept-keys`\n")
    assert said.count("\n") == 1
    assert [finding.examination for finding in health.findings()] == ["readiness"]


def test_a_key_that_is_gone_can_be_given_up(worked_on, settings):
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = ["made anew"], "made anew"

    readiness.accept_keys()

    assert list(readiness.objections()) == []
    assert KeyMark.objects.count() == 3


def test_a_key_in_front_of_the_ring_is_noted_and_the_old_one_still_needed(worked_on, settings):
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["new", *old]
    assert list(readiness.objections()) == []
    readiness.note_keys()

    settings.ENCRYPTION_KEYS = ["new"]
    assert len(list(readiness.objections())) == 1
    settings.ENCRYPTION_KEYS = old
    assert len(list(readiness.objections())) == 1


def test_a_clock_that_went_back_stops_a_start(worked_on_tomorrow, capsys):
    assert main(["time-travel", "--return"]) == 1

    said = capsys.readouterr().err
    assert said.startswith("stellwerk: the clock of this machine says ")
    assert said.endswith("`stellwerk migrate --accept-clock`\n")


def test_a_clock_that_was_wrong_before_can_be_told_so(worked_on_tomorrow):
    readiness.accept_clock()

    assert list(readiness.objections()) == []


def test_clocks_of_two_nodes_may_differ_a_little():
    WorkerBeat.objects.create(worker="node:1:a", beat_at=clock.wall() + timedelta(minutes=5))

    assert list(readiness.objections()) == []


def test_a_data_folder_that_cannot_be_written_stops_a_start(settings, tmp_path):
    settings.DATA = tmp_path / "unmounted"

    assert list(readiness.objections()) == [
        f"the data folder {settings.DATA} cannot be written: look at its owner and its mount"
    ]
