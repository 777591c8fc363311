"""Bank files: every franc is accounted for, every movement counts once, a refused file has changed nothing."""

from datetime import date

import pytest

from stellwerk.billing.bank.camt import read_bank_file
from stellwerk.billing.bank.incoming import incoming_amount
from stellwerk.billing.models import BankEntry, BankImport, Invoice, Payment, Posting, TopUp
from stellwerk.billing.queries.bank_targets import targets_of
from stellwerk.billing.queries.findings import ledger_findings
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.bank_files import Batch, camt053, camt054
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.builders import a_line, a_prepaid_balance, an_open_invoice
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.foundation.models import Event
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.deletion import delete_organisation
from stellwerk.organisations.tests.builders import PASSWORD, a_legal_representative_of, an_organisation

pytestmark = pytest.mark.django_db
EUR_IBAN = "CH5800791123000889012"


def imported(*entries, file=None, name="may.xml"):
    return import_bank_file(actor=SYSTEM, content=file or camt053(*entries), file_name=name)


def outcomes(result):
    return [row.outcome for row in result.rows]


def a_transfer_for(invoice, amount_minor=None, **more):
    return Transfer(amount_minor=amount_minor or invoice.open_minor, reference=invoice.reference, **more)


def open_minor(invoice):
    return Invoice.objects.get(pk=invoice.pk).open_minor


def told(name):
    return Event.objects.filter(name=name).count()


def test_bnk_006_the_exact_amount_settles_the_invoice():
    invoice = an_open_invoice(an_organisation())

    result = imported(a_transfer_for(invoice))

    assert outcomes(result) == ["matched"]
    assert result.rows[0].document == invoice.number
    assert open_minor(invoice) == 0
    assert balance_minor(AccountKind.BANK, currency="CHF") == -10882
    assert balance_minor(AccountKind.RECEIVABLE, currency="CHF") == 0
    assert told("PaymentReceived") == told("InvoicePaid") == 1


def test_ex_10_a_surplus_goes_to_the_prepaid_account():
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    result = imported(a_transfer_for(invoice, 11000))

    assert outcomes(result) == ["surplus"]
    assert open_minor(invoice) == 0
    assert prepaid_balances(acme.pk) == {"CHF": 118}
    assert told("TransferSurplus") == 1


def test_ex_10_too_little_goes_to_the_prepaid_account_and_the_balance_then_leaves_the_rest():
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    result = imported(a_transfer_for(invoice, 10000))

    assert outcomes(result) == ["short"]
    assert open_minor(invoice) == 10882
    assert prepaid_balances(acme.pk) == {"CHF": 10000}
    assert told("TransferShort") == 1

    boss = a_legal_representative_of(acme)
    pay_invoice(actor=boss, organisation_id=acme.pk, invoice_id=invoice.pk, in_part=True)
    assert open_minor(invoice) == 882
    assert prepaid_balances(acme.pk) == {"CHF": 0}


def test_ex_10_two_cents_less_settle_and_are_booked_as_a_difference():
    invoice = an_open_invoice(an_organisation())

    result = imported(a_transfer_for(invoice, 10880))

    assert outcomes(result) == ["within_tolerance"]
    assert open_minor(invoice) == 0
    assert balance_minor(AccountKind.PAYMENT_DIFFERENCE, currency="CHF") == -2


def test_ex_10_euros_do_not_settle_a_document_in_francs():
    """BNK-009: no account in euros exists, so the money must go back."""
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    result = imported(a_transfer_for(invoice, currency="EUR"))

    assert outcomes(result) == ["returned"]
    assert open_minor(invoice) == 10882
    assert prepaid_balances(acme.pk) == {}
    assert balance_minor(AccountKind.SUSPENSE, currency="EUR") == 10882


def test_bnk_009_another_currency_is_kept_where_the_customer_has_an_account_in_it():
    acme = an_organisation()
    a_prepaid_balance(acme, 100, "EUR")
    invoice = an_open_invoice(acme)

    result = imported(a_transfer_for(invoice, currency="EUR"))

    assert outcomes(result) == ["wrong_currency"]
    assert prepaid_balances(acme.pk)["EUR"] == 10982


def test_bnk_010_money_of_nobody_waits():
    result = imported(Transfer(amount_minor=4200, text="danke"))

    assert outcomes(result) == ["suspense"]
    assert balance_minor(AccountKind.SUSPENSE, currency="CHF") == 4200
    assert BankEntry.objects.get().resolved_at is None


def test_pre_015_money_of_a_known_payer_without_a_document_is_credited():
    acme = an_organisation()
    imported(a_transfer_for(an_open_invoice(acme)))

    result = imported(Transfer(amount_minor=4200, text="auf Vorrat"), name="june.xml")

    assert outcomes(result) == ["to_prepaid"]
    assert prepaid_balances(acme.pk) == {"CHF": 4200}
    assert told("TransferUnmatched") == 1


