"""A phone for tests: its key never leaves this object, as WebCrypto's never leaves the browser."""

from __future__ import annotations

import json
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Actor
from stellwerk.identity.models import ApprovalDevice, ApprovalRequest
from stellwerk.identity.rules import (
    CODE_PERIOD_SECONDS,
    Decision,
    base64url,
    code_at,
    decision_text,
    link_text,
    signed_request_text,
)
from stellwerk.identity.services import approve
from stellwerk.identity.services.second_factor import Method, remove
from stellwerk.organisations.tests.builders import PASSWORD

ROOT = "/api/2/api/2fa/push"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile "
    "Safari/537.36"
)


class Phone:
    """Speaks the wire: every call is signed."""

    def __init__(self, name: str = "Annas Pixel") -> None:
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.client = Client(headers={"User-Agent": ANDROID})
        self.handle = ""
        self.seed = ""

    @property
    def public_key(self) -> str:
        public = self.key.public_key()
        return base64url(
            public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    @property
    def device(self) -> ApprovalDevice:
        return ApprovalDevice.objects.get(handle=self.handle)

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return base64url(r.to_bytes(32) + s.to_bytes(32))

    def send(self, method: str, path: str, body: object = None):
        """One call without a signature."""
        return self.client.generic(method, ROOT + path, json.dumps(body or {}), content_type="application/json")

    def call(
        self, method: str, path: str, body: object = None, *, late_by: int = 0, as_handle: str = "", language: str = ""
    ):
        """One signed call, with the language of the app's page where one is named."""
        raw = b"" if body is None else json.dumps(body).encode()
        time = int(clock.now().timestamp()) - late_by
        text = signed_request_text(method=method, path=ROOT + path, time=time, body=raw)
        header = f"Stellwerk-Device device={as_handle or self.handle}, time={time}, signature={self.sign(text)}"
        headers = {"Authorization": header, **({"Accept-Language": language} if language else {})}
        return self.client.generic(method, ROOT + path, raw, content_type="application/json", headers=headers)

    def join(self, code: str, **changed):
        """The answer to joining the account of a link."""
        options = self.send("POST", "/links", {"code": code})
        if options.status_code != 200:
            return options
        challenge = options.json()["data"]["challenge"]
        signature = self.sign(link_text(challenge=challenge, public_key=self.public_key, name=self.name))
        entries = {"code": code, "name": self.name, "public_key": self.public_key, "signature": signature, **changed}
        answer = self.send("POST", "/devices", entries)
        if answer.status_code == 201:
            self.handle, self.seed = answer.json()["data"]["device"], answer.json()["data"]["code"]["seed"]
        return answer

    def proof(self, challenge: dict, decision: Decision, number: int | None = None, **changed) -> str:
        facts = {"uuid": UUID(challenge["uuid"]), "expires_at": challenge["expires_at"], **changed}
        return self.sign(decision_text(decision=decision, number=number, **facts))

    def approve(self, challenge: dict, number: int):
        body = {"number": number, "signature": self.proof(challenge, Decision.APPROVED, number)}
        return self.call("PATCH", f"/challenges/{challenge['uuid']}", body)

    def reject(self, challenge: dict):
        body = {"signature": self.proof(challenge, Decision.REJECTED)}
        return self.call("DELETE", f"/challenges/{challenge['uuid']}", body)

    def open_challenge(self, *, language: str = "") -> dict | None:
        return self.call("GET", "/challenges", language=language).json()["data"]

    def code(self, *, steps: int = 0) -> str:
        return code_at(self.seed, step=int(clock.now().timestamp()) // CODE_PERIOD_SECONDS + steps)


def a_linked_phone(account, name: str = "Annas Pixel") -> Phone:
    phone = Phone(name)
    answer = phone.join(a_link(account).code)
    assert answer.status_code == 201, answer.content
    return phone


def a_link(account) -> approve.OpenedLink:
    return approve.open_link(actor=Actor(account_id=account.pk), account_id=account.pk)


def a_request(account, *, secret: str = "of this browser", address: str | None = "203.0.113.24") -> ApprovalRequest:
    browser = approve.Asking(secret=secret, user_agent=BROWSER, address=address)
    return approve.ask_devices(account_id=account.pk, browser=browser)


def removed(phone: Phone) -> None:
    """As on the page of the second factor, with the password (SEC-033)."""
    owner = phone.device.account_id
    remove(
        actor=Actor(account_id=owner), account_id=owner, method=Method.APPROVE, factor_id=phone.device.pk,
        current_password=PASSWORD,
    )  # fmt: skip
