"""What billing does about news, its own and that of the rooms below. Each handler bears a second call.

Importing a module registers its handlers.
"""

from stellwerk.billing.handlers import deletion, money, orders, renewals, transfers, withdrawals

__all__ = ["deletion", "money", "orders", "renewals", "transfers", "withdrawals"]
