"""`stellwerk time-travel`: forward day by day, back only by returning to today."""

import json
from datetime import timedelta

import pytest

from stellwerk.cli.main import main
from stellwerk.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _back_to_today():
    yield
    clock.set_offset(timedelta())


def test_gen_011_the_clock_moves_by_the_days_asked_for(capsys):
    expected = (clock.today() + timedelta(days=3)).isoformat()

    assert main(["time-travel", "+3d", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["today"] == expected


def test_travels_add_up_and_return_brings_back_today(capsys):
    today = clock.today()
    main(["time-travel", "+1d"])
    main(["time-travel", "+1d"])
    assert clock.today() == today + timedelta(days=2)

    assert main(["time-travel", "--return"]) == 0
    assert clock.today() == today


@pytest.mark.parametrize("distance", ["-10d", "10", "+0d", "+99999d", "tomorrow"])
def test_the_clock_never_runs_backwards_and_never_without_a_distance(distance, capsys):
    arguments = ["time-travel", "--", distance] if distance.startswith("-") else ["time-travel", distance]

    assert main(arguments) == 1
    assert "say how far" in capsys.readouterr().err
