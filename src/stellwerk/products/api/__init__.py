"""Products and tags on the wire."""

from stellwerk.products.api import products, tags

routers = (products.router, tags.router)

__all__ = ["routers"]
