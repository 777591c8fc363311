"""Managers give and withdraw product rights, to people and to teams (ORG-045…051, ORG-070, ORG-075)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.identity import queries as identity
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.events import AccessGranted, AccessWithdrawn, WideAccessGranted, WideAccessWithdrawn
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.queries.access import offered_rights
from stellwerk.products.rules import LIVE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person or a team."""

    account_id: int | None = None
    team_id: int | None = None

    @property
    def columns(self) -> dict[str, int | None]:
        return {"account_id": self.account_id, "team_id": self.team_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One product, all products of a kind, or everything."""

    product_id: int | None = None
    kind_code: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        return {"product_id": self.product_id, "kind_code": self.kind_code}


EVERYTHING = Target()


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall hold on one target; no rights at all take everything away."""

    rights: frozenset[str]
    ends_on: date | None = None


@transaction.atomic
def set_access(
    *,
    actor: Actor,
    organisation_id: int,
    holder: Holder,
    target: Target,
    rights: Collection[str],
    ends_on: date | None = None,
) -> None:
    """Set what a person or a team holds on a target; exactly these rights hold from now on, until the last day.

    `all` among the rights stands for all that the kind offers. The same again changes nothing; no rights at all is a
    withdrawal. Publishes AccessGranted or AccessWithdrawn, WideAccess… where the target is wider than a product.
    Refusals in order: NotFound for a foreign product, person or team, AccessDenied for others than managers, Invalid
    for a right that is not offered there, a last day that is over, or a person who sees everything anyway.
    """
    require(policy.can_manage_access(actor, organisation_id))
    product = _locked_product(organisation_id, target)
    holder_name = _name_of(organisation_id, holder)
    wanted = {WHOLE} if WHOLE in rights else set(rights)
    if wanted:
        _require_grantable(organisation_id, holder, target, product, wanted)
        _require_future(ends_on)
    held = ProductGrant.objects.filter(organisation_id=organisation_id, **holder.columns, **target.columns)
    present = dict(held.values_list("right", "ends_on"))
    if present == dict.fromkeys(wanted, ends_on):
        return
    held.exclude(right__in=wanted).delete()
    held.exclude(ends_on=ends_on).update(ends_on=ends_on, granted_by_id=actor.account_id, granted_at=clock.now())
    ProductGrant.objects.bulk_create(
        ProductGrant(
            organisation_id=organisation_id, right=right, ends_on=ends_on, granted_by_id=actor.account_id,
            granted_at=clock.now(), **holder.columns, **target.columns,
        )
        for right in sorted(wanted - present.keys())
    )  # fmt: skip
    told = {"rights": ", ".join(sorted(wanted)), "ends_on": ends_on.isoformat() if ends_on else ""} if wanted else {}
    where = _where(organisation_id, target, product)
    events.publish(_news(where, is_given=bool(wanted), **holder.columns, person=holder_name, **told), actor=actor)


@transaction.atomic
def set_accesses(*, actor: Actor, organisation_id: int, holder: Holder, choices: Mapping[Target, Choice]) -> None:
    """`set_access` for several targets, all or none; what is as chosen already costs nothing and is not published.

    Refusals as there; the fields of Invalid are those of the first target refused.
    """
    require(policy.can_manage_access(actor, organisation_id))
    present: dict[Target, dict[str, date | None]] = {}
    held = ProductGrant.objects.filter(organisation_id=organisation_id, **holder.columns)
    for product_id, kind_code, right, ends_on in held.values_list("product_id", "kind_code", "right", "ends_on"):
        present.setdefault(Target(product_id=product_id, kind_code=kind_code), {})[right] = ends_on
    for target, choice in choices.items():
        if present.get(target, {}) != dict.fromkeys(choice.rights, choice.ends_on):
            set_access(
                actor=actor, organisation_id=organisation_id, holder=holder, target=target, rights=choice.rights,
                ends_on=choice.ends_on,
            )  # fmt: skip


@transaction.atomic
def grant_access(
    *,
    actor: Actor,
    organisation_id: int,
    product_id: int,
    account_id: int,
    rights: Collection[str],
    ends_on: date | None = None,
) -> None:
    """`set_access` of a person to one product."""
    require(policy.can_manage_access(actor, organisation_id))
    set_access(
        actor=actor, organisation_id=organisation_id, holder=Holder(account_id=account_id),
        target=Target(product_id=product_id), rights=rights, ends_on=ends_on,
    )  # fmt: skip


@transaction.atomic
def add_access(
    *, actor: Actor, organisation_id: int, account_id: int, rights_on: Mapping[int, Collection[str]]
) -> None:
    """Give a person rights on products beside those held. System-only: the person accepted what `actor` offered.

    A product that has ended meanwhile, or offers a right no more, is passed over; a second call changes nothing.
    Publishes AccessGranted per product in the name of `actor`.
    """
    person = identity.account_row(account_id)
    live = Product.objects.filter(organisation_id=organisation_id, pk__in=list(rights_on), state__in=LIVE)
    for product in live.order_by("pk"):
        rights = sorted(set(rights_on[product.pk]) & set(offered_rights(product.kind_code)))
        ProductGrant.objects.bulk_create(
            (
                ProductGrant(
                    organisation_id=organisation_id, product=product, account_id=account_id, right=right,
                    granted_by_id=actor.account_id, granted_at=clock.now(),
                )
                for right in rights
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        if rights:
            told = {"person": person.display_name if person else str(account_id), "rights": ", ".join(rights)}
            events.publish(_news(product.identity, is_given=True, account_id=account_id, **told), actor=actor)


@transaction.atomic
def withdraw_access(*, actor: Actor, organisation_id: int, product_id: int, account_id: int) -> None:
    """Take a person's direct rights on a product, effective at once (ORG-051). A second call does nothing.

    What the person holds through a team or a kind stays. Publishes AccessWithdrawn. Raises NotFound, AccessDenied.
    """
    require(policy.can_manage_access(actor, organisation_id))
    grant_access(actor=actor, organisation_id=organisation_id, product_id=product_id, account_id=account_id, rights=())


@transaction.atomic
def withdraw_grant(*, actor: Actor, organisation_id: int, grant_id: int) -> None:
    """Take one right. Publishes what `set_access` publishes. Raises NotFound, also the second time; AccessDenied."""
    require(policy.can_manage_access(actor, organisation_id))
    grant = ProductGrant.objects.filter(pk=grant_id, organisation_id=organisation_id).first()
    if grant is None:
        raise NotFound
    holder = Holder(account_id=grant.account_id, team_id=grant.team_id)
    target = Target(product_id=grant.product_id, kind_code=grant.kind_code)
    product = _locked_product(organisation_id, target)
    name = _name_of(organisation_id, holder)
    grant.delete()
    where = _where(organisation_id, target, product)
    events.publish(_news(where, is_given=False, **holder.columns, person=name), actor=actor)


def _where(organisation_id: int, target: Target, product: Product | None) -> dict[str, Any]:
    return product.identity if product else {"organisation_id": organisation_id, "kind_code": target.kind_code}


def _news(where: dict[str, Any], *, is_given: bool, **told: Any) -> DomainEvent:
    if "product_id" in where:
        return AccessGranted(**where, **told) if is_given else AccessWithdrawn(**where, **told)
    return WideAccessGranted(**where, **told) if is_given else WideAccessWithdrawn(**where, **told)


def _locked_product(organisation_id: int, target: Target) -> Product | None:
    if target.product_id is None:
        return None
    return Product.objects.locked(target.product_id, organisation_id=organisation_id)


def _name_of(organisation_id: int, holder: Holder) -> str:
    if holder.team_id is not None:
        name = organisations.team_name(organisation_id, holder.team_id)
        if name is None:
            raise NotFound
        return name
    account = identity.account_row(holder.account_id or 0)
    if account is None or not organisations.has_member(organisation_id, account.id):
        raise NotFound
    return account.display_name


def _require_grantable(
    organisation_id: int, holder: Holder, target: Target, product: Product | None, rights: set[str]
) -> None:
    if holder.account_id is not None:
        role = organisations.roles_of(organisation_id, [holder.account_id]).get(holder.account_id)
        if role not in (Role.COLLABORATOR, Role.EXTERNAL):
            text = _("Legal representatives and administrators see every product without a grant.")
            raise Invalid(FieldError("account_id", "not_in", text))
    if target.product_id is not None and target.kind_code:
        raise Invalid(FieldError("kind_code", "missing", _("Name a product or a kind of products, not both.")))
    if target.kind_code and target.kind_code not in kinds():
        raise Invalid(FieldError("kind_code", "in", _("There is no such kind of product."), tuple(kinds())))
    if product is None and not target.kind_code:
        offered: tuple[str, ...] = ()
    else:
        offered = offered_rights(product.kind_code if product else target.kind_code)
    if rights - {*offered, WHOLE} or (product is not None and product.state not in LIVE):
        text = _("This product does not offer these rights.")
        raise Invalid(FieldError("rights", "in", text, (*offered, WHOLE)))


def _require_future(ends_on: date | None) -> None:
    if ends_on is not None and ends_on < clock.today():
        raise Invalid(FieldError("ends_on", "after", _("Choose today or a later day.")))
