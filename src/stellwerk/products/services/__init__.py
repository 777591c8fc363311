"""Writes of the products room, one module per use case."""

from stellwerk.products.services.access import (
    EVERYTHING,
    Choice,
    Holder,
    Target,
    add_access,
    grant_access,
    set_access,
    set_accesses,
    withdraw_access,
    withdraw_grant,
)
from stellwerk.products.services.activate import NewProduct, activate_product, finish_provisioning, refuse_provisioning
from stellwerk.products.services.batches import Batch, BatchChange, Outcome
from stellwerk.products.services.change import change_product, rename_product, set_renewal_modes
from stellwerk.products.services.extend import Extension, extend_product, extend_products
from stellwerk.products.services.lifecycle import cancel_product, resume_product, suspend_product, terminate_product
from stellwerk.products.services.tags import (
    change_tag,
    change_tag_of_products,
    create_tag,
    delete_tag,
    set_product_tags,
    tag_products,
)

__all__ = [
    "EVERYTHING",
    "Batch",
    "BatchChange",
    "Choice",
    "Extension",
    "Holder",
    "NewProduct",
    "Outcome",
    "Target",
    "activate_product",
    "add_access",
    "cancel_product",
    "change_product",
    "change_tag",
    "change_tag_of_products",
    "create_tag",
    "delete_tag",
    "extend_product",
    "extend_products",
    "finish_provisioning",
    "grant_access",
    "refuse_provisioning",
    "rename_product",
    "resume_product",
    "set_access",
    "set_accesses",
    "set_product_tags",
    "set_renewal_modes",
    "suspend_product",
    "tag_products",
    "terminate_product",
    "withdraw_access",
    "withdraw_grant",
]
