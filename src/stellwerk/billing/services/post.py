"""Writing the ledger: the only place that inserts postings and transfers. System-only: other services call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.billing.models import LedgerAccount, Posting, Transfer
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

Kind = LedgerAccount.Kind


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Names a ledger account; it is opened when money first moves there."""

    kind: str
    currency: str
    organisation_id: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement from the credited to the debited account, in minor units above zero."""

    debit: AccountKey
    credit: AccountKey
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosting:
    """A business fact with its legs. Legs of zero are left out; at least one must remain."""

    reason: str
    source: str
    currency: str
    legs: Sequence[Leg]
    organisation_id: int | None = None
    booked_on: date | None = None
    reverses_id: int | None = None


def prepaid_of(organisation_id: int, currency: str) -> AccountKey:
    return AccountKey(Kind.PREPAID, currency, organisation_id)


def receivable_of(organisation_id: int, currency: str) -> AccountKey:
    return AccountKey(Kind.RECEIVABLE, currency, organisation_id)


def operator_account(kind: str, currency: str, detail: str = "") -> AccountKey:
    return AccountKey(kind, currency, detail=detail)


@transaction.atomic
def post(new: NewPosting) -> None:
    """Book one fact. A second call with the same reason and source changes nothing."""
    post_many([new])


@transaction.atomic
def post_many(news: Iterable[NewPosting]) -> None:
    """Book many facts in a handful of statements, whatever their number; known ones are passed over.

    Prepaid accounts are locked in primary-key order first, so that two batches cannot wait for each other.
    """
    fresh = _unknown([_without_zeros(each) for each in news])
    if not fresh:
        return
    accounts = _accounts({key for new in fresh for leg in new.legs for key in (leg.debit, leg.credit)})
    lock_prepaid([key for key in accounts if key.kind == Kind.PREPAID])
    now, today = clock.now(), clock.today()
    postings = Posting.objects.bulk_create(
        Posting(
            reason=new.reason, source=new.source, currency=new.currency, organisation_id=new.organisation_id,
            booked_on=new.booked_on or today, created_at=now, transfer_count=len(new.legs), reverses_id=new.reverses_id,
        )
        for new in fresh
    )  # fmt: skip
    Transfer.objects.bulk_create(
        Transfer(
            posting=posting, debit_id=accounts[leg.debit], credit_id=accounts[leg.credit], amount_minor=leg.amount_minor
        )
        for posting, new in zip(postings, fresh, strict=True)
        for leg in new.legs
    )


@transaction.atomic
def reverse(*, reason: str, source: str) -> None:
    """Undo a posting by its mirror image (reason `reversal`); a second call changes nothing.

    Raises Posting.DoesNotExist for a posting that was never made.
    """
    posting = Posting.objects.get(reason=reason, source=source)
    transfers = posting.transfers.select_related("debit", "credit").order_by("-pk")
    legs = [Leg(_key(each.credit), _key(each.debit), each.amount_minor) for each in transfers]
    post(
        NewPosting(
            reason="reversal", source=f"posting:{posting.pk}", currency=posting.currency, legs=legs,
            organisation_id=posting.organisation_id, reverses_id=posting.pk,
        )
    )  # fmt: skip


def lock_prepaid(keys: Sequence[AccountKey]) -> dict[AccountKey, int]:
    """Lock prepaid accounts until the transaction ends; answers the balance of each, opening what is missing."""
    if not keys:
        return {}
    ids = _accounts(set(keys))
    # In primary-key order: two payments that share two accounts and lock them in opposite order wait for each
    # other until PostgreSQL kills one.
    rows = LedgerAccount.objects.select_for_update().filter(pk__in=[ids[key] for key in keys]).order_by("pk")
    return {_key(row): row.balance_minor for row in rows}


def _unknown(news: list[NewPosting]) -> list[NewPosting]:
    known = set(Posting.objects.filter(source__in=[new.source for new in news]).values_list("reason", "source"))
    return [new for new in news if (new.reason, new.source) not in known]


def _without_zeros(new: NewPosting) -> NewPosting:
    legs = tuple(leg for leg in new.legs if leg.amount_minor)
    return NewPosting(
        reason=new.reason, source=new.source, currency=new.currency, legs=legs, organisation_id=new.organisation_id,
        booked_on=new.booked_on, reverses_id=new.reverses_id,
    )  # fmt: skip


def _accounts(keys: set[AccountKey]) -> dict[AccountKey, int]:
    found = _stored(keys)
    missing = [_account(key) for key in sorted(keys - found.keys(), key=_order)]
    if missing:
        # A rival may open the same account in this moment: the unique index keeps one, and both read it.
        LedgerAccount.objects.bulk_create(missing, ignore_conflicts=True)
        found = _stored(keys)
    return found


def _stored(keys: set[AccountKey]) -> dict[AccountKey, int]:
    organisations = {key.organisation_id for key in keys if key.organisation_id is not None}
    rows = LedgerAccount.objects.filter(
        Q(organisation_id__in=organisations) | Q(organisation_id=None), kind__in={key.kind for key in keys}
    )
    return {_key(row): row.pk for row in rows if _key(row) in keys}


def _account(key: AccountKey) -> LedgerAccount:
    return LedgerAccount(kind=key.kind, currency=key.currency, organisation_id=key.organisation_id, detail=key.detail)


def _key(row: LedgerAccount) -> AccountKey:
    return AccountKey(row.kind, row.currency, row.organisation_id, row.detail)


def _order(key: AccountKey) -> tuple[str, str, int, str]:
    return (key.kind, key.currency, key.organisation_id or 0, key.detail)
