"""The renewal of products: the switch, the daily run, what payment and non-payment lead to."""

from stellwerk.billing.services.renew.carry_out import (
    NewRenewal,
    carry_out_renewals,
    record_renewals,
    withdraw_ended,
)
from stellwerk.billing.services.renew.day import play_organisations
from stellwerk.billing.services.renew.switch import change_renewal, change_renewals

__all__ = [
    "NewRenewal",
    "carry_out_renewals",
    "change_renewal",
    "change_renewals",
    "play_organisations",
    "record_renewals",
    "withdraw_ended",
]
