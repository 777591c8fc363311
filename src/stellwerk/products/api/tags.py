"""Tags of an organisation on the wire (ORG-082…088)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.foundation.edge.api import (
    ApiRequest,
    Id,
    Input,
    Listing,
    Output,
    ProblemOut,
    Router,
    page_of,
    problem,
    success,
)
from stellwerk.products import queries, services
from stellwerk.products.api import visibility as _registers_itself  # noqa: F401  who sees what

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.products.queries import TagRow

router = Router("Tags")
Color = Literal["grey", "blue", "green", "amber", "violet", "teal"]


class TagOut(Output):
    """`product_count` counts the products that the asking person may see."""

    id: int
    name: str
    color: Color
    product_count: int


class NewTag(Input):
    name: str = Field(min_length=1, max_length=40)
    color: Color = "grey"


class ChangedTag(Input):
    name: str | None = Field(default=None, min_length=1, max_length=40)
    color: Color | None = None


class ProductIds(Input):
    product_ids: list[Id] = Field(min_length=1, max_length=100)


class CarriedTag(Input):
    product_ids: list[Id] = Field(min_length=1, max_length=500)
    is_carried: bool


class TagChangeOut(Output):
    product_id: int
    name: str
    outcome: Literal["changed", "unchanged", "refused"]
    problem: ProblemOut | None


@router.get("accounts/{organisation_id}/tags", scope="products", answer=TagOut, listing=Listing(is_searchable=False))
def tags(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The tags of an organisation, by name."""
    actor, asked = request.actor, request.asked
    return page_of(
        request,
        rows=lambda: [
            _tag(row) for row in queries.tag_rows(actor, organisation_id, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: queries.tag_total(actor, organisation_id),
    )


@router.post("accounts/{organisation_id}/tags", scope="products", answer=TagOut, status=201)
def create_tag(request: ApiRequest, organisation_id: int, entries: NewTag) -> HttpResponse:
    """Create a tag that is attached to nothing yet."""
    tag_id = services.create_tag(
        actor=request.actor, organisation_id=organisation_id, name=entries.name, color=entries.color
    )
    return success(_tag(queries.tag_row(request.actor, organisation_id, tag_id=tag_id)), status=201)


@router.get("accounts/{organisation_id}/tags/{tag_id}", scope="products", answer=TagOut)
def tag(request: ApiRequest, organisation_id: int, tag_id: int) -> HttpResponse:
    """One tag."""
    return success(_tag(queries.tag_row(request.actor, organisation_id, tag_id=tag_id)))


@router.patch("accounts/{organisation_id}/tags/{tag_id}", scope="products", answer=TagOut)
def change_tag(request: ApiRequest, organisation_id: int, tag_id: int, entries: ChangedTag) -> HttpResponse:
    """Rename or recolour a tag, on all products at once."""
    present = queries.tag_row(request.actor, organisation_id, tag_id=tag_id)
    services.change_tag(
        actor=request.actor,
        organisation_id=organisation_id,
        tag_id=tag_id,
        name=present.name if entries.name is None else entries.name,
        color=entries.color or present.color,
    )
    return success(_tag(queries.tag_row(request.actor, organisation_id, tag_id=tag_id)))


@router.delete("accounts/{organisation_id}/tags/{tag_id}", scope="products")
def delete_tag(request: ApiRequest, organisation_id: int, tag_id: int) -> HttpResponse:
    """Delete a tag and take it off every product."""
    services.delete_tag(actor=request.actor, organisation_id=organisation_id, tag_id=tag_id)
    return success(data=True)


@router.post("accounts/{organisation_id}/tags/{tag_id}/products", scope="products")
def tag_products(request: ApiRequest, organisation_id: int, tag_id: int, entries: ProductIds) -> HttpResponse:
    """Put the tag on these products; all or none."""
    services.tag_products(
        actor=request.actor, organisation_id=organisation_id, tag_id=tag_id, product_ids=entries.product_ids
    )
    return success(data=True)


@router.patch("accounts/{organisation_id}/tags/{tag_id}/products", scope="products", answer=list[TagChangeOut])
def change_tag_of_products(request: ApiRequest, organisation_id: int, tag_id: int, entries: CarriedTag) -> HttpResponse:
    """Put the tag on these products or take it off. The allowed ones change; every product answers with its outcome."""
    changes = services.change_tag_of_products(
        actor=request.actor,
        organisation_id=organisation_id,
        tag_id=tag_id,
        pick=queries.Pick(tuple(dict.fromkeys(entries.product_ids))),
        is_carried=entries.is_carried,
    )
    return success([_change(each) for each in changes])


def _change(change: services.BatchChange) -> dict[str, Any]:
    return {
        "product_id": change.product_id,
        "name": change.name,
        "outcome": change.outcome.value,
        "problem": problem(change.refused_because),
    }


def _tag(row: TagRow) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "color": row.color, "product_count": row.product_count}
