"""Money on the wire: cart, orders, due items, payments, the prepaid account, renewals, documents,
addresses.
"""

from stellwerk.billing.api import addresses, carts, invoices, orders, payments, renewals, withdrawals

routers = (
    carts.router, orders.router, payments.router, withdrawals.router, renewals.router, invoices.router,
    addresses.router,
)  # fmt: skip

__all__ = ["routers"]
