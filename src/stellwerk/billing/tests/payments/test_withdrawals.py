"""Withdrawing the prepaid balance: request, payment, return (PRE-011…013, PRE-017…019, NTF-14)."""

import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from stellwerk.billing.models import LedgerAccount, Withdrawal
from stellwerk.billing.queries.findings import ledger_findings
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.queries.payment_orders import payment_order
from stellwerk.billing.queries.prepaid import statement_rows
from stellwerk.billing.queries.state_words import movement_text
from stellwerk.billing.queries.withdrawals import opened_iban, withdrawable
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_out import finish_withdrawal, return_withdrawal, send_withdrawals
from stellwerk.billing.services.withdraw import NewWithdrawal, book_withdrawal, cancel_withdrawal, request_withdrawal
from stellwerk.billing.tests.bank_files import Payment, camt053
from stellwerk.billing.tests.builders import IBAN, a_prepaid_balance, a_withdrawal
from stellwerk.foundation import jobs
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import AccessDenied, DomainError, Invalid, NotFound
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    acting,
    an_organisation,
)


@pytest.fixture
def acme(db):
    return an_organisation("Acme AG")


def request(organisation, *, actor=None, current_password=PASSWORD, key=None, **changes):
    values = {"amount_minor": 5000, "currency": "CHF", "holder": "Acme AG", "iban": IBAN, **changes}
    return request_withdrawal(
        actor=actor or a_legal_representative_of(organisation),
        organisation_id=organisation.pk,
        entries=NewWithdrawal(**values),
        current_password=current_password,
        key=key,
    )


def state_of(withdrawal):
    return Withdrawal.objects.get(pk=withdrawal.pk).state


def mailed(template):
    jobs.run_due_jobs()
    return Message.objects.filter(template=f"billing/email/{template}").order_by("pk")


def in_the_payout_account(currency="CHF"):
    return balance_minor("payout", currency=currency)


def test_the_money_leaves_the_balance_with_the_request_pre_011(acme):
    a_prepaid_balance(acme, 12_000)

    withdrawal = request(acme, iban="CH93 0076 2011 6238 5295 7")

    assert prepaid_balances(acme.pk) == {"CHF": 7000}
    assert in_the_payout_account() == 5000
    assert (withdrawal.state, withdrawal.number[4:6], withdrawal.needs_check) == ("requested", "-W", False)
    assert list(ledger_findings()) == []


def test_the_account_number_is_sealed_and_shortened(acme):
    withdrawal = a_withdrawal(acme)

    assert IBAN not in str(list(Withdrawal.objects.values()))
    assert opened_iban(withdrawal.sealed_iban) == IBAN
    assert withdrawal.account_text == "CH93 … 2957"


def test_as_much_as_the_balance_can_be_withdrawn_and_from_one_on_pre_012(acme):
    boss = a_legal_representative_of(acme)
    a_prepaid_balance(acme, 5000)
    a_prepaid_balance(acme, 99, "EUR")

    assert withdrawable(boss, acme.pk) == {"CHF": 5000, "EUR": 0}
    for amount_minor, code in ((5001, "insufficient_balance"), (99, "withdrawal_too_small")):
        with pytest.raises(DomainError, match=code):
            request(acme, actor=boss, amount_minor=amount_minor)
    request(acme, actor=boss, amount_minor=5000)

    assert prepaid_balances(acme.pk)["CHF"] == 0


@pytest.mark.parametrize(("holder", "needs_check"), [("ACME AG", False), ("Keller Anna", False), ("Otto Fremd", True)])
def test_another_name_is_left_for_the_operator_to_check_pre_012(acme, holder, needs_check):
    a_prepaid_balance(acme, 5000)

    assert request(acme, holder=holder).needs_check is needs_check


def test_entries_are_refused_together_before_the_password_is_counted(acme):
    with pytest.raises(Invalid) as refused:
        request(acme, holder="", iban="CH00", current_password="wrong")

    assert [(each.name, each.rule) for each in refused.value.errors] == [
        ("holder", "holder_invalid"),
        ("iban", "iban_invalid"),
    ]


def test_the_password_is_asked_for_and_its_attempts_are_counted_pre_011(acme):
    a_prepaid_balance(acme, 5000)
    boss = a_legal_representative_of(acme)

    with pytest.raises(AccessDenied):
        request(acme, actor=boss, current_password="")
    codes = []
    for _ in range(12):
        with pytest.raises(DomainError) as refused:
            request(acme, actor=boss, current_password="wrong")
        codes.append(refused.value.code)

    assert codes[0] == "password_incorrect"
    assert codes[-1] == "too_many_attempts"
    assert not Withdrawal.objects.exists()


