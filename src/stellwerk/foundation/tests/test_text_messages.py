"""Text messages: kept like every message, handed to the operator's gateway once."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.template import engines

from stellwerk.foundation import jobs, notify
from stellwerk.foundation.models import Message

TEMPLATE = "house/sms/code"


@pytest.fixture(autouse=True)
def a_template(settings, monkeypatch):
    text = "Stellwerk: your code is {{ code }}.\nValid for 5 minutes.\n"
    loaders = [("django.template.loaders.locmem.Loader", {f"{TEMPLATE}.txt": text})]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False}]
    settings.TEMPLATES[0]["OPTIONS"] = {**settings.TEMPLATES[0]["OPTIONS"], "loaders": loaders}
    engines._templates = None
    yield
    engines._templates = None


@pytest.fixture
def gateway():
    """A gateway of the operator on this machine; it remembers what it was given and answers as told."""
    heard: list[dict[str, str]] = []

    class Answer(BaseHTTPRequestHandler):
        status = 202

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append({**json.loads(body), "authorization": self.headers["Authorization"]})
            self.send_response(Answer.status)
            self.end_headers()

        def log_message(self, *_args):
            """Quiet: pytest's output is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server, heard, Answer
    server.shutdown()
    server.server_close()


def send(**more):
    notify.send_sms(TEMPLATE, recipient="+41791234567", language="de", context={"code": "123456"}, **more)


@pytest.mark.django_db
def test_a_fresh_install_shows_text_messages_in_the_outbox():
    send()

    (row,) = notify.outbox_rows()
    assert row.channel == "sms"
    assert row.recipient == "+41791234567"
    assert row.body == "Stellwerk: your code is 123456. Valid for 5 minutes."


@pytest.mark.django_db
def test_a_repeated_handler_texts_nobody_twice():
    send(unique_key="event:7")
    send(unique_key="event:7")

    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_an_instance_without_a_gateway_says_that_it_cannot_text(settings):
    settings.SMS_DRIVER = "none"

    with pytest.raises(notify.SmsUnavailable):
        send()

    assert not notify.can_send_sms()
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_gateway_gets_number_text_and_an_id_that_makes_repetitions_one(settings, gateway):
    server, heard, _answer = gateway
    settings.SMS_DRIVER = "http"
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_GATEWAY_TOKEN = "gateway-token"
    send()

    jobs.run_due_jobs()
    message = Message.objects.get()
    notify.hand_over_sms(message_id=message.pk)

    assert heard == [
        {
            "id": f"message-{message.pk}",
            "to": "+41791234567",
            "text": "Stellwerk: your code is 123456. Valid for 5 minutes.",
            "authorization": "Bearer gateway-token",
        }
    ]
    assert message.handed_over_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_fails_is_asked_again(settings, gateway):
    server, heard, answer = gateway
    settings.SMS_DRIVER = "http"
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/messages"
    send()
    answer.status = 503
    with pytest.raises(Exception, match="503"):
        notify.hand_over_sms(message_id=Message.objects.get().pk)
    answer.status = 200

    notify.hand_over_sms(message_id=Message.objects.get().pk)

    assert len(heard) == 2
    assert Message.objects.get().handed_over_at is not None
