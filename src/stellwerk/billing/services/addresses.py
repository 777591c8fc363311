"""The billing addresses an organisation adds to its postal one (BIL-060…063, ORG-016)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import (
    BillingAddressAdded,
    BillingAddressChanged,
    BillingAddressRemoved,
    ProductAddressChosen,
)
from stellwerk.billing.models import BillingAddress, Cart, OrderAddress, ProductAddress
from stellwerk.billing.queries.addresses import POSTAL, invoiced_at, row_of
from stellwerk.billing.queries.parties import treatment_for
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert, insert_many
from stellwerk.identity.services.entries import LANGUAGES, normalised_login
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services import NewOrganisation
from stellwerk.organisations.services.edit_organisation import edit_organisation
from stellwerk.organisations.services.entries import checked_organisation
from stellwerk.organisations.services.locks import hold_open
from stellwerk.products.queries import owned_products
from stellwerk.products.services import BatchChange, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct

MOST_ADDRESSES = 200
_FIELDS = (
    "name", "attention", "street", "building_number", "postal_code", "town", "country", "language", "email",
    "vat_number",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """The entries of the form. An empty `vat_number` takes the organisation's along."""

    name: str
    street: str
    postal_code: str
    town: str
    country: str
    language: str
    building_number: str = ""
    attention: str = ""
    email: str = ""
    vat_number: str = ""


@transaction.atomic
def add_address(*, actor: Actor, organisation_id: int, entries: NewAddress) -> int:
    """Add an address; answers its number. Publishes BillingAddressAdded.

    Refusals in order: not found, no_billing_right, Invalid with every refused field (VAT-007, VAT-008; `country`
    where nothing could be sold to), billing_addresses_full.
    """
    require(policy.can_manage_addresses(actor, organisation_id))
    organisation = _held_organisation(organisation_id)
    checked = _checked(organisation, entries)
    if BillingAddress.objects.filter(organisation_id=organisation_id).count() >= MOST_ADDRESSES:
        raise refusal("billing_addresses_full", maximum=MOST_ADDRESSES)
    added = insert(BillingAddress(organisation_id=organisation_id, created_at=clock.now(), **asdict(checked)))
    event = BillingAddressAdded(organisation_id=organisation_id, address_id=added.pk, name=added.name)
    events.publish(event, actor=actor)
    return added.pk


@transaction.atomic
def change_address(*, actor: Actor, organisation_id: int, address_id: int, entries: NewAddress) -> None:
    """Replace the entries of an added address; later documents name the new ones, issued ones the old (BIL-063).

    The same entries again change nothing. Refusals as for adding. Publishes BillingAddressChanged.
    """
    require(policy.can_manage_addresses(actor, organisation_id))
    organisation = _held_organisation(organisation_id)
    address = _locked(organisation_id, address_id)
    wanted = asdict(_checked(organisation, entries))
    changed = [name for name in _FIELDS if getattr(address, name) != wanted[name]]
    if not changed:
        return
    before = {name: getattr(address, name) for name in changed}
    for name in changed:
        setattr(address, name, wanted[name])
    if "vat_number" in changed:
        address.vat_number_state = ""
    address.save(update_fields=[*changed, "vat_number_state"])
    event = BillingAddressChanged(
        organisation_id=organisation_id,
        address_id=address.pk,
        name=address.name,
        before=before,
        after={name: wanted[name] for name in changed},
    )
    events.publish(event, actor=actor)


@transaction.atomic
def remove_address(*, actor: Actor, organisation_id: int, address_id: int, replaced_by: int | None = None) -> None:
    """Delete an added address. Where something points to it, `replaced_by` takes its place (BIL-063), POSTAL too.

    Refusals in order: not found, no_billing_right, not found for the address, Invalid for a replacement that is none,
    billing_address_in_use. Publishes BillingAddressRemoved.
    """
    require(policy.can_manage_addresses(actor, organisation_id))
    _held_organisation(organisation_id)
    address = _locked(organisation_id, address_id)
    replacement = _replacement(address, replaced_by)
    if replaced_by is None and _is_used(address):
        raise refusal("billing_address_in_use", name=address.name)
    _move_uses(address, replacement)
    removed = BillingAddressRemoved(
        organisation_id=organisation_id,
        address_id=address.pk,
        name=address.name,
        replacement=replacement.name if replacement else "",
    )
    address.delete()
    events.publish(removed, actor=actor)