def test_only_who_manages_the_prepaid_account_withdraws(acme):
    a_prepaid_balance(acme, 5000)
    bookkeeper, collaborator = (acting(a_member_of(acme, billing=pays), acme) for pays in (True, False))

    with pytest.raises(AccessDenied):
        request(acme, actor=collaborator)
    with pytest.raises(NotFound):
        request(acme, actor=a_legal_representative_of(an_organisation("Elsewhere AG")))
    assert request(acme, actor=bookkeeper).requested_by_id == bookkeeper.account_id


def test_a_request_sent_twice_is_one_withdrawal(acme):
    a_prepaid_balance(acme, 10_000)
    boss = a_legal_representative_of(acme)

    assert request(acme, actor=boss, key="k").pk == request(acme, actor=boss, key="k").pk
    assert prepaid_balances(acme.pk) == {"CHF": 5000}


def test_a_requested_withdrawal_is_called_back_once_by_whoever_has_the_right(acme):
    withdrawal = a_withdrawal(acme)
    bookkeeper = acting(a_member_of(acme, billing=True), acme)

    for _ in range(2):
        cancel_withdrawal(actor=bookkeeper, organisation_id=acme.pk, withdrawal_id=withdrawal.pk)

    assert state_of(withdrawal) == "cancelled"
    assert (prepaid_balances(acme.pk), in_the_payout_account()) == ({"CHF": 5000}, 0)


def test_what_has_gone_to_the_bank_cannot_be_called_back(acme):
    withdrawal = a_withdrawal(acme)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])

    with pytest.raises(DomainError, match="withdrawal_under_way"):
        cancel_withdrawal(actor=a_legal_representative_of(acme), organisation_id=acme.pk, withdrawal_id=withdrawal.pk)
    with pytest.raises(DomainError, match="withdrawal_decided"):
        send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk, a_withdrawal(acme).pk])
    with pytest.raises(DomainError, match="withdrawals_unchosen"):
        send_withdrawals(actor=SYSTEM, withdrawal_ids=[])


def test_a_paid_withdrawal_leaves_the_bank_account_pre_013(acme):
    withdrawal = a_withdrawal(acme)
    with pytest.raises(DomainError, match="withdrawal_decided"):
        finish_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])

    for _ in range(2):
        finish_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk)

    paid_from = Withdrawal.objects.get().paid_from
    assert state_of(withdrawal) == "done"
    assert in_the_payout_account() == 0
    assert balance_minor("bank", currency="CHF", detail=paid_from) == 5000


@pytest.mark.parametrize("goes", ["not", "sent", "done"])
def test_a_returned_withdrawal_credits_the_account_once_pre_013(acme, goes):
    withdrawal = a_withdrawal(acme)
    if goes != "not":
        send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    if goes == "done":
        finish_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk)
    with pytest.raises(DomainError, match="withdrawal_reason_missing"):
        return_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk, reason=" ")

    for _ in range(2):
        return_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk, reason="Account closed")

    row = Withdrawal.objects.get()
    assert (row.state, row.return_reason) == ("returned", "Account closed")
    assert (prepaid_balances(acme.pk), in_the_payout_account()) == ({"CHF": 5000}, 0)
    assert balance_minor("bank", currency="CHF", detail=row.paid_from or "-") == 0


def test_only_the_operator_pays_out(acme):
    withdrawal, boss = a_withdrawal(acme), a_legal_representative_of(acme)

    for deed in (
        partial(send_withdrawals, withdrawal_ids=[withdrawal.pk]),
        partial(finish_withdrawal, withdrawal_id=withdrawal.pk),
        partial(return_withdrawal, withdrawal_id=withdrawal.pk, reason="x"),
    ):
        with pytest.raises(NotFound):
            deed(actor=boss)


def test_the_statement_words_what_went_and_what_came_back_pre_017(acme):
    withdrawal = a_withdrawal(acme)
    boss = a_legal_representative_of(acme)
    cancel_withdrawal(actor=boss, organisation_id=acme.pk, withdrawal_id=withdrawal.pk)

    rows = statement_rows(boss, acme.pk)

    assert [(row.kind.value, row.amount_minor) for row in rows[:2]] == [
        ("withdrawal_return", 5000),
        ("withdrawal", -5000),
    ]
    number = withdrawal.number
    assert [movement_text(row) for row in rows[:2]] == [
        f"Withdrawal {number} credited back",
        f"Withdrawal {number}",
    ]


