"""Tags are made, changed and put on products (ORG-082…088)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import AccessDenied, FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert, insert_many
from stellwerk.products import policy
from stellwerk.products.errors import INVISIBLE, TagExists
from stellwerk.products.events import ProductTagged, TagChanged, TagCreated, TagDeleted
from stellwerk.products.models import Product, ProductTag, Tag
from stellwerk.products.queries.access import rights_of
from stellwerk.products.queries.picks import Pick, picked_products
from stellwerk.products.queries.tags import may_create_tags
from stellwerk.products.rules import MOST_OF_A_TAG_NAME, TAG_COLORS, has_invisible, tidy_name
from stellwerk.products.services.batches import BatchChange, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.decisions import Decision
    from stellwerk.products.queries import ProductRow


@transaction.atomic
def create_tag(*, actor: Actor, organisation_id: int, name: str, color: str = "grey") -> int:
    """Make a tag; answers its id. Publishes TagCreated.

    Refusals in this order: NotFound for outsiders; Invalid for name or colour; AccessDenied without the technical
    right on any product; TagExists, also for a name that differs in case only.
    """
    decision = may_create_tags(actor, organisation_id)
    checked = _checked(decision, name, color)
    require(decision)
    _require_free(organisation_id, checked)
    tag = insert(Tag(organisation_id=organisation_id, name=checked, color=color, created_at=clock.now()))
    events.publish(TagCreated(organisation_id=organisation_id, tag=checked), actor=actor)
    return tag.pk


@transaction.atomic
def change_tag(*, actor: Actor, organisation_id: int, tag_id: int, name: str, color: str) -> None:
    """Rename or recolour a tag, everywhere at once (ORG-086). The same values again change nothing.

    Publishes TagChanged. Refusals like `create_tag`, with managers in place of the technical right.
    """
    tag = _locked_tag(actor, organisation_id, tag_id)
    decision = policy.can_manage_tags(actor, organisation_id)
    checked = _checked(decision, name, color)
    require(decision)
    if (checked, color) == (tag.name, tag.color):
        return
    _require_free(organisation_id, checked, besides=tag.pk)
    former_name = tag.name
    tag.name, tag.color = checked, color
    tag.save(update_fields=["name", "color"])
    events.publish(TagChanged(organisation_id=organisation_id, tag=checked, former_tag=former_name), actor=actor)


@transaction.atomic
def delete_tag(*, actor: Actor, organisation_id: int, tag_id: int) -> None:
    """Delete a tag and take it off every product (ORG-086). Publishes TagDeleted.

    Raises NotFound, also the second time; AccessDenied for others than managers.
    """
    tag = _locked_tag(actor, organisation_id, tag_id)
    require(policy.can_manage_tags(actor, organisation_id))
    name = tag.name
    tag.delete()
    events.publish(TagDeleted(organisation_id=organisation_id, tag=name), actor=actor)


@transaction.atomic
def set_product_tags(*, actor: Actor, organisation_id: int, product_id: int, tag_ids: Collection[int]) -> None:
    """Let a product carry exactly these tags (ORG-084). The same tags again change nothing.

    Publishes ProductTagged. Raises NotFound for a product the actor may not see and for a foreign tag, AccessDenied
    without the technical right (ORG-087).
    """
    rights = rights_of(actor, organisation_id, product_id=product_id)
    product = Product.objects.locked(product_id, organisation_id=organisation_id)
    require(policy.can_tag_product(actor, organisation_id, rights=rights))
    wanted = _names_of(organisation_id, set(tag_ids))
    carried = ProductTag.objects.filter(product=product)
    present = set(carried.values_list("tag_id", flat=True))
    if present == set(wanted):
        return
    carried.exclude(tag_id__in=list(wanted)).delete()
    _put(product, set(wanted) - present)
    tags = ", ".join(sorted(wanted.values(), key=str.casefold)) or "–"
    events.publish(ProductTagged(**product.identity, tags=tags), actor=actor)


@transaction.atomic
def tag_products(*, actor: Actor, organisation_id: int, tag_id: int, product_ids: Collection[int]) -> None:
    """Add one tag to several products. All or none: raises NotFound, AccessDenied for any of them."""
    require(policy.can_see_tags(actor, organisation_id))
    pick = Pick(tuple(product_ids))
    for each in change_tag_of_products(actor=actor, organisation_id=organisation_id, tag_id=tag_id, pick=pick):
        if each.refused_because is not None:
            raise each.refused_because


@transaction.atomic
def change_tag_of_products(
    *, actor: Actor, organisation_id: int, tag_id: int, pick: Pick, is_carried: bool = True
) -> list[BatchChange]:
    """Put one tag on products, or take it off: where the actor may, and the others are named with the reason (UI-004).

    A second call changes nothing. Publishes ProductTagged for each that changed. The same number of statements
    however many products. Raises NotFound for outsiders and a foreign tag; per product object_not_found, access_denied.
    """
    require(policy.can_see_tags(actor, organisation_id))
    if not Tag.objects.filter(pk=tag_id, organisation_id=organisation_id).exists():
        raise NotFound
    rows = picked_products(actor, organisation_id, pick=pick)
    allowed = [each for each in rows if policy.can_tag_product(actor, organisation_id, rights=each.rights)]
    changed = _switch_tag(organisation_id, tag_id, [each.id for each in allowed], is_carried=is_carried)
    _tell_of_tags(organisation_id, [each.id for each in allowed if each.id in changed], actor)
    return [*_missing(pick, rows), *(_outcome(actor, each, changed) for each in rows)]


def _missing(pick: Pick, rows: Sequence[ProductRow]) -> list[BatchChange]:
    """What was named and does not exist for whoever asks."""
    found = {each.id for each in rows}
    return [BatchChange(each, "", Outcome.REFUSED, NotFound()) for each in pick.product_ids if each not in found]


def _switch_tag(organisation_id: int, tag_id: int, product_ids: list[int], *, is_carried: bool) -> set[int]:
    """Which products changed. They are locked in the order of their keys: two batches wait instead of colliding."""
    locked = Product.objects.select_for_update().filter(pk__in=product_ids, organisation_id=organisation_id)
    present = set(locked.order_by("pk").values_list("pk", flat=True))
    links = ProductTag.objects.filter(tag_id=tag_id, organisation_id=organisation_id)
    carrying = set(links.values_list("product_id", flat=True)) & present
    if not is_carried:
        links.filter(product_id__in=carrying).delete()
        return carrying
    new = sorted(present - carrying)
    insert_many([ProductTag(organisation_id=organisation_id, product_id=each, tag_id=tag_id) for each in new])
    return set(new)


def _tell_of_tags(organisation_id: int, product_ids: list[int], actor: Actor) -> None:
    """One line of the activity log per product, with the tags that it carries now."""
    names: dict[int, list[str]] = {}
    links = ProductTag.objects.filter(product_id__in=product_ids, organisation_id=organisation_id)
    for product_id, name in links.values_list("product_id", "tag__name"):
        names.setdefault(product_id, []).append(name)
    products = Product.objects.filter(pk__in=product_ids).order_by("pk")
    events.publish_many(
        (
            ProductTagged(**each.identity, tags=", ".join(sorted(names.get(each.pk, ["–"]), key=str.casefold)))
            for each in products
        ),
        actor=actor,
    )


def _outcome(actor: Actor, row: ProductRow, changed: set[int]) -> BatchChange:
    decision = policy.can_tag_product(actor, row.organisation_id, rights=row.rights)
    if not decision:
        denied = AccessDenied(decision.reason, granted_by=decision.granted_by, text=decision.text)
        return BatchChange(row.id, row.title, Outcome.REFUSED, denied)
    return BatchChange(row.id, row.title, Outcome.CHANGED if row.id in changed else Outcome.UNCHANGED)


def _checked(decision: Decision, name: str, color: str) -> str:
    """The name in its composed form, without superfluous spaces or invisible characters.

    What is hidden comes before what is wrong (api-wire, order of refusals).
    """
    if decision.hidden:
        raise NotFound
    name = tidy_name(name)
    errors = []
    if not name:
        errors.append(FieldError("name", "required", _("Enter a name.")))
    elif len(name) > MOST_OF_A_TAG_NAME:
        text = _("Enter at most %(most)s characters.") % {"most": MOST_OF_A_TAG_NAME}
        errors.append(FieldError("name", "max_length", text, (str(MOST_OF_A_TAG_NAME),)))
    elif has_invisible(name):
        errors.append(FieldError("name", "characters", INVISIBLE))
    if color not in TAG_COLORS:
        errors.append(FieldError("color", "in", _("Choose one of the colours."), TAG_COLORS))
    if errors:
        raise Invalid(*errors)
    return name


def _require_free(organisation_id: int, name: str, *, besides: int | None = None) -> None:
    # Compared in Python too: SQLite folds the case of ASCII letters only, no database that of "ß"; ORG-087 means all.
    names = Tag.objects.filter(organisation_id=organisation_id).exclude(pk=besides or 0).values_list("name", flat=True)
    if _folded(name) in {_folded(each) for each in names}:
        raise TagExists


def _folded(name: str) -> str:
    """Names that people read as one: case, ligatures and full-width letters make no difference."""
    return unicodedata.normalize("NFKC", name).casefold()


def _locked_tag(actor: Actor, organisation_id: int, tag_id: int) -> Tag:
    require(policy.can_see_tags(actor, organisation_id))
    tag = Tag.objects.select_for_update().filter(pk=tag_id, organisation_id=organisation_id).first()
    if tag is None:
        raise NotFound
    return tag


def _names_of(organisation_id: int, tag_ids: set[int]) -> dict[int, str]:
    found = dict(Tag.objects.filter(pk__in=tag_ids, organisation_id=organisation_id).values_list("pk", "name"))
    if len(found) != len(tag_ids):
        raise NotFound
    return found


def _put(product: Product, tag_ids: set[int]) -> None:
    ProductTag.objects.bulk_create(
        ProductTag(organisation_id=product.organisation_id, product=product, tag_id=tag_id)
        for tag_id in sorted(tag_ids)
    )
