"""Whoever deletes an organisation gets a closing statement with the confirmation (DEL-009)."""

from datetime import date

import pytest
from django.utils.translation import override

from stellwerk.billing.emails.farewell import closing_sections
from stellwerk.billing.queries import closing
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.pay_out import finish, return_withdrawal, send_withdrawals
from stellwerk.billing.services.withdraw import cancel_withdrawal
from stellwerk.billing.tests.builders import IBAN, a_paid_invoice, a_prepaid_balance, a_withdrawal, an_open_invoice
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations.services.deletion import delete_organisation
from stellwerk.organisations.tests.builders import PASSWORD, a_legal_representative_of, a_person, an_organisation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 14)


@pytest.fixture
def acme():
    with clock.travel_to(TODAY):
        yield an_organisation("Acme AG")


@pytest.fixture
def anna(acme):
    return a_legal_representative_of(acme)


def a_paid_withdrawal(acme, on=TODAY, **more):
    withdrawal = a_withdrawal(acme, **more)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    withdrawal.refresh_from_db()
    finish(withdrawal=withdrawal, actor=SYSTEM, on=on)
    return withdrawal


def statement_of(acme, anna, *gives_up):
    """The text of the one mail that confirms the deletion; spaces that keep a line together are plain here."""
    delete_organisation(
        actor=anna, organisation_id=acme.pk, typed_name=acme.name, current_password=PASSWORD, gives_up=gives_up
    )
    jobs.run_due_jobs()
    (mail,) = Message.objects.filter(template__endswith="_deleted")
    assert mail.recipient == Account.objects.get(pk=anna.account_id).email
    return mail.body.replace("\xa0", " ").replace("\u202f", " ")


def test_del_009_documents_withdrawals_and_rests_are_stated_in_the_mail_that_confirms(acme, anna):
    invoice = a_paid_invoice(acme)
    paid = a_paid_withdrawal(acme, on=date(2026, 3, 16))
    a_prepaid_balance(acme, 40)

    text = statement_of(acme, anna, "CHF 0.40")

    assert f"Documents issued\n- Invoice {invoice.number} of 14 March 2026: CHF 108.82\n" in text
    line = f"- Withdrawal {paid.number} of 16 March 2026: CHF 50.00 to the account CH93 … 2957\n"
    assert f"Amounts withdrawn\n{line}" in text
    assert "Given up: the rest on the prepaid account\n- CHF 0.40\n" in text
    assert IBAN not in text.replace(" ", "")


def test_del_009_a_credit_note_is_called_so_and_stands_above_its_invoice(acme, anna):
    invoice = an_open_invoice(acme)
    note = credit_invoice(invoice_id=invoice.pk, source="test")

    text = statement_of(acme, anna)

    first = text.index(f"Credit note {note.number} of 14 March 2026: CHF 108.82")
    assert first < text.index(f"Invoice {invoice.number} of 14 March 2026: CHF 108.82")


def test_del_009_only_money_that_reached_the_bank_was_withdrawn(acme, anna):
    called_back = a_withdrawal(acme)
    cancel_withdrawal(actor=anna, organisation_id=acme.pk, withdrawal_id=called_back.pk)
    returned = a_paid_withdrawal(acme)
    return_withdrawal(actor=SYSTEM, withdrawal_id=returned.pk, reason="Account closed")

    assert closing.closing(acme.pk).withdrawals == []


def test_del_009_a_long_list_ends_with_how_many_more_there_are(acme, anna, monkeypatch):
    monkeypatch.setattr(closing, "MOST_LISTED", 1)
    old, new = a_paid_invoice(acme), a_paid_invoice(acme)

    text = statement_of(acme, anna)

    assert f"- Invoice {new.number} of 14 March 2026: CHF 108.82\n- and one more\n" in text
    assert old.number not in text


def test_del_009_without_any_money_there_is_nothing_to_state(acme, anna):
    text = statement_of(acme, anna)

    assert "Closing statement" not in text
    assert "Documents issued" not in text


def test_del_009_the_statement_is_in_the_readers_language():
    with clock.travel_to(TODAY):
        lena = a_person("Lena", "Huber", language="de")
        huber = an_organisation("Huber AG", of=lena)
        invoice = a_paid_invoice(huber)
        text = statement_of(huber, a_legal_representative_of(huber))

    assert f"Ausgestellte Dokumente\n- Rechnung {invoice.number} vom 14. März 2026: CHF 108.82\n" in text


@pytest.mark.parametrize(
    ("language", "title", "day"),
    [("fr", "Montants retirés", "14 mars 2026"), ("it", "Importi prelevati", "14 marzo 2026"),
     ("es", "Importes retirados", "14 de marzo de 2026")],
)  # fmt: skip
def test_del_009_every_language_of_the_house_states_it(acme, language, title, day):
    paid = a_paid_withdrawal(acme)
    with override(language):
        _documents, withdrawals, _rests = closing_sections(acme.pk)

    assert withdrawals.title == title
    assert paid.number in withdrawals.lines[0]
    assert day in withdrawals.lines[0]
    assert "CH93 … 2957" in withdrawals.lines[0]


def test_del_009_the_statement_costs_five_statements_whatever_the_number(acme, django_assert_num_queries):
    for _ in range(3):
        a_paid_invoice(acme)
        a_paid_withdrawal(acme)

    with django_assert_num_queries(5):
        closing.closing(acme.pk)
