"""Clockwork of the billing room. Each task finds its work by columns, so a missed day is made up."""

from __future__ import annotations

from stellwerk.billing.services.end_order import plan_order_deadlines
from stellwerk.foundation import jobs


@jobs.recurring("15 5 * * *")
@jobs.task("billing.watch_unpaid_orders")
def watch_unpaid_orders_due() -> None:
    plan_order_deadlines()
