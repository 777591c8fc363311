"""Managers give and withdraw product rights (ORG-045…051)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import Actor, Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.identity import queries as identity
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.events import AccessGranted, AccessWithdrawn
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.rules import LIVE, Right

if TYPE_CHECKING:
    from collections.abc import Collection


@transaction.atomic
def grant_access(
    *, actor: Actor, organisation_id: int, product_id: int, account_id: int, rights: Collection[Right]
) -> None:
    """Set the rights of a collaborator or external on one product; exactly these hold from now on.

    The same rights again change nothing; no rights at all is a withdrawal. Publishes AccessGranted.
    Raises NotFound for a foreign product or person, AccessDenied for others than managers, Invalid for a right that
    the kind does not offer or a person who sees everything anyway.
    """
    require(policy.can_manage_access(actor, organisation_id))
    product = Product.objects.locked(product_id, organisation_id=organisation_id)
    _require_grantable(product, account_id, rights)
    if not rights:
        withdraw_access(actor=actor, organisation_id=organisation_id, product_id=product_id, account_id=account_id)
        return
    held = ProductGrant.objects.filter(product=product, account_id=account_id)
    missing = set(rights) - {Right(each) for each in held.values_list("right", flat=True)}
    too_many = held.exclude(right__in=list(rights)).delete()[0]
    if not missing and not too_many:
        return
    ProductGrant.objects.bulk_create(
        ProductGrant(
            organisation_id=organisation_id,
            product=product,
            account_id=account_id,
            right=right,
            granted_at=clock.now(),
        )
        for right in sorted(missing)
    )
    person, names = _name_of(account_id), ", ".join(sorted(rights))
    event = AccessGranted(**product.identity, account_id=account_id, person=person, rights=names)
    events.publish(event, actor=actor)


@transaction.atomic
def withdraw_access(*, actor: Actor, organisation_id: int, product_id: int, account_id: int) -> None:
    """Take all rights of a person on a product, effective at once (ORG-051). A second call does nothing.

    Publishes AccessWithdrawn. Raises NotFound, AccessDenied.
    """
    require(policy.can_manage_access(actor, organisation_id))
    product = Product.objects.locked(product_id, organisation_id=organisation_id)
    if not ProductGrant.objects.filter(product=product, account_id=account_id).delete()[0]:
        return
    event = AccessWithdrawn(**product.identity, account_id=account_id, person=_name_of(account_id))
    events.publish(event, actor=actor)


@transaction.atomic
def forget_person(*, organisation_id: int, account_id: int) -> None:
    """Whoever has left holds no rights, and gets none back by returning (ORG-057).

    System-only: follows the end of the membership.
    """
    ProductGrant.objects.filter(organisation_id=organisation_id, account_id=account_id).delete()


def _require_grantable(product: Product, account_id: int, rights: Collection[Right]) -> None:
    person = organisations.standing(Actor(account_id=account_id), product.organisation_id)
    if person.role is None:
        raise NotFound
    if person.role not in (Role.COLLABORATOR, Role.EXTERNAL):
        text = _("Legal representatives and administrators see every product without a grant.")
        raise Invalid(FieldError("account_id", "not_in", text))
    kind = product.kind
    wrong = set(rights) - set(kind.rights if kind else Right)
    if wrong or product.state not in LIVE:
        text = _("This product does not offer these rights.")
        raise Invalid(FieldError("rights", "in", text, tuple(kind.rights) if kind else ()))


def _name_of(account_id: int) -> str:
    account = identity.account_row(account_id)
    return account.display_name if account else str(account_id)
