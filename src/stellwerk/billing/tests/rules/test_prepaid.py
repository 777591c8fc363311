import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.prepaid import is_forfeitable, payment_shares, require_topup, withdrawable_minor
from stellwerk.billing.rules.refusals import BillingRefused


@pytest.mark.parametrize("currency", ["CHF", "EUR"])
@pytest.mark.parametrize("amount_minor", [10, 999_900])
def test_ex_18_the_limits_themselves_are_accepted(currency, amount_minor):
    require_topup(amount_minor, currency=currency, means="card")


@pytest.mark.parametrize("currency", ["CHF", "EUR"])
@pytest.mark.parametrize("amount_minor", [9, 999_901, 0, -100])
def test_ex_18_a_cent_beyond_the_limits_is_refused_with_both_limits(currency, amount_minor):
    with pytest.raises(BillingRefused) as refused:
        require_topup(amount_minor, currency=currency, means="card")

    assert refused.value.code == "topup_out_of_range"
    assert refused.value.context == {"minimum_minor": 10, "maximum_minor": 999_900, "currency": currency}


@pytest.mark.parametrize(
    ("means", "currency", "code"),
    [("postfinance", "EUR", "means_currency_refused"), ("paypal", "CHF", "topup_means_refused")],
)
def test_ex_18_postfinance_takes_no_euro_and_paypal_tops_up_nothing(means, currency, code):
    with pytest.raises(BillingRefused, match=code):
        require_topup(5000, currency=currency, means=means)


def test_ex_18_postfinance_takes_francs():
    require_topup(5000, currency="CHF", means="postfinance")


def test_ex_09_the_prepaid_account_pays_first_and_the_card_the_rest():
    shares = payment_shares(10882, available_minor=5000)

    assert (shares.prepaid_minor, shares.other_minor) == (5000, 5882)


@given(due_minor=st.integers(0, 10**9), available_minor=st.integers(-(10**9), 10**9))
def test_the_shares_make_the_whole_and_never_overdraw(due_minor, available_minor):
    shares = payment_shares(due_minor, available_minor=available_minor)

    assert shares.prepaid_minor + shares.other_minor == due_minor
    assert 0 <= shares.prepaid_minor <= max(0, available_minor)


@pytest.mark.parametrize(
    ("balance_minor", "held_minor", "promotional_minor", "free_minor"),
    [(1000, 0, 0, 1000), (1000, 300, 200, 500), (199, 100, 0, 0), (200, 100, 0, 100), (100, 300, 0, 0)],
)
def test_pre_012_neither_held_nor_promotional_money_is_paid_out(
    balance_minor, held_minor, promotional_minor, free_minor
):
    assert withdrawable_minor(balance_minor, held_minor=held_minor, promotional_minor=promotional_minor) == free_minor


@given(balance_minor=st.integers(0, 300))
def test_del_007_every_balance_is_nothing_or_a_rest_to_give_up_or_can_be_paid_out(balance_minor):
    payable_minor = withdrawable_minor(balance_minor, held_minor=0, promotional_minor=0)

    assert [balance_minor == 0, is_forfeitable(balance_minor), payable_minor == balance_minor > 0].count(True) == 1
