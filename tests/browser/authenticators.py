"""Chromium's virtual authenticators over the DevTools protocol: keys that need no finger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page


@dataclass
class Authenticator:
    """One device plugged into the browser of a page."""

    session: CDPSession
    id: str

    def credentials(self) -> list[dict[str, Any]]:
        """The keys on it, as a device that was cloned would have them."""
        answer = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        found: list[dict[str, Any]] = answer["credentials"]
        return found

    def add(self, credential: dict[str, Any]) -> None:
        self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def confirms(self, *, is_on: bool) -> None:
        """Whether somebody is there to touch it."""
        self.session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self.id, "enabled": is_on})

    def verifies(self, *, is_right: bool) -> None:
        """Whether finger, face or PIN are those of the owner."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": is_right})


def an_authenticator(page: Page) -> Authenticator:
    """A telephone or computer: keeps passkeys and verifies who touches it. Asked only when a test lets it confirm."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": False,
    }
    answer = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, answer["authenticatorId"])
