"""Writes of the identity room, one module per use case."""

from stellwerk.identity.services.create_account import create_account
from stellwerk.identity.services.create_application_password import NewApplicationPassword, create_application_password
from stellwerk.identity.services.create_token import create_token
from stellwerk.identity.services.note_token_use import note_token_use

__all__ = ["NewApplicationPassword", "create_account", "create_application_password", "create_token", "note_token_use"]
