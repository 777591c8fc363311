"""A rest too small to be paid out is given up with its organisation, by a tick and in the ledger (DEL-007, PRE-019)."""

import pytest
from django.db.models import Sum
from django.urls import reverse

from stellwerk.billing.models import Posting, Transfer
from stellwerk.billing.queries.findings import ledger_findings
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances, prepaid_statement
from stellwerk.billing.queries.prepaid import statement_rows
from stellwerk.billing.queries.state_words import movement_text
from stellwerk.billing.services.forfeit_rests import forfeit_rests
from stellwerk.billing.tests.builders import a_prepaid_balance, an_open_invoice
from stellwerk.foundation import activity
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.deletion import delete_organisation, unmet_conditions
from stellwerk.organisations.tests.builders import PASSWORD, a_legal_representative_of, a_member_of, an_organisation

pytestmark = pytest.mark.django_db
TICK = "Give up the rest of CHF\xa00.40"


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def anna(acme):
    return a_legal_representative_of(acme)


@pytest.fixture
def browser(client, anna):
    client.force_login(Account.objects.get(pk=anna.account_id))
    return client


def delete(acme, anna, *gives_up):
    delete_organisation(
        actor=anna, organisation_id=acme.pk, typed_name=acme.name, current_password=PASSWORD, gives_up=gives_up
    )


def is_deleted(acme):
    return Organisation.objects.get(pk=acme.pk).deleted_at is not None


def page_of(acme):
    return reverse("organisations:delete", args=[acme.pk])


def posted(browser, acme, **more):
    return browser.post(page_of(acme), {"typed_name": "Acme AG", "current_password": PASSWORD, **more})


@pytest.mark.parametrize(("francs", "euros"), [(40, 0), (1, 99), (99, 1)])
def test_del_007_with_the_tick_the_rest_is_booked_away_and_the_ledger_stays_balanced(acme, anna, francs, euros):
    rests = {"CHF": francs, "EUR": euros}
    for currency, rest_minor in rests.items():
        a_prepaid_balance(acme, rest_minor, currency)

    delete(acme, anna, f"CHF 0.{francs:02d}", f"EUR 0.{euros:02d}")

    assert is_deleted(acme)
    assert set(prepaid_balances(acme.pk).values()) == {0}
    assert {each: balance_minor("forfeited", currency=each) for each in rests} == rests
    assert list(ledger_findings()) == []
    assert sum(balance_minor(kind, currency="CHF") for kind in ("bank", "prepaid", "forfeited")) == 0


def test_del_007_the_log_and_the_statement_of_the_account_tell_it(acme, anna):
    a_prepaid_balance(acme, 40)
    (row,) = statement_rows(anna, acme.pk)
    assert row.kind == "top_up"

    forfeit_rests(actor=anna, organisation_id=acme.pk, amounts=["CHF 0.40"])

    row = statement_rows(anna, acme.pk)[0]
    assert (row.kind, row.amount_minor, movement_text(row)) == ("forfeited", -40, "Rest given up")
    sentence = activity.organisation_rows(acme.pk)[0].sentence
    assert sentence == "Anna Keller gave up the rest of the prepaid balance: CHF\xa00.40"


def test_del_007_a_second_call_books_nothing(acme, anna):
    a_prepaid_balance(acme, 40)
    for _ in range(2):
        forfeit_rests(actor=anna, organisation_id=acme.pk, amounts=["CHF 0.40"])

    assert Posting.objects.filter(reason="forfeited").count() == 1
    assert [each.amount_minor for each in prepaid_statement(acme.pk, currency="CHF")] == [-40, 40]


@pytest.mark.parametrize(
    ("balance", "gives_up"),
    [(40, ()), (40, ("CHF 0.39",)), (40, ("EUR 0.40",)), (100, ("CHF 1.00",)), (5000, ("CHF 50.00",))],
)
def test_del_007_without_the_tick_or_from_one_franc_on_nothing_changes(acme, anna, balance, gives_up):
    a_prepaid_balance(acme, balance)

    with pytest.raises(RuleBroken, match="organisation_not_empty"):
        delete(acme, anna, *gives_up)

    assert not is_deleted(acme)
    assert prepaid_balances(acme.pk) == {"CHF": balance}


