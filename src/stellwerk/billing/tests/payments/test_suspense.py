"""Money that waits: the operator says whose it is, or sends it back."""

import pytest

from stellwerk.billing.models import BankEntry, Invoice
from stellwerk.billing.queries.findings import invoice_findings, ledger_findings
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.resolve_bank_entry import assign_to_balance, assign_to_invoice, give_back
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import an_open_invoice
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation

pytestmark = pytest.mark.django_db


def waiting(amount_minor=10882, **more):
    file = camt053(Transfer(amount_minor=amount_minor, text="danke", **more))
    import_bank_file(actor=SYSTEM, content=file, file_name="x.xml")
    return BankEntry.objects.get()


def in_suspense(currency="CHF"):
    return balance_minor(AccountKind.SUSPENSE, currency=currency)


@pytest.mark.parametrize(
    ("amount_minor", "open_minor", "prepaid_minor"),
    [(10882, 0, {}), (11000, 0, {"CHF": 118}), (10880, 0, {}), (10000, 10882, {"CHF": 10000})],
)
def test_bnk_005_a_confirmed_proposal_settles_as_the_import_would_have(amount_minor, open_minor, prepaid_minor):
    acme = an_organisation()
    invoice, entry = an_open_invoice(acme), waiting(amount_minor)

    assign_to_invoice(actor=SYSTEM, entry_id=entry.pk, invoice_id=invoice.pk)

    assert Invoice.objects.get(pk=invoice.pk).open_minor == open_minor
    assert prepaid_balances(acme.pk) == prepaid_minor
    assert in_suspense() == 0
    assert balance_minor(AccountKind.BANK, currency="CHF") == -amount_minor
    assert [*ledger_findings(), *invoice_findings()] == []


def test_bnk_010_money_found_to_be_a_customers_goes_to_its_balance():
    acme, entry = an_organisation(), waiting(4200)

    assign_to_balance(actor=SYSTEM, entry_id=entry.pk, organisation_id=acme.pk)

    assert prepaid_balances(acme.pk) == {"CHF": 4200}
    assert in_suspense() == 0


def test_bnk_009_another_currency_is_kept_on_the_operators_word():
    acme = an_organisation()
    invoice, entry = an_open_invoice(acme), waiting(currency="EUR")

    assign_to_invoice(actor=SYSTEM, entry_id=entry.pk, invoice_id=invoice.pk)

    assert prepaid_balances(acme.pk) == {"EUR": 10882}
    assert Invoice.objects.get(pk=invoice.pk).open_minor == 10882


def test_bnk_010_nothing_is_put_on_the_balance_of_a_deleted_organisation():
    acme, entry = an_organisation(), waiting(11000)
    invoice = an_open_invoice(acme)  # open again, say: the bank took its payment back after the deletion
    Organisation.objects.filter(pk=acme.pk).update(deleted_at=clock.now())

    with pytest.raises(NotFound):
        assign_to_balance(actor=SYSTEM, entry_id=entry.pk, organisation_id=acme.pk)
    with pytest.raises(NotFound):
        assign_to_invoice(actor=SYSTEM, entry_id=entry.pk, invoice_id=invoice.pk)

    assert not prepaid_balances(acme.pk)
    assert in_suspense() == 11000


def test_bnk_005_what_a_deleted_organisation_owes_is_settled_by_the_exact_amount():
    acme, entry = an_organisation(), waiting()
    invoice = an_open_invoice(acme)
    Organisation.objects.filter(pk=acme.pk).update(deleted_at=clock.now())

    assign_to_invoice(actor=SYSTEM, entry_id=entry.pk, invoice_id=invoice.pk)

    assert Invoice.objects.get(pk=invoice.pk).open_minor == in_suspense() == 0


def test_bnk_010_money_that_goes_back_leaves_the_books():
    entry = waiting(4200)

    give_back(actor=SYSTEM, entry_id=entry.pk)

    assert in_suspense() == 0
    assert balance_minor(AccountKind.BANK, currency="CHF") == 0
    assert BankEntry.objects.get().outcome == "returned"


def test_a_decision_is_made_once():
    acme, entry = an_organisation(), waiting(4200)
    give_back(actor=SYSTEM, entry_id=entry.pk)

    for decide, more in ((give_back, {}), (assign_to_balance, {"organisation_id": acme.pk})):
        with pytest.raises(RuleBroken) as refused:
            decide(actor=SYSTEM, entry_id=entry.pk, **more)
        assert refused.value.code == "bank_entry_decided"


def test_only_the_operator_decides():
    acme, entry = an_organisation(), waiting(4200)
    boss = a_legal_representative_of(acme)
    invoice = an_open_invoice(acme)
    with pytest.raises(NotFound):
        give_back(actor=boss, entry_id=entry.pk)
    with pytest.raises(NotFound):
        assign_to_balance(actor=boss, entry_id=entry.pk, organisation_id=acme.pk)
    with pytest.raises(NotFound):
        assign_to_invoice(actor=boss, entry_id=entry.pk, invoice_id=invoice.pk)
