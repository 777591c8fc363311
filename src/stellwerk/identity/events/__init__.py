"""What happens to accounts. `kind` groups the lines of the activity log (ORG-101)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the account %(email)s")
    kind: ClassVar = "account"
    account_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the API token “%(name)s”")
    kind: ClassVar = "security"
    token_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPasswordCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the application password “%(name)s”")
    kind: ClassVar = "security"
    password_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(DomainEvent):
    """`news` is `browser`, `place` or empty: what was new about the sign-in (ID-035)."""

    sentence: ClassVar = _("%(actor)s signed in")
    kind: ClassVar = "security"
    account_id: int
    device: str = ""
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSwitched(DomainEvent):
    """To an account whose session in this browser was still good (ID-042)."""

    sentence: ClassVar = _("%(actor)s switched to this account in a browser")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForgotten(DomainEvent):
    sentence: ClassVar = _("The account was removed from a browser that remembered it")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRemoved(DomainEvent):
    sentence: ClassVar = _("%(actor)s removed the browser %(device)s")
    kind: ClassVar = "security"
    account_id: int
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(DomainEvent):
    """`account_id` is None for an unknown login; what was typed is not kept, it may be a password."""

    sentence: ClassVar = _("A sign-in failed")
    kind: ClassVar = "security"
    account_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(DomainEvent):
    sentence: ClassVar = _("%(actor)s signed out")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(DomainEvent):
    sentence: ClassVar = _("%(actor)s ended %(count)s sessions")
    kind: ClassVar = "security"
    account_id: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorAdded(DomainEvent):
    """`method` is a rules.Method; `is_first` says that it switched the second factor on."""

    sentence: ClassVar = _("%(actor)s added the second factor “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    method: str
    factor_id: int
    name: str
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(DomainEvent):
    """`is_last` says that the second factor is off now."""

    sentence: ClassVar = _("%(actor)s removed the second factor “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    method: str
    factor_id: int
    name: str
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorFailed(DomainEvent):
    """A wrong code after the right password: either a slip, or somebody who knows the password."""

    sentence: ClassVar = _("%(actor)s did not pass the second factor")
    kind: ClassVar = "security"
    account_id: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(DomainEvent):
    """A new set; the former one no longer works."""

    sentence: ClassVar = _("%(actor)s made new recovery codes")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(DomainEvent):
    """`left` is how many codes of the set still work."""

    sentence: ClassVar = _("%(actor)s used a recovery code; %(left)s remain")
    kind: ClassVar = "security"
    account_id: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPassed(DomainEvent):
    sentence: ClassVar = _("%(actor)s confirmed the sign-in with a second factor")
    kind: ClassVar = "security"
    account_id: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the password")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(DomainEvent):
    sentence: ClassVar = _("%(actor)s set a new password by code")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSecured(DomainEvent):
    """Nobody who was in may stay in: pending approvals are refused, other sessions have ended (ID-067)."""

    sentence: ClassVar = _("%(actor)s secured the account")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginWithdrawn(DomainEvent):
    """`reason`: mailbox_deleted, service_cancelled, mailbox_released or by_operator."""

    sentence: ClassVar = _("The login of an account was withdrawn")
    kind: ClassVar = "security"
    account_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequestDecided(DomainEvent):
    sentence: ClassVar = _("%(actor)s decided a help request")
    kind: ClassVar = "security"
    request_id: int
    is_approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClosed(DomainEvent):
    """The person is gone for good; rooms take the account out of what they keep."""

    sentence: ClassVar = _("%(actor)s closed the account")
    kind: ClassVar = "account"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginChanged(DomainEvent):
    """Addresses stay out of the log: it cannot be emptied when the account closes."""

    sentence: ClassVar = _("%(actor)s changed the login")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryEmailChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the recovery e-mail address")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the mobile number")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the profile: %(fields)s")
    kind: ClassVar = "account"
    account_id: int
    fields: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(DomainEvent):
    sentence: ClassVar = _("%(actor)s revoked the API token “%(name)s”")
    kind: ClassVar = "security"
    token_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPasswordRevoked(DomainEvent):
    sentence: ClassVar = _("%(actor)s revoked the application password “%(name)s”")
    kind: ClassVar = "security"
    password_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRenamed(DomainEvent):
    sentence: ClassVar = _("%(actor)s renamed the passkey “%(old_name)s” to “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    passkey_id: int
    old_name: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyCopied(DomainEvent):
    """The counter of a key ran backwards: somebody may have a copy of it. The sign-in was refused."""

    sentence: ClassVar = _("The passkey “%(name)s” was refused: it may have been copied")
    kind: ClassVar = "security"
    account_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLockedForStrangers(DomainEvent):
    """Too many wrong passwords in a row (SEC-056)."""

    sentence: ClassVar = _("The account was locked for unknown browsers after %(failures)s failed attempts")
    kind: ClassVar = "security"
    account_id: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInBlocked(DomainEvent):
    """The right password, but the account is locked and the browser unknown."""

    sentence: ClassVar = _("A sign-in from an unknown browser was stopped: the account is locked")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnlocked(DomainEvent):
    sentence: ClassVar = _("%(actor)s unlocked the account")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityChoicesChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the choices of security mails and locking")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDisabled(DomainEvent):
    sentence: ClassVar = _("The operator disabled the account")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnabled(DomainEvent):
    sentence: ClassVar = _("The operator enabled the account again")
    kind: ClassVar = "security"
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGoesIdle(DomainEvent):
    """Nobody has used the token for eleven months. News for its owner, not for the log."""

    token_id: int
    account_id: int
    name: str
    ends_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDeactivated(DomainEvent):
    sentence: ClassVar = _("The API token “%(name)s” was deactivated after a year without use")
    kind: ClassVar = "security"
    token_id: int
    account_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRegistered(DomainEvent):
    sentence: ClassVar = _("%(actor)s registered the application “%(name)s”")
    kind: ClassVar = "security"
    client_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSecretRenewed(DomainEvent):
    sentence: ClassVar = _("%(actor)s made a new secret for the application “%(name)s”")
    kind: ClassVar = "security"
    client_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDeleted(DomainEvent):
    sentence: ClassVar = _("%(actor)s deleted the application “%(name)s”")
    kind: ClassVar = "security"
    client_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAllowed(DomainEvent):
    sentence: ClassVar = _("%(actor)s gave the application “%(name)s” access: %(scopes)s")
    kind: ClassVar = "security"
    client_id: str
    name: str
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAccessEnded(DomainEvent):
    sentence: ClassVar = _("%(actor)s ended the access of the application “%(name)s”")
    kind: ClassVar = "security"
    client_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationTokenReplayed(DomainEvent):
    """A code or refresh token came a second time: a copy is about, so everything made from it ended."""

    sentence: ClassVar = _("The application “%(name)s” used an access twice. It may have been copied and was ended")
    kind: ClassVar = "security"
    client_id: str
    name: str
