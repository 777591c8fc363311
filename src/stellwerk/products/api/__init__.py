"""Products, tags, permissions and transfers on the wire."""

from stellwerk.products.api import permissions, products, tags, transfers

routers = (products.router, tags.router, permissions.router, transfers.router)

__all__ = ["routers"]