@transaction.atomic
def change_vat_number(*, actor: Actor, organisation_id: int, vat_number: str, accepts_terms: bool) -> None:
    """The number of the default billing address is the organisation's: one value, two places (ORG-016).

    Refusals as for the organisation's data: a legal representative changes it, with the terms ticked (VAT-006,
    VAT-014).
    """
    require(policy.can_see_billing(actor, organisation_id))
    row = organisations.existing_organisation(organisation_id)
    entries = NewOrganisation(
        name=row.name, kind=row.kind, attention=row.attention, street=row.street,
        building_number=row.building_number, postal_code=row.postal_code, town=row.town, country=row.country,
        phone=row.phone, language=row.language, vat_number=vat_number,
    )  # fmt: skip
    edit_organisation(actor=actor, organisation_id=organisation_id, entries=entries, accepts_terms=accepts_terms)


@transaction.atomic
def choose_cart_address(*, actor: Actor, organisation_id: int, address_id: int) -> None:
    """Where the invoice of the next order goes; the cart is priced with its VAT from now on (BIL-060, ORD-010).

    Refusals in order: not found, no_billing_right, Invalid for an address that is none of the organisation's.
    """
    require(policy.can_order(actor, organisation_id))
    hold_open(organisation_id)
    if address_id != POSTAL and not _lock_address(organisation_id, address_id):
        raise Invalid(_no_address("billing_address_id"))
    chosen = None if address_id == POSTAL else address_id
    Cart.objects.filter(organisation_id=organisation_id).update(billing_address_id=chosen)


@transaction.atomic
def choose_product_address(
    *, actor: Actor, organisation_id: int, product_ids: Collection[int], address_id: int
) -> list[BatchChange]:
    """Where the renewals of products are invoiced to from now on (BIL-062); POSTAL ends a choice. All or none.

    Refusals in order: not found, no_billing_right, Invalid for an address that is none of the organisation's, not
    found for a product. Publishes ProductAddressChosen for each that changed.
    """
    require(policy.can_manage_addresses(actor, organisation_id))
    organisation = _held_organisation(organisation_id)
    address = _lock_address(organisation_id, address_id) if address_id != POSTAL else None
    if address is None and address_id != POSTAL:
        raise Invalid(_no_address("billing_address_id"))
    asked = tuple(dict.fromkeys(product_ids))
    owned = owned_products(asked)
    if any(pk not in owned or owned[pk].organisation_id != organisation_id or not owned[pk].is_live for pk in asked):
        raise NotFound
    products = [owned[pk] for pk in asked]
    changed = invoice_renewals_to(actor=actor, organisation=organisation, address=address, products=products)
    outcomes = {True: Outcome.CHANGED, False: Outcome.UNCHANGED}
    return [BatchChange(pk, owned[pk].title, outcomes[pk in changed]) for pk in asked]


@transaction.atomic
def invoice_renewals_to(
    *, actor: Actor, organisation: OrganisationRow, address: BillingAddress | None, products: Sequence[OwnedProduct]
) -> list[int]:
    """Write the choice for products of a held organisation; None is its own address. Answers those that changed.

    System-only: a step of use cases that have asked the policy. Publishes ProductAddressChosen for each that changed.
    """
    address_id, name = (address.pk, address.name) if address else (POSTAL, organisation.name)
    uses = ProductAddress.objects.filter(organisation_id=organisation.id, product_id__in=[each.id for each in products])
    before = dict(uses.values_list("product_id", "address_id"))
    changed = [each for each in products if before.get(each.id, POSTAL) != address_id]
    uses.filter(product_id__in=[each.id for each in changed]).delete()
    if address is not None:
        row = {"organisation_id": organisation.id, "address": address}
        insert_many([ProductAddress(**row, product_id=each.id) for each in changed])
    told = [
        ProductAddressChosen(
            organisation_id=organisation.id, product_id=each.id, name=each.title, address_id=address_id, address=name
        )
        for each in changed
    ]
    events.publish_many(told, actor=actor)
    return [each.id for each in changed]


