from datetime import UTC, datetime

import pytest

from stellwerk.billing.rules.held_orders import is_given_up, reaction_due_at
from stellwerk.billing.rules.prepaid import payment_shares

HELD_AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
DUE_AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def test_ex_11_ten_days_end_at_the_same_hour():
    assert reaction_due_at(HELD_AT) == DUE_AT


@pytest.mark.parametrize(
    ("submitted_at", "given_up"),
    [(None, True), (datetime(2026, 5, 14, 9, 59, tzinfo=UTC), False), (DUE_AT, True)],
)
def test_ex_11_a_minute_before_the_deadline_saves_the_order(submitted_at, given_up):
    assert is_given_up(HELD_AT, now=DUE_AT, submitted_at=submitted_at) is given_up


def test_ex_11_nothing_is_lost_before_the_deadline():
    assert not is_given_up(HELD_AT, now=datetime(2026, 5, 14, 9, 59, tzinfo=UTC), submitted_at=None)


def test_ex_11_the_refund_goes_back_the_way_it_came():
    shares = payment_shares(10882, available_minor=5000)

    assert (shares.prepaid_minor, shares.other_minor) == (5000, 5882)
    assert shares.prepaid_minor + shares.other_minor == 10882
