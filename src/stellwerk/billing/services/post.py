"""Writing the ledger: the only place that inserts postings and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.billing.models import LedgerAccount, Posting, Transfer
from stellwerk.billing.rules.bookings import AccountKey, AccountKind, Booking, Leg
from stellwerk.foundation import clock
from stellwerk.foundation.orm import insert_many

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


@transaction.atomic
def post(*, booking: Booking) -> None:
    """Book one fact. A second call with the same reason and source changes nothing. System-only: services call it."""
    post_many(bookings=[booking])


@transaction.atomic
def post_many(*, bookings: Iterable[Booking]) -> None:
    """Book many facts in a handful of statements, whatever their number; known and empty ones are passed over.

    Prepaid accounts are locked first. System-only: other services call it.
    """
    fresh = _fresh([booking for booking in bookings if booking.moving_legs])
    if not fresh:
        return
    legs = [(booking, leg) for booking in fresh for leg in booking.moving_legs]
    accounts = _accounts({key for _, leg in legs for key in (leg.debit, leg.credit)})
    lock_prepaid(keys=[key for key in accounts if key.kind is AccountKind.PREPAID])
    now, today = clock.now(), clock.today()
    postings = insert_many(
        [
            Posting(
                reason=booking.reason,
                source=booking.source,
                currency=booking.currency,
                organisation_id=booking.organisation_id,
                booked_on=booking.booked_on or today,
                transfer_count=len(booking.moving_legs),
                reverses_id=booking.reverses_id,
                created_at=now,
            )
            for booking in fresh
        ],
        with_keys=True,
    )
    of = {(posting.reason, posting.source): posting for posting in postings}
    insert_many(
        [
            Transfer(
                posting=of[booking.reason, booking.source],
                debit_id=accounts[leg.debit],
                credit_id=accounts[leg.credit],
                amount_minor=leg.amount_minor,
            )
            for booking, leg in legs
        ]
    )


@transaction.atomic
def reverse(*, reason: str, source: str) -> None:
    """Undo a posting by its mirror image, with the reason `reversal`; a second call changes nothing.

    Raises Posting.DoesNotExist for a posting that was never made. System-only: other services call it.
    """
    posting = Posting.objects.get(reason=reason, source=source)
    transfers = posting.transfers.select_related("debit", "credit").order_by("-pk")
    post(
        booking=Booking(
            reason="reversal",
            source=f"posting:{posting.pk}",
            currency=posting.currency,
            legs=[Leg(_key(each.debit), _key(each.credit), each.amount_minor).turned() for each in transfers],
            organisation_id=posting.organisation_id,
            reverses_id=posting.pk,
        )
    )


@transaction.atomic
def lock_prepaid(*, keys: Collection[AccountKey]) -> dict[AccountKey, int]:
    """Lock prepaid accounts until the caller's transaction ends; answers the balance of each in minor units.

    Accounts that do not exist yet are opened. System-only: other services call it before they spend.
    """
    if not keys:
        return {}
    ids = _accounts(set(keys))
    # In primary-key order: two payments that share two accounts and lock them in opposite order wait for each
    # other until PostgreSQL kills one.
    rows = LedgerAccount.objects.select_for_update().filter(pk__in=[ids[key] for key in keys]).order_by("pk")
    return {_key(row): row.balance_minor for row in rows}


def _fresh(bookings: list[Booking]) -> list[Booking]:
    known = set(
        Posting.objects.filter(source__in=[booking.source for booking in bookings]).values_list("reason", "source")
    )
    by_fact = {(booking.reason, booking.source): booking for booking in bookings}
    return [booking for fact, booking in by_fact.items() if fact not in known]


def _accounts(keys: set[AccountKey]) -> dict[AccountKey, int]:
    found = _stored(keys)
    missing = sorted(keys - found.keys(), key=str)
    if missing:
        # A rival may open the same account in this moment: the unique index keeps one, and both read it.
        LedgerAccount.objects.bulk_create(map(_account, missing), ignore_conflicts=True)
        found = _stored(keys)
    return found


def _stored(keys: set[AccountKey]) -> dict[AccountKey, int]:
    organisations = {key.organisation_id for key in keys if key.organisation_id is not None}
    rows = LedgerAccount.objects.filter(
        Q(organisation_id__in=organisations) | Q(organisation_id=None), kind__in={key.kind for key in keys}
    ).values_list("pk", "kind", "currency", "organisation_id", "detail")
    found = {AccountKey(AccountKind(kind), currency, holder, detail): pk for pk, kind, currency, holder, detail in rows}
    return {key: pk for key, pk in found.items() if key in keys}


def _account(key: AccountKey) -> LedgerAccount:
    return LedgerAccount(kind=key.kind, currency=key.currency, organisation_id=key.organisation_id, detail=key.detail)


def _key(row: LedgerAccount) -> AccountKey:
    return AccountKey(AccountKind(row.kind), row.currency, row.organisation_id, row.detail)
