"""Whatever people, the bank and the clock do in whatever order: the ledger sums to zero and nobody owes the balance."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stellwerk.billing.models import Invoice, LedgerAccount, Transfer
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.queries.findings import invoice_findings, ledger_findings
from stellwerk.billing.queries.ledger import balance_minor
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.end_order import cancel_order, plan_order_deadlines
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.withdraw_renewals import plan_announcement_deadlines
from stellwerk.billing.tests.bank_files import Payment as BankRow
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_prepaid_balance, an_order
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import DomainError
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Job
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation
from stellwerk.products.models import Product

pytestmark = pytest.mark.django_db
MEANS = ("prepaid", "bank_transfer")


class House:
    """One customer and everything that may happen to its money. Refusals are part of life."""

    def __init__(self) -> None:
        self.acme = an_organisation()
        self.boss = a_legal_representative_of(self.acme)
        self.day = date(2026, 1, 31)
        self.count = 0
        self.rows: list[BankRow] = []

    def live(self, deed: str, number: int) -> None:
        self.count += 1
        with clock.travel_to(self.day):
            try:
                with transaction.atomic():
                    getattr(self, deed)(number)
            except DomainError:
                pass
            Job.objects.filter(kind="billing.render_document").delete()  # paper moves no money and takes its time
            run_due_jobs()

    def tops_up(self, number):
        a_prepaid_balance(self.acme, 1 + number)

    def orders(self, number):
        lines = [("web-hosting", {}), ("suite-pro", {"quantity": 1 + number % 3})][: 1 + number % 2]
        an_order(self.acme, *lines, means=MEANS[number % 2], uses_balance=number % 3 == 0, actor=self.boss)

    def transfers(self, number):
        invoice = self._invoice(number)
        amount_minor = max(1, invoice.open_minor + (0, 0, 150, -3, -700)[number % 5])
        row = BankRow(amount_minor=amount_minor, reference=invoice.reference, servicer_reference=f"R{self.count}")
        self.rows.append(row)
        import_bank_file(actor=SYSTEM, content=camt053(row), file_name=f"{self.count}.xml")

    def takes_back(self, number):
        row = self.rows.pop(number % len(self.rows)) if self.rows else None
        if row is not None:
            back = BankRow(
                amount_minor=row.amount_minor, reference=row.reference, servicer_reference=row.servicer_reference,
                direction="DBIT", is_reversal=True,
            )  # fmt: skip
            import_bank_file(actor=SYSTEM, content=camt053(back), file_name=f"{self.count}.xml")

    def pays_an_invoice(self, number):
        invoice = self._invoice(number)
        pay_invoice(actor=self.boss, organisation_id=self.acme.pk, invoice_id=invoice.pk, in_part=number % 2 == 0)

    def cancels(self, number):
        order = self._invoice(number).order
        if order is not None:
            cancel_order(actor=self.boss, organisation_id=self.acme.pk, order_id=order.pk)

    def credits(self, number):
        credit_invoice(invoice_id=self._invoice(number).pk, positions=[1], source=f"test:{self.count}")

    def renews(self, number):
        product = Product.objects.order_by("pk")[number % max(1, Product.objects.count()) :].first()
        if product is not None:
            entries = Selection(
                items=(DueChoice(product_id=product.pk),), means=MEANS[number % 2], uses_balance=number % 3 == 0,
                replaces_announcements=number % 5 == 0,
            )  # fmt: skip
            pay_selection(actor=self.boss, organisation_id=self.acme.pk, entries=entries)

    def waits(self, number):
        self.day += timedelta(days=number % 40)
        plan_order_deadlines()
        plan_announcement_deadlines()

    def _invoice(self, number):
        invoices = Invoice.objects.filter(kind="invoice").order_by("pk")
        if not invoices:
            raise DomainError("nothing_to_do")
        return invoices[number % len(invoices)]


DEEDS = ["tops_up", "orders", "transfers", "takes_back", "pays_an_invoice", "cancels", "credits", "renews", "waits"]


def sums_to_zero():
    def sums(side):
        rows = Transfer.objects.values(f"{side}__currency").annotate(total=Sum("amount_minor"))
        return list(rows.order_by(f"{side}__currency").values_list(f"{side}__currency", "total"))

    return sums("debit") == sums("credit")


@pytest.mark.slow  # a dozen lives of a dozen deeds each
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 20_000)), max_size=14))
def test_pre_018_any_sequence_of_deeds_leaves_sum_zero_and_no_debt_of_the_balance(deeds):
    with transaction.atomic():
        house = House()
        for deed, number in [("tops_up", 20_000), ("orders", 0), *deeds]:
            house.live(deed, number)

        assert sums_to_zero()
        assert all(balance >= 0 for balance in LedgerAccount.objects.values_list("balance_minor", flat=True))
        assert [*ledger_findings(), *invoice_findings()] == []
        kinds = sum(balance_minor(kind, currency="CHF") for kind in AccountKind)
        assert kinds == 0
        transaction.set_rollback(True)