def test_everybody_who_sees_the_money_is_told_with_the_shortened_account_ntf_14(acme):
    bookkeeper = a_member_of(acme, billing=True)
    withdrawal = a_withdrawal(acme)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    return_withdrawal(actor=SYSTEM, withdrawal_id=withdrawal.pk, reason="Account closed")

    told = {name: list(mailed(name)) for name in ("withdrawal_requested", "withdrawal_sent", "withdrawal_returned")}

    for name, mails in told.items():
        assert bookkeeper.email in {each.recipient for each in mails}, name
        assert all("CH93 … 2957" in each.body + each.subject and IBAN not in each.body for each in mails), name
    assert f"/o/{acme.pk}/prepaid/withdrawals/{withdrawal.pk}" in told["withdrawal_requested"][0].body
    assert "Account closed" in told["withdrawal_returned"][0].body


def outgoing(withdrawal, **more):
    return Payment(
        amount_minor=withdrawal.amount_minor, end_to_end_id=withdrawal.number, reference="", direction="DBIT", **more
    )


def incoming(withdrawal, **more):
    return Payment(amount_minor=withdrawal.amount_minor, end_to_end_id=withdrawal.number, reference="", **more)


def imported(*payments, name="day"):
    result = import_bank_file(actor=SYSTEM, content=camt053(*payments), file_name=f"{name}.xml")
    return [row.outcome for row in result.rows]


def test_the_banks_file_finishes_a_withdrawal_by_its_end_to_end_id(acme):
    withdrawal = a_withdrawal(acme)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    other = Payment(amount_minor=1, end_to_end_id=withdrawal.number, direction="DBIT", servicer_reference="other")

    assert imported(other, outgoing(withdrawal, servicer_reference="a")) == ["outgoing", "withdrawal_paid"]

    assert state_of(withdrawal) == "done"
    assert in_the_payout_account() == 0


def test_money_that_the_bank_sends_back_is_credited_once_whoever_says_it_first(acme):
    by_file, by_hand = a_withdrawal(acme), a_withdrawal(acme)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[by_file.pk, by_hand.pk])
    return_withdrawal(actor=SYSTEM, withdrawal_id=by_hand.pk, reason="Account closed")

    told = imported(
        *(outgoing(each, servicer_reference=f"out {each.pk}") for each in (by_file, by_hand)),
        *(incoming(each, servicer_reference=f"back {each.pk}") for each in (by_file, by_hand)),
    )

    assert told[2:] == ["withdrawal_returned", "withdrawal_returned"]
    assert {state_of(each) for each in (by_file, by_hand)} == {"returned"}
    assert (prepaid_balances(acme.pk), in_the_payout_account()) == ({"CHF": 10_000}, 0)
    assert balance_minor("bank", currency="CHF", detail=Withdrawal.objects.first().paid_from) == 0
    assert list(ledger_findings()) == []


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_two_withdrawals_at_once_do_not_spend_the_same_money_pre_018():
    acme = an_organisation("Acme AG")
    boss = a_legal_representative_of(acme)
    a_prepaid_balance(acme, 5000)
    payable = NewWithdrawal(amount_minor=3000, currency="CHF", holder="Acme AG", iban=IBAN)
    barrier, outcomes = threading.Barrier(4), []

    def run():
        barrier.wait(timeout=10)
        try:
            book_withdrawal(actor=boss, organisation_id=acme.pk, payable=payable)
            outcomes.append("requested")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["insufficient_balance"] * 3 + ["requested"]
    assert LedgerAccount.objects.get(kind="prepaid").balance_minor == 2000


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_called_back_while_it_is_sent_ends_in_one_of_both_states():
    acme = an_organisation("Acme AG")
    boss = a_legal_representative_of(acme)
    withdrawal = a_withdrawal(acme)
    barrier, outcomes = threading.Barrier(2), []

    def run(deed):
        barrier.wait(timeout=10)
        try:
            deed()
            outcomes.append("done")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    deeds = (
        partial(cancel_withdrawal, actor=boss, organisation_id=acme.pk, withdrawal_id=withdrawal.pk),
        partial(send_withdrawals, actor=SYSTEM, withdrawal_ids=[withdrawal.pk]),
    )
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("done") == 1
    assert prepaid_balances(acme.pk) == {"CHF": 5000 if state_of(withdrawal) == "cancelled" else 0}


def test_pre_013_the_file_carries_the_organisations_address_as_it_was(acme):
    ours = a_withdrawal(acme)
    theirs = a_withdrawal(acme, holder="Otto Beispiel")
    file_id = send_withdrawals(actor=SYSTEM, withdrawal_ids=[ours.pk, theirs.pk])
    first = payment_order(SYSTEM, file_id)
    Organisation.objects.filter(pk=acme.pk).update(town="Thun")

    assert ours.holder_address["town"] == "Bern"
    assert theirs.holder_address is None
    assert (first.count(b"<PstlAdr>"), first.count(b"<TwnNm>Bern</TwnNm>")) == (1, 1)
    assert payment_order(SYSTEM, file_id) == first
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Withdrawal.objects.filter(pk=theirs.pk).update(holder_address=ours.holder_address)
