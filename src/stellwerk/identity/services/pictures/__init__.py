"""The pictures of people (ID-047): drawn anew from what was uploaded, kept, and who may look."""

from stellwerk.identity.services.pictures.acquaintance import are_acquainted, register
from stellwerk.identity.services.pictures.drawing import LARGEST_BYTES, redrawn, redrawn_logo
from stellwerk.identity.services.pictures.keeping import discard_picture, remove_picture, set_picture, sweep_pictures

__all__ = [
    "LARGEST_BYTES",
    "are_acquainted",
    "discard_picture",
    "redrawn",
    "redrawn_logo",
    "register",
    "remove_picture",
    "set_picture",
    "sweep_pictures",
]
