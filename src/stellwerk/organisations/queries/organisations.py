"""Reads of the organisations room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import get_language

from stellwerk.foundation import clock
from stellwerk.foundation.actor import MANAGERS, Actor, Role
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.queries import any_factor
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.queries.endings import billing_switch, unended
from stellwerk.organisations.rules import country_names
from stellwerk.organisations.rules.addresses import POSTAL_CODES
from stellwerk.organisations.rules.vat_numbers import VatNumber, VatNumberRefused, asks_for_number, vat_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import Subquery

    from stellwerk.foundation.prepared import ReadyQuery


INDIVIDUAL = Organisation.Kind.INDIVIDUAL.value


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation as other rooms and documents need it."""

    id: int
    name: str
    kind: str
    attention: str
    street: str
    building_number: str
    postal_code: str
    town: str
    country: str
    phone: str
    language: str
    currency: str
    vat_number: str
    vat_number_state: str
    logo_sha256: str = ""

    @property
    def is_individual(self) -> bool:
        """A private person, not a company or another body."""
        return self.kind == INDIVIDUAL

    @property
    def lacks_vat_number(self) -> bool:
        """Whether to ask for the VAT number (ORG-017): a company without one, where such a number exists.

        A Swiss company is not asked: the number of the EU does not apply to it (ORG-018), nor is there one in
        countries whose numbers we could not keep.
        """
        return self.kind == "company" and not self.vat_number and asks_for_number(self.country)

    @property
    def printed_vat_number(self) -> str:
        """As people write and read it: CHE-107.787.577; what is stored has neither hyphen nor dots."""
        return VatNumber(self.country, self.vat_number).printed

    def vat_number_in(self, country: str) -> str:
        """The VAT number on documents to an address in `country`: none where it could not be kept there (VAT-008)."""
        try:
            return vat_number(self.vat_number, country=country).number if self.vat_number else ""
        except VatNumberRefused:
            return ""

    @property
    def logo_url(self) -> str:
        return logo_address(self.id, self.logo_sha256)


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """One of a person's organisations, for the switcher."""

    organisation_id: int
    name: str
    kind: str
    role: Role
    has_billing_access: bool
    flags: frozenset[str] = frozenset()  # of the person, those that were asked for and hold
    logo_sha256: str = ""

    @property
    def is_individual(self) -> bool:
        """A private person, not a company or another body."""
        return self.kind == INDIVIDUAL

    @property
    def logo_url(self) -> str:
        return logo_address(self.organisation_id, self.logo_sha256)

    @property
    def role_name(self) -> str:
        return role_name(self.role)


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A person who sees an organisation's money, as messages about it need it.

    `wants_messages` is the person's own switch; messages that nobody can switch off ignore it (REN-039).
    """

    organisation_id: int
    account_id: int
    email: str
    language: str
    name: str
    wants_messages: bool


_COLUMNS = (
    "pk", "name", "kind", "attention", "street", "building_number", "postal_code", "town", "country", "phone",
    "language", "currency", "vat_number", "vat_number_state", "logo_sha256",
)  # fmt: skip


def logo_address(organisation_id: int, sha256: str) -> str:
    """Where the logo with this digest is served; empty without one. A new logo has a new address."""
    return reverse("organisations:logo", args=[organisation_id, f"{sha256}.webp"]) if sha256 else ""


def logo_file(organisation_id: int, sha256: str) -> str | None:
    """The file of the logo, while it is the one shown."""
    shown = Organisation.objects.filter(pk=organisation_id, logo_sha256=sha256, deleted_at=None).exclude(logo_file="")
    return shown.values_list("logo_file", flat=True).first()


def organisation_row(organisation_id: int) -> OrganisationRow | None:
    return organisation_rows([organisation_id]).get(organisation_id)


def existing_organisation(organisation_id: int) -> OrganisationRow:
    """The same where there must be one. Raises NotFound for an unknown or deleted organisation."""
    row = organisation_row(organisation_id)
    if row is None:
        raise NotFound
    return row


def organisation_rows(organisation_ids: Iterable[int]) -> dict[int, OrganisationRow]:
    rows = Organisation.objects.filter(pk__in=list(organisation_ids), deleted_at=None).values_list(*_COLUMNS)
    return {row[0]: OrganisationRow(*row) for row in rows}


def organisation_beside(organisation_id: int, **parts: Subquery) -> tuple[OrganisationRow, list[Any]] | None:
    """The row, with what another room keeps about it: expressions on its `pk`, answered in the same statement."""
    rows = Organisation.objects.filter(pk=organisation_id, deleted_at=None).annotate(**parts)
    found = rows.values_list(*_COLUMNS, *parts).first()
    return (OrganisationRow(*found[: len(_COLUMNS)]), list(found[len(_COLUMNS) :])) if found else None


_person_flags: dict[str, Callable[[], Q]] = {"second_factor": lambda: any_factor(of="account_id")}


def add_person_flag(name: str, condition: Callable[[], Q]) -> None:
    """Let the list of memberships say something of its person that another room knows, in the same statement.

    `condition` is about rows whose column `account_id` is the person.
    """
    _person_flags[name] = condition


def membership_rows(account_id: int, *, flags: Sequence[str] = (), limit: int = 500) -> list[MembershipRow]:
    """The organisations a person belongs to, by name, each with the `flags` asked for. One query."""
    rows = _memberships(tuple(flags), limit).rows(account_id, clock.today())
    return [
        MembershipRow(
            number,
            name,
            kind,
            Role(role),
            sees_billing(role, switch=switch),
            frozenset(flag for flag, holds in zip(flags, values, strict=True) if holds),
            logo,
        )
        for number, name, kind, role, switch, logo, *values in rows
    ]


@cache
def _memberships(flags: tuple[str, ...], limit: int) -> Prepared:
    """Every page shows them; writing the statement took several times as long as its answer."""
    columns = ("organisation_id", "organisation__name", "organisation__kind", "role", "pays",
               "organisation__logo_sha256")  # fmt: skip
    said = {flag: ExpressionWrapper(_person_flags[flag](), output_field=BooleanField()) for flag in flags}
    return Prepared(
        lambda account_id, today: (
            Membership.objects.filter(unended(on=today), account_id=account_id, organisation__deleted_at=None)
            .annotate(pays=billing_switch(on=today), **said)
            .order_by("organisation__name", "organisation_id")
            .values_list(*columns, *flags)[:limit]
        ),
        int,
        date,
    )


def billing_recipients(organisation_ids: Iterable[int]) -> dict[int, list[RecipientRow]]:
    """Legal representatives, administrators and bookkeepers by organisation, the longest members first. One query."""
    people = Membership.objects.filter(
        Q(role__in=list(MANAGERS)) | Q(unended("billing_"), has_billing_access=True),
        unended(),
        organisation_id__in=list(organisation_ids),
        account__is_active=True,
    ).order_by("organisation_id", "pk")
    columns = ("organisation_id", "account_id", "account__email", "account__language", "account__first_name",
               "account__last_name", "receives_billing_messages")  # fmt: skip
    found: dict[int, list[RecipientRow]] = {}
    for number, account_id, email, language, first, last, wants in people.values_list(*columns):
        name = f"{first} {last}".strip() or email
        found.setdefault(number, []).append(RecipientRow(number, account_id, email, language, name, wants))
    return found


_MEMBERSHIP = Prepared(
    lambda account_id, organisation_id, today: (
        Membership.objects.filter(
            unended(on=today), account_id=account_id, organisation_id=organisation_id, organisation__deleted_at=None
        )
        .annotate(pays=billing_switch(on=today))
        .values_list("role", "pays", "organisation__requires_second_factor", "organisation_id")
    ),
    int,
    int,
    date,
)
_FIRST_MEMBERSHIP = Prepared(
    lambda account_id, today: (
        Membership.objects.filter(unended(on=today), account_id=account_id, organisation__deleted_at=None)
        .annotate(pays=billing_switch(on=today))
        .order_by("organisation__name", "organisation_id")
        .values_list("role", "pays", "organisation_id")[:1]
    ),
    int,
    date,
)


def standing(actor: Actor, organisation_id: int) -> Actor:
    """The actor with its role in this organisation, None for an outsider. One query, fresh each time (ORG-029)."""
    return entering(actor, organisation_id)[0]


def entering(actor: Actor, organisation_id: int) -> tuple[Actor, bool]:
    """`standing`, and whether the organisation requires a second factor (SEC-039). The same query for both."""
    asked = asked_standing(actor.account_id, organisation_id)
    row = asked.row() if asked else None
    return standing_as(actor, organisation_id, row=row), bool(row and row[2])


def asked_standing(account_id: int | None, organisation_id: int) -> ReadyQuery | None:
    """The query of `standing`, for a door that asks it together with another; none for a stranger."""
    return None if account_id is None else _MEMBERSHIP.ready(account_id, organisation_id, clock.today())


def asked_first_standing(account_id: int | None, *, only: int | None = None) -> ReadyQuery | None:
    """The same for the person's first organisation by name, whichever it is; or for the only one a token opens."""
    if only is not None:
        return asked_standing(account_id, only)
    return None if account_id is None else _FIRST_MEMBERSHIP.ready(account_id, clock.today())


def standing_as(actor: Actor, organisation_id: int, *, row: Sequence[Any] | None) -> Actor:
    """`standing` from the row of that query."""
    if row is None:
        return replace(actor, organisation_id=organisation_id, role=None, has_billing_access=False)
    return actor.at(organisation_id, Role(row[0]), has_billing_access=sees_billing(row[0], switch=row[1]))


def sees_billing(role: str, *, switch: bool) -> bool:
    """Managers always, collaborators with the switch, externals never (ORG-025, Q30)."""
    return role in MANAGERS or (role == Role.COLLABORATOR and switch)


def role_name(role: str) -> str:
    """The role in the active language."""
    return Role(role).label


def kind_name(kind: str) -> str:
    """The kind of organisation in the active language."""
    return str(Organisation.Kind(kind).label)


def country_choices() -> list[tuple[str, str]]:
    """Code and name in the active language, the nearest countries first."""
    return country_names.country_choices(get_language() or "en")


def has_postal_codes(country: str) -> bool:
    """Whether an address there needs a postal code."""
    return country in POSTAL_CODES


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in Organisation.Kind]
