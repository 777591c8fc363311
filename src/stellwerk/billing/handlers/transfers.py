"""What stands in the way of moving products to another organisation (TRF-011)."""

from __future__ import annotations

from stellwerk.billing.services.transfers import MoneyOfProducts
from stellwerk.products.services import transfers

transfers.register(MoneyOfProducts())
