"""What the tests of recovery share: browsers, and reading what was sent."""

from __future__ import annotations

import re
import threading

from django.db import IntegrityError, connection
from django.test import Client

from stellwerk.foundation import clock, jobs
from stellwerk.foundation.errors import DomainError
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import PASSWORD, a_person

NEW = "eleven calm badgers sing"
PHONE = "+41791234567"


def a_recoverable_person(**more) -> Account:
    """Somebody with a proved number and a recovery address."""
    values = {"email": "anna.keller@example.ch", "phone": PHONE, **more}
    anna = a_person(**values)
    anna.recovery_email = "anna@example.org"
    anna.phone_verified_at = clock.now()
    anna.save()
    return anna


def a_browser(account: Account, password: str = PASSWORD, *, login: str | None = None) -> Client:
    browser = Client()
    browser.post("/sign-in", {"email": login or account.email, "password": password})
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get("/profile").status_code == 200


def errors(answer) -> set[str]:
    return set(answer.context["form"].errors)


def sent_to(recipient: str) -> list[str]:
    """The templates of everything sent there so far, oldest first, without the room."""
    jobs.run_due_jobs()
    templates = Message.objects.filter(recipient=recipient).order_by("pk").values_list("template", flat=True)
    return [template.removeprefix("identity/") for template in templates]


def code_sent_to(recipient: str) -> str:
    """The six digits of the newest message there."""
    jobs.run_due_jobs()
    return re.search(r"\b(\d{6})\b", Message.objects.filter(recipient=recipient).latest("pk").body)[1]


def another_code(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def all_at_once(*calls) -> list[str]:
    """Start every call at the same barrier; "done" or the refusal's code of each, in the order of the calls.

    A row that the database refuses is a conflict, as at the edge.
    """
    barrier = threading.Barrier(len(calls))
    outcomes: dict[int, str] = {}

    def run(number: int, call) -> None:
        try:
            barrier.wait(timeout=10)
            call()
            outcomes[number] = "done"
        except DomainError as refusal:
            outcomes[number] = refusal.code
        except IntegrityError:
            outcomes[number] = "conflict"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [outcomes[number] for number in range(len(calls))]