def test_del_007_one_of_two_rests_given_up_is_not_enough_and_is_not_booked(acme, anna):
    a_prepaid_balance(acme, 40)
    a_prepaid_balance(acme, 30, "EUR")

    with pytest.raises(RuleBroken, match="organisation_not_empty") as refused:
        delete(acme, anna, "CHF 0.40")

    assert refused.value.context["names"] == "EUR 0.30"
    assert prepaid_balances(acme.pk) == {"CHF": 40, "EUR": 30}
    assert Transfer.objects.aggregate(total=Sum("amount_minor"))["total"] == 70


def test_del_007_nothing_is_given_up_as_long_as_anything_else_is_in_the_way(acme, anna):
    a_prepaid_balance(acme, 40)
    an_open_invoice(acme)

    with pytest.raises(RuleBroken, match="organisation_not_empty"):
        delete(acme, anna, "CHF 0.40")

    assert prepaid_balances(acme.pk) == {"CHF": 40}


def test_del_007_money_that_comes_after_the_rest_was_booked_keeps_the_organisation(acme, anna, monkeypatch):
    a_prepaid_balance(acme, 40)
    conditions = "stellwerk.organisations.services.deletion.delete.unmet_conditions"

    def looks_after_the_bank(organisation_id, *, besides):
        a_prepaid_balance(acme, 25)
        return unmet_conditions(organisation_id, besides=besides)

    monkeypatch.setattr(conditions, looks_after_the_bank)
    with pytest.raises(RuleBroken, match="organisation_not_empty"):
        delete(acme, anna, "CHF 0.40")

    assert not Posting.objects.filter(reason="forfeited").exists()


def test_del_007_the_page_offers_the_tick_in_the_last_step_and_it_suffices(acme, browser):
    a_prepaid_balance(acme, 40)
    shown = browser.get(page_of(acme)).content.decode()
    assert TICK in shown
    assert f'<a href="/o/{acme.pk}/prepaid">CHF\xa00.40</a>' in shown

    answer = posted(browser, acme, gives_up="CHF 0.40")

    assert answer["Location"] == reverse("organisations:mine")
    assert is_deleted(acme)


def test_del_007_without_the_tick_the_page_says_what_is_missing(acme, browser):
    a_prepaid_balance(acme, 40)

    answer = posted(browser, acme)

    assert answer.status_code == 422
    assert "Tick what you give up, or use the money first." in answer.content.decode()
    assert not is_deleted(acme)


def test_del_007_an_amount_that_is_no_longer_the_rest_is_looked_at_again(acme, browser):
    a_prepaid_balance(acme, 65)

    answer = posted(browser, acme, gives_up="CHF 0.40")

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "The balance has changed meanwhile." in shown
    assert "Give up the rest of CHF\xa00.65" in shown
    assert not is_deleted(acme)


def test_del_007_the_tick_waits_for_everything_else(acme, browser):
    a_prepaid_balance(acme, 40)
    a_member_of(acme)

    shown = browser.get(page_of(acme)).content.decode()
    refused = posted(browser, acme, gives_up="CHF 0.40")

    assert TICK not in shown
    assert "give it up in the last step" in shown
    assert "typed_name" not in shown
    assert refused.status_code == 400
    assert not is_deleted(acme)


def test_del_007_at_one_franc_the_page_knows_only_the_withdrawal(acme, browser):
    a_prepaid_balance(acme, 100)
    shown = browser.get(page_of(acme)).content.decode()

    assert "Give up" not in shown
    assert f'<a href="/o/{acme.pk}/prepaid/withdrawal?currency=CHF">' in shown


def test_del_007_a_rest_is_named_and_can_be_given_up(acme, anna):
    a_prepaid_balance(acme, 99)
    (unmet,) = unmet_conditions(acme.pk, besides=anna.account_id)

    assert (unmet.topic, unmet.name, unmet.can_be_given_up) == ("prepaid_rest", "CHF 0.99", True)


def test_del_007_the_clockwork_gives_nothing_up_unasked(acme):
    a_prepaid_balance(acme, 40)
    forfeit_rests(actor=SYSTEM, organisation_id=acme.pk, amounts=[])

    assert prepaid_balances(acme.pk) == {"CHF": 40}
