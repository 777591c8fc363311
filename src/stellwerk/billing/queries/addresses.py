"""The billing addresses of an organisation, and the party that an invoice to one of them names (BIL-060…063)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Subquery

from stellwerk.billing import policy
from stellwerk.billing.models import BillingAddress, ProductAddress
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import JsonRows
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.queries import OrganisationRow
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stellwerk.foundation.actor import Actor

POSTAL: Final = 0  # stands for the organisation's own address, wherever an address is named by its number
LARGEST_NUMBER: Final = 2**53 - 1  # what an address's number can be: JSON carries no larger one exactly


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One billing address; `id` POSTAL is the organisation's own. `vat_number` "" takes the organisation's along."""

    id: int
    name: str
    attention: str
    street: str
    building_number: str
    postal_code: str
    town: str
    country: str
    language: str
    email: str
    vat_number: str
    vat_number_state: str

    @property
    def is_default(self) -> bool:
        return self.id == POSTAL

    @property
    def label(self) -> str:
        """In a list to choose from: who and where."""
        return _label(self.name, self.attention, self.town)


@dataclass(frozen=True, slots=True)
class Invoiced(OrganisationRow):
    """An organisation as invoices to an additional address name it. Number, kind and currency stay the organisation's.

    A private person is taxed where it lives, wherever its invoices go: `home_country` and `home_postal_code`.
    """

    address_id: int = POSTAL
    document_email: str = ""
    home_country: str = ""
    home_postal_code: str = ""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Where invoices of an organisation can go: its postal address, and those it added, by name.

    `by_product` names the added address that a product's renewals go to (BIL-062).
    """

    organisation: OrganisationRow
    added: tuple[AddressRow, ...]
    by_product: Mapping[int, int] = field(default_factory=dict)

    @property
    def default(self) -> AddressRow:
        return postal_row(self.organisation)

    @property
    def rows(self) -> tuple[AddressRow, ...]:
        return (self.default, *self.added)

    def address_id(self, product_id: int | None, *, chosen: int | None = None) -> int:
        """The address chosen for a payment, else the product's, else the postal one; None is a product without one."""
        if chosen is not None:
            return chosen
        return self.by_product.get(product_id, POSTAL) if product_id else POSTAL

    def recipient(self, address_id: int) -> OrganisationRow:
        """Whom a document to this address names. Raises NotFound for one that is none of the organisation's."""
        if address_id == POSTAL:
            return self.organisation
        found = next((each for each in self.added if each.id == address_id), None)
        if found is None:
            raise NotFound
        return invoiced_at(self.organisation, found)


_COLUMNS: Final = (
    "id", "name", "attention", "street", "building_number", "postal_code", "town", "country", "language", "email",
    "vat_number", "vat_number_state",
)  # fmt: skip
_PRINTED: Final = ("name", "attention", "street", "building_number", "postal_code", "town", "country", "language")


def address_book(actor: Actor, organisation_id: int) -> AddressBook:
    """All addresses of an organisation. One query. Raises NotFound, AccessDenied."""
    require(policy.can_see_billing(actor, organisation_id))
    return book_of(organisation_id)


def book_of(organisation_id: int) -> AddressBook:
    """The same for services that have asked the policy already."""
    kept = BillingAddress.objects.filter(organisation_id=OuterRef("pk")).annotate(found=JsonRows(*_COLUMNS))
    used = ProductAddress.objects.filter(organisation_id=OuterRef("pk"))
    used = used.annotate(found=JsonRows("product_id", "address_id"))
    found = organisations.organisation_beside(
        organisation_id, billing_addresses=Subquery(kept.values("found")), addressed=Subquery(used.values("found"))
    )
    if found is None:
        raise NotFound
    organisation, (rows, products) = found
    added = sorted((AddressRow(*row) for row in rows), key=lambda row: (row.name, row.id))
    return AddressBook(organisation, tuple(added), dict(products))


def addresses_of_products(organisation_ids: Collection[int]) -> dict[tuple[int, int], AddressRow]:
    """The added addresses that renewals go to, by organisation and product. One query."""
    columns = [f"address__{name}" for name in _COLUMNS]
    found = ProductAddress.objects.filter(organisation_id__in=list(organisation_ids))
    return {
        (organisation_id, product_id): AddressRow(*values)
        for organisation_id, product_id, *values in found.values_list("organisation_id", "product_id", *columns)
    }


def address_label(actor: Actor, organisation_id: int, *, product_id: int) -> str:
    """Where the renewals of a product go, in one line; "" for whoever does not see the accounting, and where there is
    the postal address only. At most one query.
    """
    if not policy.can_see_billing(actor, organisation_id):
        return ""
    theirs = ProductAddress.objects.filter(address=OuterRef("pk"), product_id=product_id)
    added = BillingAddress.objects.filter(organisation_id=organisation_id).annotate(is_chosen=Exists(theirs))
    columns = ("name", "attention", "town")
    own = [f"organisation__{name}" for name in columns]
    found = added.order_by("-is_chosen").values_list("is_chosen", *columns, *own).first()
    if found is None:
        return ""
    is_chosen, *parts = found
    return _label(*parts[:3]) if is_chosen else _label(*parts[3:])


products.know_invoice_addresses(address_label)


def added_addresses(organisation_id: int) -> tuple[AddressRow, ...]:
    """Those beside the postal address, by name. One query."""
    found = BillingAddress.objects.filter(organisation_id=organisation_id).order_by("name", "pk")
    return tuple(AddressRow(*row) for row in found.values_list(*_COLUMNS))


def has_address(organisation_id: int, address_id: int) -> bool:
    """Whether the address is the organisation's; another one's does not exist."""
    return (
        address_id == POSTAL or BillingAddress.objects.filter(pk=address_id, organisation_id=organisation_id).exists()
    )


def row_of(address: BillingAddress) -> AddressRow:
    return AddressRow(*(getattr(address, name) for name in _COLUMNS))


def postal_row(organisation: OrganisationRow) -> AddressRow:
    values = {name: getattr(organisation, name) for name in (*_PRINTED, "vat_number", "vat_number_state")}
    return AddressRow(id=POSTAL, email="", **values)


def invoiced_at(organisation: OrganisationRow, address: AddressRow | None) -> OrganisationRow:
    """The party on an invoice to this address; None is the postal one."""
    if address is None or address.is_default:
        return organisation
    inherited = organisation.vat_number_in(address.country)
    state = address.vat_number_state if address.vat_number else organisation.vat_number_state if inherited else ""
    named = {name: getattr(address, name) for name in _PRINTED}
    changed = replace(organisation, **named, vat_number=address.vat_number or inherited, vat_number_state=state)
    values = {name: getattr(changed, name) for name in OrganisationRow.__dataclass_fields__}
    return Invoiced(
        **values,
        address_id=address.id,
        document_email=address.email,
        home_country=organisation.country,
        home_postal_code=organisation.postal_code,
    )


def _label(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def address_id_of(recipient: OrganisationRow) -> int:
    """Which address a document to this party goes to."""
    return recipient.address_id if isinstance(recipient, Invoiced) else POSTAL
