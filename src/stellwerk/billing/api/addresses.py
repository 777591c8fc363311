"""Billing addresses on the wire. Number 0 is the organisation's own address (BIL-060…063, ORG-016)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.queries.addresses import LARGEST_NUMBER, POSTAL, address_book
from stellwerk.billing.services.addresses import (
    NewAddress,
    add_address,
    change_address,
    change_vat_number,
    remove_address,
)
from stellwerk.foundation.edge.api import (
    LANGUAGES,
    LOCALES,
    ApiRequest,
    Input,
    Listing,
    Output,
    Router,
    page_of,
    success,
)
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.billing.queries.addresses import AddressRow

router = Router("Billing addresses", names={"language": "locale"})
ADDRESSES = "accounts/{organisation_id}/billing-addresses"
ADDRESS = "accounts/{organisation_id}/billing-addresses/{address_id}"
Locale = Literal["de_DE", "en_GB", "es_ES", "fr_FR", "it_IT"]


class AddressOut(Output):
    """`vat_number` null takes the organisation's along; `locale` is the language of the documents."""

    id: int
    is_default: bool
    name: str
    attention: str
    street: str
    building_number: str
    postal_code: str
    town: str
    country: str
    locale: Locale
    email: str | None
    vat_number: str | None


class NewAddressIn(Input):
    """An address beside the organisation's own. Every document issued to it is sent to `email` as well."""

    name: str = Field(min_length=1, max_length=150)
    attention: str = Field(default="", max_length=100)
    street: str = Field(min_length=1, max_length=70)
    building_number: str = Field(default="", max_length=16)
    postal_code: str = Field(default="", max_length=16)
    town: str = Field(min_length=1, max_length=35)
    country: str = Field(min_length=2, max_length=2)
    locale: Locale = "en_GB"
    email: str = Field(default="", max_length=254)
    vat_number: str = Field(default="", max_length=40)


class AddressChange(Input):
    """Only what changes. Of the default address only `vat_number` can change, which is the organisation's, by a
    legal representative and with `accepts_terms`.
    """

    name: str | None = Field(default=None, min_length=1, max_length=150)
    attention: str | None = Field(default=None, max_length=100)
    street: str | None = Field(default=None, min_length=1, max_length=70)
    building_number: str | None = Field(default=None, max_length=16)
    postal_code: str | None = Field(default=None, max_length=16)
    town: str | None = Field(default=None, min_length=1, max_length=35)
    country: str | None = Field(default=None, min_length=2, max_length=2)
    locale: Locale | None = None
    email: str | None = Field(default=None, max_length=254)
    vat_number: str | None = Field(default=None, max_length=40)
    accepts_terms: bool = False


class RemovedAddress(Input):
    """What takes its place where it is in use; 0 is the organisation's own address."""

    replaced_by: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)


@router.get(ADDRESSES, scope="billing", answer=AddressOut, listing=Listing(is_searchable=False))
def addresses(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The organisation's own address, then the added ones by name."""
    asked, book = request.asked, address_book(request.actor, organisation_id)
    part = slice(asked.skip, asked.skip + asked.limit)
    return page_of(request, rows=lambda: [_address(row) for row in book.rows[part]], total=lambda: len(book.rows))


@router.post(ADDRESSES, scope="billing", answer=AddressOut, status=201)
def add(request: ApiRequest, organisation_id: int, entries: NewAddressIn) -> HttpResponse:
    """Add an address."""
    new = NewAddress(**_entries(entries.model_dump()))
    added = add_address(actor=request.actor, organisation_id=organisation_id, entries=new)
    return success(_address(_row(request, organisation_id, added)), status=201)


@router.get(ADDRESS, scope="billing", answer=AddressOut)
def address(request: ApiRequest, organisation_id: int, address_id: int) -> HttpResponse:
    """One address."""
    return success(_address(_row(request, organisation_id, address_id)))


@router.patch(ADDRESS, scope="billing", answer=AddressOut)
def change(request: ApiRequest, organisation_id: int, address_id: int, entries: AddressChange) -> HttpResponse:
    """Change an address for later documents; issued ones keep their text."""
    here: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id}
    present = _row(request, organisation_id, address_id)
    changes = _entries(entries.model_dump(exclude_none=True, exclude={"accepts_terms"}))
    if address_id == POSTAL:
        number = changes.get("vat_number", present.vat_number)
        change_vat_number(**here, vat_number=number, accepts_terms=entries.accepts_terms)
    else:
        before = {name: getattr(present, name) for name in NewAddress.__dataclass_fields__}
        change_address(**here, address_id=address_id, entries=NewAddress(**{**before, **changes}))
    return success(_address(_row(request, organisation_id, address_id)))


@router.delete(ADDRESS, scope="billing")
def remove(request: ApiRequest, organisation_id: int, address_id: int, entries: RemovedAddress) -> HttpResponse:
    """Delete an added address; `replaced_by` takes its place where it is in use."""
    remove_address(
        actor=request.actor, organisation_id=organisation_id, address_id=address_id, replaced_by=entries.replaced_by
    )
    return success(data=True)


def _row(request: ApiRequest, organisation_id: int, address_id: int) -> AddressRow:
    rows = address_book(request.actor, organisation_id).rows
    found = next((each for each in rows if each.id == address_id), None)
    if found is None:
        raise NotFound
    return found


def _entries(sent: dict[str, Any]) -> dict[str, Any]:
    """The wire's words in those of the room."""
    named = {("language" if name == "locale" else name): value for name, value in sent.items()}
    return {**named, "language": LANGUAGES[named["language"]]} if "language" in named else named


def _address(row: AddressRow) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name not in ("language", "vat_number_state")}
    return {
        **values,
        "is_default": row.is_default,
        "locale": LOCALES[row.language],
        "email": row.email or None,
        "vat_number": row.vat_number or None,
    }
