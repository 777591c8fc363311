"""Billing reminders as text messages, for those who asked for them (ORG-052)."""

from datetime import date

import pytest

from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, the_house_lives_through
from stellwerk.foundation import clock, notify
from stellwerk.foundation.models import Message
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_member_of, a_person

pytestmark = pytest.mark.django_db
ITEMS = [{"name": "huber-brot.ch", "date": "15. September 2027"}, {"name": "holzofen.ch", "date": "16.7.2026"}]


def a_person_with_a_mobile(**more):
    lena = a_person("Lena", "Huber", phone="+41791234567", **more)
    lena.phone_verified_at = clock.now()
    lena.save()
    return lena


def texts() -> list[Message]:
    return list(Message.objects.filter(channel=Message.Channel.SMS, template__startswith="billing/sms/"))


def wants_texts(account, *, is_wanted: bool = True) -> None:
    Membership.objects.filter(account=account).update(receives_billing_texts=is_wanted)


def reminded(owner) -> None:
    a_product_expiring(an_organisation("Huber Brot GmbH", of=owner), date(2026, 7, 15), name="huber-brot.ch")


def test_a_reminder_comes_as_a_text_message_too_org_052():
    lena = a_person_with_a_mobile(language="de")
    reminded(lena)
    wants_texts(lena)

    the_house_lives_through(date(2026, 6, 14), date(2026, 6, 16))

    (text,) = texts()
    assert text.recipient == "+41791234567"
    assert "Huber Brot GmbH" in text.body
    assert "15. Juli 2026" in text.body
    assert Message.objects.filter(template="billing/email/expiry_reminder", recipient=lena.email).count() == 1


def test_nobody_else_gets_one_org_052():
    """Not without asking, not without a confirmed number, not without seeing the organisation's money."""
    lena = a_person_with_a_mobile()
    reminded(lena)
    unconfirmed = a_member_of(Membership.objects.get(account=lena).organisation, billing=True)
    wants_texts(unconfirmed)

    the_house_lives_through(date(2026, 6, 14), date(2026, 6, 16))

    assert texts() == []


def test_a_house_without_text_messages_sends_the_letter_all_the_same(settings):
    settings.SMS_DRIVER = "none"
    lena = a_person_with_a_mobile()
    reminded(lena)
    wants_texts(lena)

    the_house_lives_through(date(2026, 6, 14), date(2026, 6, 16))

    assert texts() == []
    assert Message.objects.filter(template="billing/email/expiry_reminder").exists()


@pytest.mark.parametrize("template", ["expiry_reminder", "overdue", "renewal_failed"])
@pytest.mark.parametrize("count", [1, 2])
def test_it_fits_one_message_in_five_languages(template, count):
    bodies = set()
    for language in ("en", "de", "fr", "it", "es"):
        notify.send_sms(
            f"billing/sms/{template}", recipient="+41791234567", language=language,
            context={"organisation": "O" * 40, "items": ITEMS[:count], "missing": "CHF 1’065.82"},
        )  # fmt: skip
        bodies.add(Message.objects.latest("pk").body.strip())

    assert len(bodies) == 5, "translated"
    assert max(map(len, bodies)) <= 160
