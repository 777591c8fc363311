"""Push messages to a push service of our own, over HTTP (SEC-017, SEC-023, SEC-062, RFC 8030, 8188, 8291, 8292)."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Job
from stellwerk.identity.rules import base64url, from_base64url, is_signed_by
from stellwerk.identity.services import approve
from stellwerk.identity.tests.approve.phones import a_linked_phone, a_request, removed
from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db


class PushService:
    """Takes messages as a push service does and answers with the status it was told to."""

    def __init__(self):
        self.status, self.received = 201, []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                if service.status in (301, 307):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words):
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service(settings):
    running = PushService()
    settings.PUSH_SERVICES = [running.url]
    yield running
    running.stop()


class Receiver:
    """The browser's half of a subscription."""

    def __init__(self):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok"

    def subscription(self, endpoint):
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": endpoint, "p256dh": base64url(point), "auth": base64url(self.auth)}

    def read(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def subscribed(phone, service, path="/push/1"):
    receiver = Receiver()
    answer = phone.call("PUT", "/device/subscription", receiver.subscription(service.url + path))
    assert answer.status_code == 200, answer.content
    return receiver


def test_sec_017_a_request_wakes_the_device_and_tells_nothing(service):
    phone = a_linked_phone(a_person())
    receiver = subscribed(phone, service)
    with clock.travel_to(clock.now()):
        a_request(phone.device.account)
        jobs.run_due_jobs()

    ((path, headers, body),) = service.received
    assert path == "/push/1"
    assert receiver.read(body) == {"type": "approval", "device": phone.handle}
    assert headers["Ttl" if "Ttl" in headers else "ttl"] == "120"
    assert headers["Content-Encoding" if "Content-Encoding" in headers else "content-encoding"] == "aes128gcm"


def test_the_push_service_can_prove_who_sends(service):
    """RFC 8292: signed by the key the browser has subscribed to."""
    phone = a_linked_phone(a_person())
    subscribed(phone, service)
    a_request(phone.device.account)
    jobs.run_due_jobs()

    headers = {name.lower(): value for name, value in service.received[0][1].items()}
    scheme, _, fields = headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in fields.split(","))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(parts["k"]))
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed, _, signature = parts["t"].rpartition(".")
    claims = json.loads(base64.urlsafe_b64decode(parts["t"].split(".")[1] + "=="))
    assert scheme == "vapid"
    assert parts["k"] == approve.push_public_key()
    assert claims["aud"] == service.url
    assert claims["sub"].startswith("mailto:")
    assert is_signed_by(base64url(der), text=signed, signature=signature)


@pytest.mark.parametrize("status", [404, 410])
def test_sec_062_an_address_that_is_gone_is_forgotten(service, status):
    phone = a_linked_phone(a_person())
    subscribed(phone, service)
    service.status = status
    a_request(phone.device.account)
    jobs.run_due_jobs()

    assert phone.call("GET", "/device").json()["data"]["has_push"] is False
    assert not Job.objects.filter(finished_at=None).exists()
    assert phone.open_challenge() is not None  # SEC-023: the app finds the request itself


@pytest.mark.parametrize("status", [307, 429, 500])
def test_a_push_service_in_trouble_is_tried_again_and_stops_nothing(service, status):
    phone = a_linked_phone(a_person())
    subscribed(phone, service)
    service.status = status
    a_request(phone.device.account)
    jobs.run_due_jobs()

    assert Job.objects.filter(kind="identity.wake_approval_device", finished_at=None, attempts=1).exists()
    assert phone.call("GET", "/device").json()["data"]["has_push"] is True
    assert [path for path, *_ in service.received] == ["/push/1"]  # a redirect is not followed


def test_sec_033_a_removed_device_is_told_and_then_forgotten(service):
    anna = a_person()
    phone = a_linked_phone(anna)
    receiver = subscribed(phone, service)
    removed(phone)
    jobs.run_due_jobs()

    assert [receiver.read(body) for *_, body in service.received] == [{"type": "removed", "device": phone.handle}]
    assert phone.device.sealed_subscription == ""


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://192.168.1.1/router",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com.example/x",
        "https://user:password@fcm.googleapis.com/x",
        "https://[::1/",
        "file:///etc/passwd",
    ],
)
def test_only_push_services_the_operator_allows_are_called(endpoint):
    phone = a_linked_phone(a_person())

    answer = phone.call("PUT", "/device/subscription", Receiver().subscription(endpoint))

    assert answer.status_code == 422
    assert answer.json()["error"]["errors"][0]["context"]["attribute"] == "endpoint"


@pytest.mark.parametrize(
    "endpoint", ["https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/abc"]
)
def test_the_usual_push_services_are_allowed(endpoint):
    phone = a_linked_phone(a_person())

    assert phone.call("PUT", "/device/subscription", Receiver().subscription(endpoint)).status_code == 200
    assert endpoint not in phone.device.sealed_subscription  # an address of a person's browser is kept sealed
    assert phone.call("DELETE", "/device/subscription", {}).status_code == 200
    assert phone.device.sealed_subscription == ""


@pytest.mark.parametrize("changed", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"auth": "no base64!"}])
def test_broken_keys_of_a_subscription_are_refused(changed):
    phone = a_linked_phone(a_person())
    body = {**Receiver().subscription("https://fcm.googleapis.com/x"), **changed}

    assert phone.call("PUT", "/device/subscription", body).status_code == 422


def test_without_push_nothing_is_planned():
    """SEC-028: an instance without push services is fully usable."""
    phone = a_linked_phone(a_person())
    a_request(phone.device.account)

    assert not Job.objects.filter(kind="identity.wake_approval_device").exists()
    assert phone.open_challenge() is not None
