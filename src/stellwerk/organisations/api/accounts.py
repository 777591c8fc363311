"""`accounts`: the caller's organisations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from pydantic import Field

from stellwerk.foundation import clock
from stellwerk.foundation.edge.api import (
    LANGUAGE_IDS,
    LANGUAGES,
    LOCALES,
    ApiRequest,
    Input,
    Listing,
    Output,
    Router,
    page_of,
    seconds,
    success,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries
from stellwerk.organisations.services import NewOrganisation, found_organisation
from stellwerk.organisations.services.edit_organisation import edit_organisation

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.organisations.queries import ListedOrganisation

router = Router("Accounts", names={"kind": "legal_entity_type", "language": "locale"})

INCLUDE = (
    "addresses", "logo", "tags", "nb_users", "nb_invitations", "count_owners", "vat_number", "order", "timezone",
    "website", "phone",
)  # fmt: skip
LISTING = Listing(order=("id", "name", "created_at"), include=INCLUDE)
ONE = Listing(include=INCLUDE, is_one=True)
Kind = Literal["company", "individual", "association", "public_body"]
Locale = Literal["de_DE", "en_GB", "es_ES", "fr_FR", "it_IT"]


class PostalAddressOut(Output):
    type: Literal["postal"]
    attention: str | None
    street: str | None
    building_number: str | None
    postal_code: str | None
    town: str | None
    country: str | None


class AccountTagOut(Output):
    id: int
    name: str
    color: str


class AccountOut(Output):
    """An organisation and the caller's place in it. From `addresses` on, `with=` asks for the fields."""

    id: int
    name: str
    legal_entity_type: Kind
    created_at: int
    locale: Locale
    language_id: int
    type: Literal["owner", "admin", "normal", "external"]
    billing: bool
    mailing: bool
    has_2fa_required: bool
    is_customer: bool
    addresses: list[PostalAddressOut] | None = None
    logo: str | None = None
    tags: list[AccountTagOut] | None = None
    nb_users: int | None = None
    nb_invitations: int | None = None
    count_owners: int | None = None
    vat_number: str | None = None
    order: int | None = None
    timezone: str | None = None
    website: str | None = None
    phone: str | None = None


class NewAccountIn(Input):
    """The coordinates of a new organisation; its founder becomes its legal representative."""

    name: str = Field(min_length=1, max_length=150)
    legal_entity_type: Kind
    street: str = Field(min_length=1, max_length=70)
    building_number: str = Field(default="", max_length=16)
    postal_code: str = Field(default="", max_length=16)
    town: str = Field(min_length=1, max_length=35)
    country: str = Field(min_length=2, max_length=2)
    attention: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    vat_number: str = Field(default="", max_length=40)
    locale: Locale = "en_GB"


class AccountChange(Input):
    """Only what changes. The general terms must be accepted with it (ORG-012)."""

    name: str | None = Field(default=None, min_length=1, max_length=150)
    legal_entity_type: Kind | None = None
    street: str | None = Field(default=None, min_length=1, max_length=70)
    building_number: str | None = Field(default=None, max_length=16)
    postal_code: str | None = Field(default=None, max_length=16)
    town: str | None = Field(default=None, min_length=1, max_length=35)
    country: str | None = Field(default=None, min_length=2, max_length=2)
    attention: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)
    vat_number: str | None = Field(default=None, max_length=40)
    locale: Locale | None = None
    accepts_terms: bool = False


@router.get("accounts", scope="accounts", answer=AccountOut, listing=LISTING)
def accounts(request: ApiRequest) -> HttpResponse:
    """The organisations the caller belongs to."""
    asked, me = request.asked, request.actor.account_id or 0
    which: dict[str, Any] = {"organisation_id": request.actor.only_organisation_id, "search": asked.search}

    def rows() -> list[dict[str, Any]]:
        found = queries.listed_organisations(
            me, **which, order=asked.order, figures=asked.include, limit=asked.limit, skip=asked.skip
        )
        return [_account(row, asked.include) for row in found]

    return page_of(request, rows=rows, total=lambda: queries.listed_organisation_total(me, **which))


@router.get("accounts/{organisation_id}", scope="accounts", answer=AccountOut, listing=ONE)
def account(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """One organisation."""
    return success(_one(request, organisation_id))


@router.post("accounts", scope="accounts", answer=AccountOut, status=201)
def create_account(request: ApiRequest, entries: NewAccountIn) -> HttpResponse:
    """Found an organisation."""
    made = found_organisation(actor=request.actor, entries=NewOrganisation(**_coordinates(entries.model_dump())))
    return success(_one(request, made.pk), status=201)


@router.patch("accounts/{organisation_id}", scope="accounts", answer=AccountOut)
def change_account(request: ApiRequest, organisation_id: int, entries: AccountChange) -> HttpResponse:
    """Change coordinates; for legal representatives only."""
    row = queries.existing_organisation(organisation_id)
    names = (
        "name", "kind", "attention", "street", "building_number", "postal_code", "town", "country", "phone",
        "vat_number", "language",
    )  # fmt: skip
    before = NewOrganisation(**{name: getattr(row, name) for name in names})
    changes = _coordinates(entries.model_dump(exclude_none=True, exclude={"accepts_terms"}))
    edit_organisation(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=replace(before, **changes),
        accepts_terms=entries.accepts_terms,
    )
    return success(_one(request, organisation_id))


def _coordinates(values: dict[str, Any]) -> dict[str, Any]:
    """Names of the wire as the service's."""
    names = {"legal_entity_type": "kind", "locale": "language"}
    found = {names.get(name, name): value for name, value in values.items()}
    if "language" in found:
        found["language"] = LANGUAGES[found["language"]]
    return found


def _one(request: ApiRequest, organisation_id: int) -> dict[str, Any]:
    include = getattr(request, "asked", None)
    wanted = include.include if include else frozenset()
    me = request.actor.account_id or 0
    found = queries.listed_organisations(me, organisation_id=organisation_id, figures=wanted, limit=1)
    if not found:
        raise NotFound
    return _account(found[0], wanted)


def _account(row: ListedOrganisation, include: frozenset[str]) -> dict[str, Any]:
    out = {
        "id": row.id,
        "name": row.name,
        "legal_entity_type": row.kind,
        "created_at": seconds(row.created_at),
        "locale": LOCALES[row.language],
        "language_id": LANGUAGE_IDS[row.language],
        "type": row.role,
        "billing": row.has_billing_access,
        "mailing": row.receives_product_messages,
        "has_2fa_required": row.requires_second_factor,
        "is_customer": True,
    }
    return {**out, **{name: _more(row, name) for name in INCLUDE if name in include}}


def _more(row: ListedOrganisation, name: str) -> Any:
    """What `with=` adds. An organisation has no website or place in an order yet; its tags, the products room knows.
    `logo` is the address of the picture, for people who are signed in.
    """
    if name in row.figures:
        return row.figures[name]
    if name == "addresses":
        names = ("attention", "street", "building_number", "postal_code", "town", "country")
        return [{"type": "postal", **{each: getattr(row, each) or None for each in names}}]
    values: dict[str, Any] = {
        "vat_number": row.vat_number or None,
        "phone": row.phone or None,
        "logo": f"{settings.SITE_URL.rstrip('/')}{row.logo_url}" if row.logo_url else None,
        "timezone": str(clock.operator_zone()),
    }
    return values.get(name)
