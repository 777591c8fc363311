"""Tables of the products room."""

from stellwerk.products.models.grants import ProductGrant
from stellwerk.products.models.personal_suites import PersonalSuite
from stellwerk.products.models.products import Product, ProductExtension
from stellwerk.products.models.tags import ProductTag, Tag
from stellwerk.products.models.transfers import ProductTransfer, TransferredProduct

__all__ = [
    "PersonalSuite",
    "Product",
    "ProductExtension",
    "ProductGrant",
    "ProductTag",
    "ProductTransfer",
    "Tag",
    "TransferredProduct",
]
