"""Second factors: which ones a person has, and what each page shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import FACTORS, Account, RecoveryCode, SmsNumber
from stellwerk.identity.rules import Method

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class FactorState:
    """`methods` are the active ones in the order of Method; `default` is the person's choice among them."""

    methods: tuple[Method, ...]
    default: Method | None
    recovery_codes_left: int = 0

    @property
    def is_on(self) -> bool:
        return bool(self.methods)

    @property
    def first(self) -> Method:
        """What a sign-in asks for first: a device at hand, then the person's choice (SEC-005, SEC-024)."""
        if Method.APPROVE in self.methods:
            return Method.APPROVE
        return self.default or self.methods[0]

    @property
    def at_sign_in(self) -> tuple[Method, ...]:
        """Everything that completes a sign-in, the fall-back last."""
        return (*self.methods, Method.RECOVERY_CODE) if self.recovery_codes_left else self.methods


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor as its owner sees it."""

    method: Method
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


def factor_state(account_id: int) -> FactorState:
    """What a person has, in one query. Nothing for an unknown account."""
    columns: dict[str, Any] = {f"has_{method}": _exists(method) for method in FACTORS}
    columns["recovery_codes_left"] = _recovery_codes_left()
    row = Account.objects.filter(pk=account_id).annotate(**columns).values("default_factor", *columns).first()
    if row is None:
        return FactorState((), None)
    methods = tuple(method for method in Method if row.get(f"has_{method}"))
    default = next((method for method in methods if method == row["default_factor"]), None)
    return FactorState(methods, default, row["recovery_codes_left"])


def methods_of(account_id: int) -> tuple[Method, ...]:
    """The active methods, without the fall-backs."""
    return factor_state(account_id).methods


def has_second_factor(account_id: int) -> bool:
    return _HAS_FACTOR.row(account_id) is not None


def application_password_required(account_id: int) -> bool:
    """Whether synchronisation protocols must refuse the account password itself (SEC-051)."""
    return has_second_factor(account_id)


def accounts_without_factor(account_ids: Iterable[int]) -> set[int]:
    """Those of the accounts that have no second factor, in one query (SEC-042)."""
    rows = Account.objects.filter(~any_factor(), pk__in=list(account_ids))
    return set(rows.values_list("pk", flat=True))


def factor_rows(account_id: int) -> list[FactorRow]:
    """All factors of a person in one query, oldest first within a method."""
    columns = ("factor_method", "pk", "name", "created_at", "last_used_at")
    first, *others = (
        table.rows.filter(account_id=account_id)
        .annotate(factor_method=Value(method.value, output_field=CharField()))
        .values_list(*columns)
        for method, table in FACTORS.items()
    )
    rows = [FactorRow(Method(method), *facts) for method, *facts in first.union(*others, all=True)]
    return sorted(rows, key=lambda row: (list(Method).index(row.method), row.created_at, row.id))


def sms_number(account_id: int) -> str:
    """The number that gets the codes, E.164; empty without one."""
    return SmsNumber.objects.filter(account_id=account_id).values_list("phone", flat=True).first() or ""


def recovery_codes_made_at(account_id: int) -> datetime | None:
    """When the present set was made."""
    return RecoveryCode.objects.filter(account_id=account_id).values_list("created_at", flat=True).first()


def _recovery_codes_left() -> Coalesce:
    unused = RecoveryCode.objects.filter(account_id=OuterRef("pk"), used_at=None).order_by().values("account_id")
    return Coalesce(Subquery(unused.annotate(total=Count("pk")).values("total")), 0)


def any_factor(*, of: str = "pk") -> Q:
    """A condition on rows whose column `of` is an account: that it has a second factor. For lists of other rooms."""
    found = Q()
    for method in FACTORS:
        found |= Q(_exists(method, of))
    return found


def _exists(method: Method, of: str = "pk") -> Exists:
    return Exists(FACTORS[method].rows.filter(account_id=OuterRef(of)))


# Asked at every sign-in; writing and planning a question to all tables of factors takes longer than its answer.
_HAS_FACTOR = Prepared(lambda account_id: Account.objects.filter(any_factor(), pk=account_id).values_list("pk"), int)
