"""Tables of the identity room."""

from stellwerk.identity.models.accounts import Account, WithdrawnLogin
from stellwerk.identity.models.approve import ApprovalDevice, ApprovalRequest, DeviceLink
from stellwerk.identity.models.browsers import KnownBrowser, KnownPlace
from stellwerk.identity.models.confirmations import Confirmation
from stellwerk.identity.models.guards import SignInGuard
from stellwerk.identity.models.help_requests import HelpRequest
from stellwerk.identity.models.oauth import ApplicationConsent, DeviceGrant
from stellwerk.identity.models.passkeys import Passkey
from stellwerk.identity.models.second_factor import FACTORS, Factor, FactorTable, RecoveryCode, SmsNumber, TotpApp
from stellwerk.identity.models.secrets import ApiToken, ApplicationPassword

__all__ = [
    "FACTORS",
    "Account",
    "ApiToken",
    "ApplicationConsent",
    "ApplicationPassword",
    "ApprovalDevice",
    "ApprovalRequest",
    "Confirmation",
    "DeviceGrant",
    "DeviceLink",
    "Factor",
    "FactorTable",
    "HelpRequest",
    "KnownBrowser",
    "KnownPlace",
    "Passkey",
    "RecoveryCode",
    "SignInGuard",
    "SmsNumber",
    "TotpApp",
    "WithdrawnLogin",
]
