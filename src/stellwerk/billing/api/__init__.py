"""Money on the wire: cart, orders, due items, payments, the prepaid account, renewals, documents."""

from stellwerk.billing.api import carts, invoices, orders, payments, renewals

routers = (carts.router, orders.router, payments.router, renewals.router, invoices.router)

__all__ = ["routers"]