def test_bnk_005_the_same_payer_with_the_amount_of_one_open_invoice_is_a_proposal():
    acme = an_organisation()
    imported(a_transfer_for(an_open_invoice(acme)))
    invoice = an_open_invoice(acme, a_line(5000))

    result = imported(Transfer(amount_minor=invoice.open_minor, text="wie immer"), name="june.xml")

    assert outcomes(result) == ["suspense"]
    assert BankEntry.objects.order_by("-pk").first().proposed_invoice == invoice
    assert open_minor(invoice) == invoice.gross_minor


@pytest.mark.parametrize("text", ["Rechnung {number}", "Rg {spaced}", "Ref. {reference}"])
def test_bnk_005_a_number_or_a_reference_in_the_text_is_found(text):
    invoice = an_open_invoice(an_organisation())
    words = text.format(
        number=invoice.number, spaced=invoice.number.replace("-", " "), reference=" ".join(invoice.reference)
    )

    assert outcomes(imported(Transfer(amount_minor=10882, text=words))) == ["matched"]


def test_a_paid_invoice_is_not_paid_twice():
    acme = an_organisation()
    invoice = an_open_invoice(acme)

    result = imported(a_transfer_for(invoice), a_transfer_for(invoice, servicer_reference="SECOND"))

    assert outcomes(result) == ["matched", "already_paid"]
    assert prepaid_balances(acme.pk) == {"CHF": 10882}


def test_money_for_a_credited_invoice_is_the_customers():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    credit_invoice(invoice_id=invoice.pk, source="test:all")

    assert outcomes(imported(a_transfer_for(invoice))) == ["already_paid"]
    assert prepaid_balances(acme.pk) == {"CHF": 10882}


def test_bnk_010_money_for_a_deleted_organisation_waits_to_be_sent_back():
    """By the number of its invoice, by its top-up, or from an account that paid for it before."""
    acme = an_organisation()
    anna = a_legal_representative_of(acme)
    invoice = an_open_invoice(acme)
    top_up = request_top_up(actor=anna, organisation_id=acme.pk, amount_minor=5000, currency="CHF")
    imported(a_transfer_for(invoice))
    delete_organisation(actor=anna, organisation_id=acme.pk, typed_name=acme.name, current_password=PASSWORD)

    late = [
        a_transfer_for(invoice, 10882, servicer_reference="LATE"),
        Transfer(amount_minor=5000, reference=top_up.reference),
        Transfer(amount_minor=4200, text="auf Vorrat"),
    ]
    result = imported(*late, name="june.xml")

    assert outcomes(result) == ["suspense"] * 3
    assert [row.document for row in result.rows] == [invoice.number, top_up.number, ""]
    assert not any(prepaid_balances(acme.pk).values())
    assert list(ledger_findings()) == []


def test_doctor_tells_of_money_that_is_left_with_a_deleted_organisation():
    acme = an_organisation()
    a_prepaid_balance(acme, 4200)
    Organisation.objects.filter(pk=acme.pk).update(deleted_at=clock.now())

    (finding,) = ledger_findings()

    assert finding == f"Organisation {acme.pk} is deleted, and 4200 CHF are left on its prepaid account"


def test_pre_006_a_top_up_is_credited_when_the_bank_confirms_it():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    top_up = request_top_up(actor=boss, organisation_id=acme.pk, amount_minor=5000, currency="CHF")
    assert prepaid_balances(acme.pk) == {}

    result = imported(Transfer(amount_minor=5000, reference=top_up.reference))

    assert outcomes(result) == ["top_up"]
    assert prepaid_balances(acme.pk) == {"CHF": 5000}
    assert TopUp.objects.get().state == "credited"
    assert told("PrepaidToppedUp") == 1


def test_the_same_file_twice_changes_nothing():
    file = camt053(a_transfer_for(an_open_invoice(an_organisation())), Transfer(amount_minor=100, text="?"))
    first = imported(file=file)
    before = (Posting.objects.count(), Payment.objects.count(), BankEntry.objects.count())

    second = imported(file=file, name="renamed.xml")

    assert second.is_repeated
    assert second.import_id == first.import_id
    assert outcomes(second) == ["duplicate", "duplicate"]
    assert (Posting.objects.count(), Payment.objects.count(), BankEntry.objects.count()) == before


def test_bnk_004_a_collective_entry_and_its_details_count_once():
    acme = an_organisation()
    batch = (a_transfer_for(an_open_invoice(acme)), a_transfer_for(an_open_invoice(acme, a_line(5000))))
    statement = camt053(Batch(payments=batch, has_details=False))
    details = camt054(Batch(payments=batch))

    assert outcomes(imported(file=statement)) == ["awaiting_details"]
    assert outcomes(imported(file=details)) == ["matched", "matched"]
    assert set(outcomes(imported(file=camt053(Batch(payments=batch))))) == {"duplicate"}
    assert prepaid_balances(acme.pk) == {}


