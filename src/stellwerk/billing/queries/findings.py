"""What `stellwerk doctor` proves of money: sums, series and stored papers. Each sentence is one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from stellwerk.billing.models import (
    Invoice,
    LedgerAccount,
    NumberSeries,
    Payment,
    Posting,
    StoredDocument,
    Transfer,
    Withdrawal,
)
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.foundation import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_FINDINGS = 100  # of one kind; who has more has one big problem


def ledger_findings() -> Iterator[str]:
    """Postings are whole, balances are the sums of their transfers, and what customers owe is what is open."""
    written = Posting.objects.annotate(written=Count("transfers")).exclude(written=F("transfer_count"))
    for posting in written.order_by("pk")[:MOST_FINDINGS]:
        yield f"Posting {posting.pk} ({posting.reason} {posting.source}) has lost transfers"
    for account, balance_minor in _with_balance(AccountKind.PREPAID):
        if account.balance_minor != balance_minor:
            yield (
                f"The prepaid balance of organisation {account.organisation_id} says {account.balance_minor} "
                f"{account.currency}, its transfers say {balance_minor}"
            )
    yield from _orphaned_findings()
    yield from _receivable_findings()
    yield from _payout_findings()


def invoice_findings() -> Iterator[str]:
    """Numbers run without gaps and with the dates, every document is booked, and what is open follows from payments."""
    years = Invoice.objects.values("kind", "year").annotate(
        first=Min("sequence_number"), last=Max("sequence_number"), count=Count("pk")
    )
    for each in years.order_by("kind", "year"):
        if (each["first"], each["last"]) != (1, each["count"]):
            counted = f"{each['count']} documents up to {each['last']}"
            yield f"The series {each['kind']} of {each['year']} has a gap: {counted}"
    for series in NumberSeries.objects.filter(name__in=Invoice.Kind.values):
        last = Invoice.objects.filter(kind=series.name, year=series.year).aggregate(last=Max("sequence_number"))["last"]
        if last != series.last_number and (last or series.last_number):
            stands = f"stands at {series.last_number}, its last document is {last}"
            yield f"The series {series.name} of {series.year} {stands}"
    unbooked = Invoice.objects.exclude(_is_booked("invoice", reasons=("invoice", "credit_note")))
    for number in unbooked.order_by("pk").values_list("number", flat=True)[:MOST_FINDINGS]:
        yield f"The document {number} has no posting"
    payments = Payment.objects.filter(reverses=None).exclude(_is_booked("payment", reasons=("payment", "top_up")))
    for pk in payments.order_by("pk").values_list("pk", flat=True)[:MOST_FINDINGS]:
        yield f"The payment {pk} has no posting"
    for number, open_minor, unpaid_minor in _wrongly_open():
        yield f"The invoice {number} says {open_minor} are open, its payments say {unpaid_minor}"
    yield from _date_findings()


def document_findings() -> Iterator[str]:
    """Every stored paper is there and is what was written (INV-011)."""
    rows = StoredDocument.objects.order_by("pk").values_list("invoice__number", "file_name", "sha256")
    for number, file_name, sha256 in rows.iterator(chunk_size=500):
        try:
            files.read(file_name, sha256=sha256)
        except FileNotFoundError:
            yield f"The paper of {number} is gone; it is made again when somebody opens it"
        except files.FileDamaged:
            yield f"The paper of {number} is not what was stored"


def _with_balance(kind: AccountKind) -> Iterable[tuple[LedgerAccount, int]]:
    accounts = LedgerAccount.objects.filter(kind=kind).annotate(received=_total("credit"), given=_total("debit"))
    for account in accounts.order_by("pk").iterator(chunk_size=1000):
        yield account, account.received - account.given


def _total(side: str) -> Coalesce:
    rows = Transfer.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(total=Sum("amount_minor")).values("total")), Value(0))


def _orphaned_findings() -> Iterator[str]:
    """Money of nobody: an organisation is deleted only without a balance, and the bank brings none afterwards. What
    may still come is the refund of a product whose setting up was given up just before.
    """
    kept = LedgerAccount.objects.filter(
        kind=AccountKind.PREPAID, organisation__deleted_at__isnull=False, balance_minor__gt=0
    )
    for account in kept.order_by("pk")[:MOST_FINDINGS]:
        yield (
            f"Organisation {account.organisation_id} is deleted, and {account.balance_minor} {account.currency} are "
            "left on its prepaid account"
        )


def _receivable_findings() -> Iterator[str]:
    rows = Invoice.objects.filter(kind=Invoice.Kind.INVOICE).values_list("organisation_id", "currency")
    open_minor = {(holder, currency): total for holder, currency, total in rows.annotate(Sum("open_minor")).order_by()}
    for account, balance_minor in _with_balance(AccountKind.RECEIVABLE):
        owed_minor = open_minor.get((account.organisation_id, account.currency), 0)
        if -balance_minor != owed_minor:
            yield (
                f"Organisation {account.organisation_id} owes {-balance_minor} {account.currency} in the ledger, "
                f"but {owed_minor} are open"
            )


def _payout_findings() -> Iterator[str]:
    """What waits to be paid out is what the withdrawals under way say."""
    rows = Withdrawal.objects.filter(ended_at=None).values_list("currency")
    under_way = dict(rows.annotate(Sum("amount_minor")).order_by())
    held = {account.currency: balance_minor for account, balance_minor in _with_balance(AccountKind.PAYOUT)}
    for currency in sorted({*under_way, *held}):
        booked_minor, asked_minor = held.get(currency, 0), under_way.get(currency, 0)
        if booked_minor != asked_minor:
            yield f"{booked_minor} {currency} wait to be paid out in the ledger, withdrawals say {asked_minor}"


def _is_booked(word: str, *, reasons: tuple[str, ...]) -> Exists:
    """Whether a posting bears the row's number; reason and source are indexed together."""
    source = Concat(Value(f"{word}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(Posting.objects.filter(reason__in=reasons, source=source))


def _wrongly_open() -> list[tuple[str, int, int]]:
    """What is open is the gross − payments + reversed payments − what credit notes settled."""
    signed = Case(
        When(reverses=None, then=F("to_invoice_minor") + F("difference_minor")),
        default=-F("to_invoice_minor") - F("difference_minor"),
        output_field=IntegerField(),
    )
    paid = Payment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(total=Sum(signed))
    notes = Invoice.objects.filter(corrects=OuterRef("pk")).order_by().values("corrects")
    settled = notes.annotate(total=Sum("settled_minor"))
    rows = (
        Invoice.objects.filter(kind=Invoice.Kind.INVOICE)
        .annotate(
            unpaid=F("gross_minor")
            - Coalesce(Subquery(paid.values("total")), Value(0))
            - Coalesce(Subquery(settled.values("total")), Value(0))
        )
        .filter(~Q(unpaid=F("open_minor")))
        .order_by("pk")
    )
    return list(rows.values_list("number", "open_minor", "unpaid")[:MOST_FINDINGS])


def _date_findings() -> Iterator[str]:
    for kind in Invoice.Kind.values:
        before = None
        rows = Invoice.objects.filter(kind=kind).order_by("year", "sequence_number")
        for number, issued_on in rows.values_list("number", "issued_on").iterator(chunk_size=2000):
            if before is not None and issued_on < before:
                yield f"The document {number} is dated before its predecessor"
            before = issued_on
