"""Writes of the identity room, one module per use case."""

from stellwerk.identity.services.create_account import create_account
from stellwerk.identity.services.create_application_password import create_application_password
from stellwerk.identity.services.create_token import create_token

__all__ = ["create_account", "create_application_password", "create_token"]
