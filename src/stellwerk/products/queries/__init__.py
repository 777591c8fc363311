"""Reads of the products room: rows out, never models."""

from stellwerk.products.queries.access import GrantRow, grant_rows, people_of, rights_of
from stellwerk.products.queries.attention import AttentionRow, GroupCount, group_counts, needs_attention
from stellwerk.products.queries.lists import (
    ORDERS,
    Listing,
    ProductFilter,
    ProductRow,
    TagLabel,
    listing_everywhere,
    organisation_of,
    product_listing,
    product_row,
    product_rows,
    sees_product,
)
from stellwerk.products.queries.owned import (
    OwnedProduct,
    automatic_organisation_ids,
    due_organisation_ids,
    due_products,
    due_products_of,
    owned_products,
    product_of,
    require_orderable,
)
from stellwerk.products.queries.tags import TagRow, has_tag, tag_row, tag_rows, tag_total

__all__ = [
    "ORDERS",
    "AttentionRow",
    "GrantRow",
    "GroupCount",
    "Listing",
    "OwnedProduct",
    "ProductFilter",
    "ProductRow",
    "TagLabel",
    "TagRow",
    "automatic_organisation_ids",
    "due_organisation_ids",
    "due_products",
    "due_products_of",
    "grant_rows",
    "group_counts",
    "has_tag",
    "listing_everywhere",
    "needs_attention",
    "organisation_of",
    "owned_products",
    "people_of",
    "product_listing",
    "product_of",
    "product_row",
    "product_rows",
    "require_orderable",
    "rights_of",
    "sees_product",
    "tag_row",
    "tag_rows",
    "tag_total",
]
