"""What is sent where an empty form or a made-up body says nothing about rights.

Forms are sent empty otherwise; bodies of commands are made up from their schema. Values may be functions of the World.
"""

from __future__ import annotations

from typing import Any

from stellwerk.organisations.tests.builders import PASSWORD
from tests.permissions.world import OF_EVERYBODY

FORMS: dict[str, dict[str, Any]] = {
    "/o/{organisation_id}/tags": {"name": "New tag", "color": "blue"},
    "/o/{organisation_id}/tags/{tag_id}": {"name": "Another name", "color": "blue"},
    "/organisations/switch": {"organisation": lambda world: world.acme.pk},
    "/o/{organisation_id}/cart/lines": {"offer_code": "domain-ch"},
    "/transfers/{transfer_link}/acceptance": {"organisation": lambda world: world.acme.pk},
    "/order/choices": {"offer_code": "domain-ch"},
    "/o/{organisation_id}/checkout/organisation": {"organisation": lambda world: world.acme.pk},
}
_AN_ADDRESS = {"street": "Gasse", "postal_code": "3011", "town": "Bern", "country": "CH"}
_A_NAMED_ADDRESS = {"name": "Filiale", **_AN_ADDRESS}
_PEOPLE: Any = lambda world: {"user_ids": [world.people["normal"].pk]}  # noqa: E731  like the values above
_TICKED = {"accepts_terms": True, "confirms_warnings": True}
BODIES: dict[str, Any] = {
    "POST /api/2/profile/emails": {"type": "recovery", "email": "r@example.net", "password": "wrong"},
    "POST /api/2/profile/phones": {"phone": "+41791234567", "password": "wrong"},
    "POST /api/2/profile/tokens": {"name": "curl", "scopes": ["products"], "password": PASSWORD},
    "POST /api/2/profile/applications/passwords": {"name": "Phone", "password": PASSWORD},
    "DELETE /api/2/profile/second-factor/methods/{method}/{factor_id}": {"password": "wrong"},
    "POST /api/2/profile/second-factor/recovery-codes": {"password": "wrong"},
    "POST /api/2/profile/second-factor/passkeys/challenges": {"name": "Key", "password": "wrong"},
    "POST /api/2/profile/second-factor/approve/links": {"password": "wrong"},
    "POST /api/2/profile/second-factor/sms/challenges": {"phone": "+41791234567", "password": "wrong"},
    "POST /api/1/accounts/{organisation_id}/payments": (
        lambda world: {"items": [{"product_id": world.own("product_id", "owner")}], "means": "prepaid"}
    ),
    "POST /api/1/accounts/{organisation_id}/billing-addresses": _A_NAMED_ADDRESS,
    "PATCH /api/1/accounts/{organisation_id}/billing-addresses/{address_id}": {"attention": "Frau Frei"},
    "PATCH /api/1/accounts/{organisation_id}/cart": {"billing_address_id": 0},
    "POST /api/1/accounts/{organisation_id}/prepaid/withdrawals": {
        "amount": 100,
        "currency": "CHF",
        "holder": "Acme AG",
        "iban": "CH9300762011623852957",
        "password": PASSWORD,
    },
    "PATCH /api/1/accounts/{organisation_id}/renewals": (
        lambda world: {"product_ids": [world.own("product_id", "owner")], "is_automatic": False}
    ),
    "PATCH /api/1/products/{product_id}": {"internal_name": "Shop"},
    "PATCH /api/1/accounts/{organisation_id}/products/{product_id}": {"internal_name": "Shop"},
    "POST /api/1/accounts/{organisation_id}/tags/{tag_id}/products": (
        lambda world: {"product_ids": [world.own("product_id", "owner")]}
    ),
    "PATCH /api/1/accounts/{organisation_id}/tags/{tag_id}/products": (
        lambda world: {"product_ids": [world.own("product_id", "owner")], "is_carried": True}
    ),
    "POST /api/1/accounts/{organisation_id}/transfers": (
        lambda world: {"product_ids": [world.own("product_id", "owner")], "way": "link", **_TICKED}
    ),
    "POST /api/1/transfers/accept": lambda world: {"link": OF_EVERYBODY["transfer_link"], "account_id": world.acme.pk},
    "POST /api/1/transfers/decline": {"link": OF_EVERYBODY["transfer_link"]},
    "PUT /api/2/accounts/{organisation_id}/users/{user_id}/permissions": {"permissions": ["all"]},
    "PUT /api/1/accounts/{organisation_id}/teams/{team_id}/permissions": {"permissions": ["all"]},
    "POST /api/1/accounts": {"name": "Neue AG", "legal_entity_type": "company", **_AN_ADDRESS},
    "POST /api/1/accounts/{organisation_id}/teams/{team_id}/users": _PEOPLE,
    "PATCH /api/1/accounts/{organisation_id}/teams/{team_id}/users": _PEOPLE,
    "DELETE /api/1/accounts/{organisation_id}/teams/{team_id}/users": _PEOPLE,
}

# Made-up values by the name of a field.
BY_NAME: dict[str, Any] = {
    "email": "new.person@example.ch",
    "phone": "+41791234567",
    "country": "CH",
    "locale": "de_DE",
    "postal_code": "3011",
    "password": "seven quiet herons cross",
}


def made_up(schema: dict[str, Any], definitions: dict[str, Any], name: str = "") -> Any:
    """The smallest value a JSON schema accepts."""
    if "$ref" in schema:
        return made_up(definitions[schema["$ref"].rpartition("/")[2]], definitions, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return made_up(schema["anyOf"][0], definitions, name)
    if name in BY_NAME:
        return BY_NAME[name]
    kind = schema.get("type", "object")
    if kind == "object":
        required = schema.get("required", ())
        return {key: made_up(schema["properties"][key], definitions, key) for key in required}
    if kind == "array":
        return [made_up(schema["items"], definitions)] * schema.get("minItems", 0)
    if schema.get("format") == "date":
        return "2027-01-31"
    plain = {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": True, "null": None}
    return plain.get(kind, "x" * max(3, schema.get("minLength", 1)))
