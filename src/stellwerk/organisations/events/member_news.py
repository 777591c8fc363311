"""What members did with their own accounts, as the organisations they belong to note it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNews(DomainEvent):
    """Something about a member's own account that the organisations of the member note, too (ORG-101). Abstract."""

    kind: ClassVar = "sign_in"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSignedIn(MemberNews):
    sentence: ClassVar = _("%(person)s signed in")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSwitchedIn(MemberNews):
    """By the cookie of a browser that knew the account (ID-042)."""

    sentence: ClassVar = _("%(person)s came back in a browser that was still signed in")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSignInFailed(MemberNews):
    sentence: ClassVar = _("A sign-in as %(person)s failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPasswordChanged(MemberNews):
    sentence: ClassVar = _("%(person)s changed the password")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPasswordReset(MemberNews):
    sentence: ClassVar = _("%(person)s set a new password by code")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLoginChanged(MemberNews):
    sentence: ClassVar = _("%(person)s changed the login")
