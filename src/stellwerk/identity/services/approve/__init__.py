"""Approve: devices that answer YES or NO to a sign-in, one module per use case (SEC-011…038, SEC-060…067)."""

from stellwerk.identity.services.approve.answer import Answered, answer_request
from stellwerk.identity.services.approve.ask import Asking, Waiting, ask_devices, finalise_request, withdraw_requests
from stellwerk.identity.services.approve.codes import accept_code
from stellwerk.identity.services.approve.devices import (
    forget_old_approvals,
    forget_subscription,
    note_device_use,
    rename_device,
    store_subscription,
)
from stellwerk.identity.services.approve.link import LinkedDevice, NewDevice, OpenedLink, link_device, open_link
from stellwerk.identity.services.approve.push import Subscription, push_public_key, wake_device

__all__ = [
    "Answered",
    "Asking",
    "LinkedDevice",
    "NewDevice",
    "OpenedLink",
    "Subscription",
    "Waiting",
    "accept_code",
    "answer_request",
    "ask_devices",
    "finalise_request",
    "forget_old_approvals",
    "forget_subscription",
    "link_device",
    "note_device_use",
    "open_link",
    "push_public_key",
    "rename_device",
    "store_subscription",
    "wake_device",
    "withdraw_requests",
]
