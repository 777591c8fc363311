"""Withdrawing on the pages, and paying out on the operator's (PRE-002, PRE-011…013, PRE-020)."""

import pytest

from stellwerk.billing.models import Withdrawal
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.tests.builders import IBAN, a_prepaid_balance, a_withdrawal
from stellwerk.billing.tests.web.conftest import signed_in
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
DESK = "/operator/withdrawals"


@pytest.fixture
def operator(db):
    account = a_person("Olga", "Betrieb")
    account.is_operator = True
    account.save()
    return signed_in(account)


def address(organisation, rest=""):
    return f"/o/{organisation.pk}/prepaid{rest}"


def entries(**changes):
    values = {"amount_minor": "50", "holder": "Acme AG", "iban": "CH93 0076 2011 6238 5295 7"}
    return {**values, "current_password": PASSWORD, "currency": "CHF", "key": "withdrawal_1", **changes}


def test_the_balance_is_withdrawn_from_its_page_pre_002(bookkeeper, acme):
    a_prepaid_balance(acme, 12_350)

    shown = text_of(bookkeeper.get(address(acme)))
    form = bookkeeper.get(address(acme, "/withdrawal?currency=CHF")).context["form"]
    sent = [bookkeeper.post(address(acme, "/withdrawal"), entries()) for _ in range(2)]

    assert "Withdraw balance" in shown
    assert (form["amount_minor"].value(), form["holder"].value()) == ("123.50", "Acme AG")
    withdrawal = Withdrawal.objects.get()
    assert {each["Location"] for each in sent} == {address(acme, f"/withdrawals/{withdrawal.pk}")}
    confirmed = text_of(bookkeeper.get(sent[0]["Location"]))
    assert "CHF 50.00</span> go to the account CH93 … 2957" in confirmed
    assert IBAN not in confirmed
    assert f"Withdrawal {withdrawal.number}" in text_of(bookkeeper.get(address(acme)))


def test_nothing_is_offered_below_one_pre_012(bookkeeper, acme):
    a_prepaid_balance(acme, 99)

    assert "/prepaid/withdrawal" not in text_of(bookkeeper.get(address(acme)))
    assert 'begins at <span class="money">CHF 1.00' in text_of(bookkeeper.get(address(acme, "/withdrawal")))


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"iban": "DE89370400440532013000"}, 422, "iban"),
        ({"iban": "CH93"}, 422, "iban"),
        ({"holder": "123"}, 422, "holder"),
        ({"amount_minor": "50.01"}, 400, "amount_minor"),
        ({"amount_minor": "0.99"}, 400, "amount_minor"),
        ({"amount_minor": "-1"}, 422, "amount_minor"),
        ({"current_password": "wrong"}, 400, "current_password"),
        ({"current_password": ""}, 422, "current_password"),
        ({"currency": "USD"}, 422, "currency"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(bookkeeper, acme, changes, status, field):
    a_prepaid_balance(acme, 5000)

    answer = bookkeeper.post(address(acme, "/withdrawal"), entries(**changes))

    assert answer.status_code == status
    assert field in answer.context["form"].errors
    assert PASSWORD not in text_of(answer)
    assert prepaid_balances(acme.pk) == {"CHF": 5000}


def test_a_withdrawal_is_called_back_on_its_page_until_it_is_sent(bookkeeper, operator, acme):
    first, second = a_withdrawal(acme), a_withdrawal(acme)
    operator.post(DESK, {"withdrawal": [second.pk]})

    back = bookkeeper.post(address(acme, f"/withdrawals/{first.pk}/cancellation"), follow=True)
    late = bookkeeper.post(address(acme, f"/withdrawals/{second.pk}/cancellation"))

    assert "are on the prepaid account again" in text_of(back)
    assert late.status_code == 400
    assert "cannot be called back any more" in text_of(late)
    assert prepaid_balances(acme.pk) == {"CHF": 5000}


def test_the_csv_names_withdrawals_pre_020(bookkeeper, acme):
    withdrawal = a_withdrawal(acme)

    assert f"Withdrawal {withdrawal.number},{withdrawal.number},CHF,-50.00" in text_of(
        bookkeeper.get(address(acme, ".csv").replace("/prepaid.csv", "/prepaid.csv"))
    )


def test_the_operator_makes_a_file_and_downloads_it_again_pre_013(operator, acme):
    chosen, flagged, left = a_withdrawal(acme), a_withdrawal(acme, holder="Otto Fremd"), a_withdrawal(acme)
    shown = text_of(operator.get(DESK))

    made = operator.post(DESK, {"withdrawal": [chosen.pk, flagged.pk]})
    page = text_of(operator.get(made["Location"]))
    file_id = Withdrawal.objects.get(pk=chosen.pk).file_id
    files = [operator.get(f"{DESK}/files/{file_id}") for _ in range(2)]

    assert shown.count("To be checked") == 1
    assert "CH93 … 2957" in shown
    assert IBAN not in shown
    assert "holds 2 payments" in page
    assert files[0].content == files[1].content
    assert files[0]["Content-Disposition"] == f'attachment; filename="{file_id}.xml"'
    assert files[0].content.count(b"<CdtTrfTxInf>") == 2
    assert IBAN.encode() in files[0].content
    assert Withdrawal.objects.get(pk=left.pk).state == "requested"
    assert operator.get(f"{DESK}/files/SW-2020-000001").status_code == 404


def test_what_was_dealt_with_meanwhile_is_not_sent_again(operator, acme):
    withdrawal = a_withdrawal(acme)
    operator.post(DESK, {"withdrawal": [withdrawal.pk]})

    again = operator.post(DESK, {"withdrawal": [withdrawal.pk]})
    nothing = operator.post(DESK, {})

    assert again.status_code == 422
    assert "dealt with meanwhile" in text_of(again)
    assert nothing.status_code == 400
    assert "Choose the withdrawals" in text_of(nothing)


def test_the_operator_finishes_and_returns_on_the_page_of_one_pre_013(operator, acme):
    paid, returned = a_withdrawal(acme), a_withdrawal(acme, holder="Otto Fremd")
    early = operator.post(f"{DESK}/{paid.pk}/completion")
    operator.post(DESK, {"withdrawal": [paid.pk]})

    details = text_of(operator.get(f"{DESK}/{returned.pk}"))
    unsaid = operator.post(f"{DESK}/{returned.pk}/return", {"reason": ""})
    operator.post(f"{DESK}/{paid.pk}/completion")
    operator.post(f"{DESK}/{returned.pk}/return", {"reason": "Not your account"})

    assert early.status_code == 400
    assert "dealt with meanwhile" in text_of(early)
    assert "CH93 0076 2011 6238 5295 7" in details
    assert "neither the organisation nor one of its legal representatives" in details
    assert unsaid.status_code == 422
    states = dict(Withdrawal.objects.values_list("pk", "state"))
    assert states == {paid.pk: "done", returned.pk: "returned"}
    assert "Not your account" in text_of(operator.get(f"{DESK}/{returned.pk}"))


def test_for_everybody_else_the_desk_does_not_exist(bookkeeper, acme):
    withdrawal = a_withdrawal(acme)

    for page in (DESK, f"{DESK}/{withdrawal.pk}", f"{DESK}/files/SW-2026-000001"):
        assert bookkeeper.get(page).status_code == 404
    assert bookkeeper.post(DESK, {"withdrawal": [withdrawal.pk]}).status_code == 404
    assert bookkeeper.post(f"{DESK}/{withdrawal.pk}/return", {"reason": "x"}).status_code == 404
