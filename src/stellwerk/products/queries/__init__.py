"""Reads of the products room: rows out, never models."""

from stellwerk.products.queries.access import GrantRow, grant_rows, rights_of
from stellwerk.products.queries.attention import AttentionRow, GroupCount, group_counts, needs_attention
from stellwerk.products.queries.lists import (
    Listing,
    ProductFilter,
    ProductRow,
    TagLabel,
    product_listing,
    product_row,
    product_rows,
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
from stellwerk.products.queries.tags import TagRow, tag_row, tag_rows

__all__ = [
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
    "needs_attention",
    "owned_products",
    "product_listing",
    "product_of",
    "product_row",
    "product_rows",
    "require_orderable",
    "rights_of",
    "tag_row",
    "tag_rows",
]
