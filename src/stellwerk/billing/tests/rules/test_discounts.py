import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.discounts import amount_off, percentage_off
from stellwerk.billing.rules.totals import NetLine, totals_of

LINES = st.integers(0, 10**9)


def swiss(*nets_minor):
    totals = totals_of(NetLine(net_minor, "S", 810) for net_minor in nets_minor)
    return totals.net_minor, totals.vat_minor, totals.gross_minor


def test_ex_05_fifteen_percent_off_one_line_then_vat_on_the_group():
    hosting = percentage_off(10714, 1500)

    assert hosting.taken_minor == 1607
    assert swiss(hosting.net_minor, 960) == (10067, 815, 10882)


def test_ex_06_an_amount_and_a_hundred_percent():
    drive, mail = amount_off(7236, 2000), percentage_off(1800, 10_000)

    assert swiss(drive.net_minor, mail.net_minor) == (5236, 424, 5660)


def test_ex_06_what_the_line_cannot_take_is_lost():
    drive = amount_off(7236, 10_000)

    assert (drive.net_minor, drive.taken_minor, drive.lost_minor) == (0, 7236, 2764)
    assert swiss(drive.net_minor) == (0, 0, 0)


def test_ex_07_a_free_credit_takes_its_line_away():
    assert swiss(8532, 960) == (9492, 769, 10261)
    assert swiss(percentage_off(8532, 10_000).net_minor, 960) == (960, 78, 1038)


def test_ex_08_a_tier_and_a_partner_rate_are_taken_one_after_the_other():
    client = percentage_off(35 * 992, 2500).net_minor
    preferential = percentage_off(client, 2000).net_minor

    assert (35 * 992, client, preferential) == (34720, 26040, 20832)
    assert swiss(preferential) == (20832, 1687, 22519)
    assert swiss(client) == (26040, 2109, 28149)
    assert client - preferential == 5208


def test_ex_08_a_partner_rate_after_a_promotion_code():
    client = percentage_off(10714, 1500).net_minor
    preferential = percentage_off(client, 2000).net_minor

    assert (client, preferential, client - preferential) == (9107, 7286, 1821)


@pytest.mark.parametrize("percentage_bp", [-1, 10_001])
def test_a_percentage_beyond_the_whole_is_refused(percentage_bp):
    with pytest.raises(ValueError, match="percentage_bp"):
        percentage_off(100, percentage_bp)


def test_a_negative_discount_is_refused():
    with pytest.raises(ValueError, match="negative"):
        amount_off(100, -1)


@given(line=LINES, percentage_bp=st.integers(0, 10_000))
def test_a_percentage_and_what_remains_make_the_line(line, percentage_bp):
    discount = percentage_off(line, percentage_bp)

    assert discount.taken_minor + discount.net_minor == line
    assert 0 <= discount.net_minor <= line


@given(line=LINES, amount=LINES)
def test_an_amount_is_taken_or_lost_and_the_line_never_falls_below_zero(line, amount):
    discount = amount_off(line, amount)

    assert discount.taken_minor + discount.lost_minor == amount
    assert discount.taken_minor + discount.net_minor == line
    assert discount.net_minor >= 0