@transaction.atomic
def forget_product(*, organisation_id: int, product_id: int) -> None:
    """System-only: the product has ended or moved away; this organisation renews it no more."""
    ProductAddress.objects.filter(organisation_id=organisation_id, product_id=product_id).delete()


@transaction.atomic
def forget_addresses(*, organisation_id: int) -> None:
    """System-only: the organisation is deleted; its documents keep their own text (INV-011)."""
    Cart.objects.filter(organisation_id=organisation_id).update(billing_address=None)
    ProductAddress.objects.filter(organisation_id=organisation_id).delete()
    OrderAddress.objects.filter(address__organisation_id=organisation_id).delete()
    BillingAddress.objects.filter(organisation_id=organisation_id).delete()


def _held_organisation(organisation_id: int) -> OrganisationRow:
    hold_open(organisation_id)
    return organisations.existing_organisation(organisation_id)


def _locked(organisation_id: int, address_id: int) -> BillingAddress:
    address = _lock_address(organisation_id, address_id)
    if address is None:
        raise NotFound
    return address


def _lock_address(organisation_id: int, address_id: int) -> BillingAddress | None:
    return BillingAddress.objects.select_for_update().filter(pk=address_id, organisation_id=organisation_id).first()


def _replacement(address: BillingAddress, replaced_by: int | None) -> BillingAddress | None:
    """None stands for the postal address."""
    if replaced_by in (None, POSTAL):
        return None
    others = BillingAddress.objects.filter(organisation_id=address.organisation_id).exclude(pk=address.pk)
    found = others.select_for_update().filter(pk=replaced_by).first()
    if found is None:
        raise Invalid(_no_address("replaced_by"))
    return found


def _no_address(field: str) -> FieldError:
    return FieldError(field, "in", _("Choose one of the billing addresses."))


def _is_used(address: BillingAddress) -> bool:
    return (
        ProductAddress.objects.filter(address=address).exists()
        or Cart.objects.filter(billing_address=address, lines__isnull=False).exists()
        or OrderAddress.objects.filter(address=address).exists()
    )


def _move_uses(address: BillingAddress, replacement: BillingAddress | None) -> None:
    Cart.objects.filter(billing_address=address).update(billing_address=replacement)
    for uses in (ProductAddress.objects.filter(address=address), OrderAddress.objects.filter(address=address)):
        if replacement is None:
            uses.delete()
        else:
            uses.update(address=replacement)


def _checked(organisation: OrganisationRow, entries: NewAddress) -> NewAddress:
    """The entries as stored: judged like the organisation's own, its kind with them."""
    refused: list[FieldError] = []
    email = ""
    if entries.email.strip():
        try:
            email = normalised_login(entries.email)
        except Invalid as bad:
            refused += bad.errors
    if entries.language not in LANGUAGES:
        refused.append(FieldError("language", "in", _("Choose one of the offered values."), tuple(LANGUAGES)))
    values = {name: value for name, value in asdict(entries).items() if name != "email"}
    try:
        tidy = asdict(checked_organisation(NewOrganisation(kind=organisation.kind, **values)))
    except Invalid as bad:
        refused += bad.errors
    if refused:
        raise Invalid(*refused)
    checked = NewAddress(**{name: tidy[name] for name in _FIELDS if name != "email"}, email=email)
    _refuse_unsold(organisation, checked)
    return checked


def _refuse_unsold(organisation: OrganisationRow, checked: NewAddress) -> None:
    """An address that no invoice could be issued to helps nobody, and would stop the renewals billed to it."""
    address = row_of(BillingAddress(**asdict(checked)))
    try:
        treatment_for(invoiced_at(organisation, address), on=clock.today())
    except BillingRefused as refused:
        text = refusal(refused.code, **refused.context).sentence()
        raise Invalid(FieldError("country", refused.code, text)) from refused
