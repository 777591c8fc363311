"""Deleting an organisation (ORG-063…068): what stands in the way, and the last step."""

from stellwerk.organisations.services.deletion.conditions import (
    Topic,
    Unmet,
    register,
    register_forfeiter,
    unmet_conditions,
)
from stellwerk.organisations.services.deletion.delete import delete_organisation
from stellwerk.organisations.services.deletion.stopping import (
    LINK_HOURS,
    register_stopper,
    request_stop,
    stop_services,
    stop_token,
)

__all__ = [
    "LINK_HOURS",
    "Topic",
    "Unmet",
    "delete_organisation",
    "register",
    "register_forfeiter",
    "register_stopper",
    "request_stop",
    "stop_services",
    "stop_token",
    "unmet_conditions",
]
