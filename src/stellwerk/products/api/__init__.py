"""Products, tags and permissions on the wire."""

from stellwerk.products.api import permissions, products, tags

routers = (products.router, tags.router, permissions.router)

__all__ = ["routers"]
