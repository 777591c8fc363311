"""Tables of the identity room."""

from stellwerk.identity.models.accounts import Account
from stellwerk.identity.models.confirmations import Confirmation
from stellwerk.identity.models.secrets import ApiToken, ApplicationPassword

__all__ = ["Account", "ApiToken", "ApplicationPassword", "Confirmation"]
