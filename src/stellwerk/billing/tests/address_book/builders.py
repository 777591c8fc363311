"""Billing addresses for tests, made by the real service. Builders set only what the sentence names."""

from __future__ import annotations

from stellwerk.billing.services.addresses import NewAddress, add_address
from stellwerk.organisations.tests.builders import a_legal_representative_of

_PLACES = {
    "CH": ("Kramgasse", "3011", "Bern"), "DE": ("Hafenstraße", "78462", "Konstanz"),
    "FR": ("rue des Forgerons", "25000", "Besançon"), "US": ("Main Street", "10001", "New York"),
}  # fmt: skip


def entries(name: str = "Filiale Thun", *, country: str = "CH", **more) -> NewAddress:
    street, postal_code, town = _PLACES[country]
    return NewAddress(
        **{
            "name": name, "street": street, "building_number": "4", "postal_code": postal_code, "town": town,
            "country": country, "language": "en", **more,
        }
    )  # fmt: skip


def an_address(organisation, name: str = "Filiale Thun", *, actor=None, **more) -> int:
    actor = actor or a_legal_representative_of(organisation)
    return add_address(actor=actor, organisation_id=organisation.pk, entries=entries(name, **more))
