"""Products for tests, made by the real services. Builders set only what the sentence names."""

from __future__ import annotations

import itertools

from stellwerk.foundation import secrets
from stellwerk.foundation.actor import SYSTEM
from stellwerk.products import services
from stellwerk.products.models import Product, ProductTransfer
from stellwerk.products.rules import Right
from stellwerk.products.services import transfers

_numbers = itertools.count(1)


def a_product_of(organisation, offer_code: str = "web-hosting", **more) -> Product:
    """A live product; by default a web hosting paid for a year."""
    entries = {"period_months": 12, "quantity": 1, "source": f"test:{next(_numbers)}", **more}
    new = services.NewProduct(organisation_id=organisation.pk, offer_code=offer_code, **entries)
    return Product.objects.get(pk=services.activate_product(actor=SYSTEM, entries=new))


def a_domain_of(organisation, name: str = "", **more) -> Product:
    return a_product_of(organisation, "domain-ch", name=name or f"name-{next(_numbers)}.ch", **more)


def a_suite_of(organisation, **more) -> Product:
    return a_product_of(organisation, "suite-standard", quantity=more.pop("quantity", 2), **more)


def granted(actor, product: Product, *, to, rights=(Right.TECHNICAL,)) -> None:
    """`actor`, a manager, gives the account `to` rights on the product."""
    services.grant_access(
        actor=actor, organisation_id=product.organisation_id, product_id=product.pk, account_id=to, rights=rights
    )


def given(actor, organisation, *, on=None, kind="", to=None, team=None, rights=(Right.TECHNICAL,), until=None) -> None:
    """`actor` gives the account `to`, or a team, rights on a product, on a kind, or on everything."""
    services.set_access(
        actor=actor,
        organisation_id=organisation.pk,
        holder=services.Holder(account_id=to, team_id=team),
        target=services.Target(product_id=on.pk if on else None, kind_code=kind),
        rights=rights,
        ends_on=until,
    )


def started(boss, *products, way="link", **more) -> ProductTransfer:
    """`boss`, a manager, offers the products to another organisation; by default by a link."""
    entries = {"accepts_terms": True, "confirms_warnings": True, **more}
    return transfers.start_transfer(
        actor=boss,
        organisation_id=boss.organisation_id,
        entries=transfers.NewTransfer(product_ids=tuple(each.pk for each in products), way=way, **entries),
    )


def link_of(transfer: ProductTransfer) -> str:
    return secrets.decrypt(transfer.sealed_link)


def accepted(transfer: ProductTransfer, by) -> ProductTransfer:
    """`by`, a manager of another organisation, takes the products over there."""
    return transfers.accept_transfer(actor=by, raw_link=link_of(transfer), organisation_id=by.organisation_id)
