"""A person's organisations with their figures, as lists and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.organisations.models import Invitation, Membership
from stellwerk.organisations.queries.endings import billing_switch, unended
from stellwerk.organisations.queries.organisations import logo_address, sees_billing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

FIGURES = frozenset({"nb_users", "nb_invitations", "count_owners"})
ORDER = {"id": "organisation_id", "name": "organisation__name", "created_at": "organisation__created_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganisation:
    """One organisation with the place of the person who asks. `figures` holds what was asked for."""

    id: int
    name: str
    kind: str
    created_at: datetime
    language: str
    currency: str
    role: Role
    has_billing_access: bool
    receives_product_messages: bool
    attention: str
    street: str
    building_number: str
    postal_code: str
    town: str
    country: str
    phone: str
    vat_number: str
    requires_second_factor: bool
    logo_sha256: str
    figures: dict[str, Any]

    @property
    def logo_url(self) -> str:
        return logo_address(self.id, self.logo_sha256)


_COLUMNS = {
    "id": "organisation_id",
    "role": "role",
    "has_billing_access": "pays",
    "receives_product_messages": "receives_product_messages",
} | {
    name: f"organisation__{name}"
    for name in (
        "name", "kind", "created_at", "language", "currency", "attention", "street", "building_number", "postal_code",
        "town", "country", "phone", "vat_number", "requires_second_factor", "logo_sha256",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FurtherColumn:
    """What a room above knows of an organisation: a column that names it by `OuterRef("organisation_id")`, and how
    its value is shown.
    """

    column: Subquery
    shown: Callable[[Any], Any]


_further: dict[str, FurtherColumn] = {}


def add_column(name: str, *, column: Subquery, shown: Callable[[Any], Any]) -> None:
    """Let a list of organisations be asked for something that another room knows."""
    _further[name] = FurtherColumn(column, shown)


def listed_organisations(  # noqa: PLR0913  what a list may ask for
    account_id: int,
    *,
    organisation_id: int | None = None,
    search: str = "",
    order: tuple[tuple[str, bool], ...] = (),
    figures: frozenset[str] = frozenset(),
    limit: int = 500,
    skip: int = 0,
) -> list[ListedOrganisation]:
    """By name unless asked otherwise, in one query whatever figures are wanted."""
    rows = _found(account_id, organisation_id=organisation_id, search=search)
    wanted = sorted(figures & (FIGURES | _further.keys()))
    rows = rows.annotate(**{name: _figure(name) for name in wanted})
    by = [f"-{ORDER[name]}" if is_descending else ORDER[name] for name, is_descending in order]
    rows = rows.order_by(*(by or ["organisation__name"]), "organisation_id")
    return [_row(row, wanted) for row in rows.values_list(*_COLUMNS.values(), *wanted)[skip : skip + limit]]


def listed_organisation_total(account_id: int, *, organisation_id: int | None = None, search: str = "") -> int:
    return _found(account_id, organisation_id=organisation_id, search=search).count()


def _found(account_id: int, *, organisation_id: int | None, search: str) -> QuerySet[Membership]:
    mine = Membership.objects.filter(unended(), account_id=account_id, organisation__deleted_at=None)
    rows = mine.annotate(pays=billing_switch())
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.filter(organisation__name__icontains=search) if search else rows


def _figure(name: str) -> Coalesce | Subquery:
    """A count of its own per organisation: joining two lists would multiply them."""
    if name in _further:
        return _further[name].column
    people = Membership.objects.filter(unended(), organisation_id=OuterRef("organisation_id"))
    rows: Any = people
    if name == "count_owners":
        rows = people.filter(role=Role.LEGAL_REPRESENTATIVE)
    if name == "nb_invitations":
        rows = Invitation.objects.filter(
            organisation_id=OuterRef("organisation_id"), state=Invitation.State.PENDING, expires_at__gt=clock.now()
        )
    counted = rows.order_by().values("organisation_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _row(row: tuple[Any, ...], wanted: list[str]) -> ListedOrganisation:
    values = dict(zip([*_COLUMNS, *wanted], row, strict=True))
    figures = {name: values.pop(name) for name in wanted}
    for name in figures.keys() & _further.keys():
        figures[name] = _further[name].shown(figures[name])
    values["role"] = Role(values["role"])
    values["has_billing_access"] = sees_billing(values["role"], switch=values["has_billing_access"])
    return ListedOrganisation(figures=figures, **values)
