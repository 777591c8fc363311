"""How long somebody has to wait is said as people count (SEC-059)."""

import pytest

from stellwerk.identity.errors import TooManyAttempts


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(119, "in 119 seconds"), (120, "in 2 minutes"), (896, "in 15 minutes"), (901, "in 16 minutes")],
)
def test_sec_059_a_long_wait_is_said_in_minutes(seconds, said):
    assert said in TooManyAttempts(retry_after_seconds=seconds).sentence()