def test_bnk_002_only_booked_credits_make_payments():
    invoice = an_open_invoice(an_organisation())

    result = imported(a_transfer_for(invoice, status="PDNG"), Transfer(amount_minor=100, direction="DBIT", text="fees"))

    assert sorted(outcomes(result)) == ["outgoing", "pending"]
    assert open_minor(invoice) == 10882


def test_bnk_002_a_reversal_opens_the_invoice_again():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    imported(a_transfer_for(invoice, 11000, servicer_reference="A1"))

    back = a_transfer_for(invoice, 11000, servicer_reference="A1", direction="DBIT", is_reversal=True)
    assert outcomes(imported(back, name="back.xml")) == ["reversal"]

    assert open_minor(invoice) == 10882
    assert prepaid_balances(acme.pk) == {"CHF": 0}
    assert balance_minor(AccountKind.BANK, currency="CHF") == 0
    assert told("PaymentReversed") == 1


def test_a_reversal_of_money_that_was_spent_waits_for_the_operator():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    imported(a_transfer_for(invoice, 10000, servicer_reference="A1"))
    boss = a_legal_representative_of(acme)
    pay_invoice(actor=boss, organisation_id=acme.pk, invoice_id=invoice.pk, in_part=True)

    imported(
        a_transfer_for(invoice, 10000, servicer_reference="A1", direction="DBIT", is_reversal=True), name="back.xml"
    )

    assert BankEntry.objects.get(is_reversal=True).resolved_at is None
    assert balance_minor(AccountKind.SUSPENSE, currency="CHF") == -10000
    assert prepaid_balances(acme.pk) == {"CHF": 0}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bank_file_empty"),
        (b"<Document", "bank_file_unreadable"),
        (b"%PDF-1.7", "bank_file_unreadable"),
        (b"<html/>", "bank_file_not_camt"),
        (b"<!DOCTYPE x [<!ENTITY e 'e'>]><Document/>", "bank_file_with_doctype"),
        (b"<Document>" + b" " * 20 * 1024 * 1024 + b"</Document>", "bank_file_too_large"),
    ],
    ids=["empty", "broken", "pdf", "html", "entities", "20 MB"],
)
def test_a_file_that_is_no_bank_file_is_refused_wholly(content, code):
    with pytest.raises(RuleBroken) as refused:
        import_bank_file(actor=SYSTEM, content=content, file_name="x.xml")

    assert refused.value.code == code
    assert not BankImport.objects.exists()


def test_a_file_broken_in_its_last_entry_books_nothing():
    good = camt053(a_transfer_for(an_open_invoice(an_organisation())), Transfer(amount_minor=100))
    broken = good.replace(b">1.00<", b">1,00<")

    with pytest.raises(RuleBroken) as refused:
        import_bank_file(actor=SYSTEM, content=broken, file_name="x.xml")

    assert refused.value.code.startswith("bank_file_")
    assert not BankEntry.objects.exists()
    assert not Payment.objects.exists()


def test_a_file_of_a_foreign_account_is_refused_wholly():
    invoice = an_open_invoice(an_organisation())
    file = camt053(a_transfer_for(invoice), iban="CH9300762011623852957")

    with pytest.raises(RuleBroken) as refused:
        import_bank_file(actor=SYSTEM, content=file, file_name="x.xml")

    assert refused.value.code == "bank_account_foreign"
    assert open_minor(invoice) == 10882


def test_customers_do_not_import_bank_files():
    acme = an_organisation()

    with pytest.raises(NotFound):
        import_bank_file(actor=a_legal_representative_of(acme), content=camt053(), file_name="x.xml")


def test_a_payment_is_dated_by_the_bank():
    invoice = an_open_invoice(an_organisation())
    imported(a_transfer_for(invoice, booked_on=date(2026, 5, 4)))

    assert Payment.objects.get().paid_on == date(2026, 5, 4)
    assert Posting.objects.get(reason="payment").booked_on == date(2026, 5, 4)


def test_twenty_payments_are_matched_without_a_query_for_each_document(django_assert_max_num_queries):
    acme = an_organisation()
    invoices = [an_open_invoice(acme, a_line(1000 + number)) for number in range(20)]
    rows = read_bank_file(camt053(*(a_transfer_for(each) for each in invoices))).entries
    amounts = [incoming_amount(row) for row in rows]

    with django_assert_max_num_queries(6):
        targets = targets_of(amounts)

    matched = [targets.targets[targets.matched(each).document.document_id].invoice_id for each in amounts]
    assert matched == [invoice.pk for invoice in invoices]
