"""Every message about renewals in five languages, for one product and for several."""

from datetime import date

import pytest

from stellwerk.billing.tests.renewals.builders import a_product_expiring, an_organisation, the_house_lives_through
from stellwerk.foundation import notify
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import a_member_of, a_person

pytestmark = pytest.mark.django_db

TEMPLATES = (
    "expiry_reminder", "automatic_renewal_due", "products_renewed", "automatic_renewal_failed", "overdue_warning",
    "overdue_suspension", "overdue_termination_warning", "overdue_termination", "renewal_modes_changed",
)  # fmt: skip
NAMES = {"name": "Lena Huber", "organisation": "Huber Brot GmbH", "who": "Anna Keller"}
WORDS = {"day": "1.7.2026", "amount": "CHF 115.82", "balance": "CHF 50.00", "missing": "CHF 65.82"}
ITEMS = [{"name": "huber-brot.ch", "date": "15.7.2026"}, {"name": "holzofen.ch", "date": "16.7.2026"}]


def written(template, language, *, count=1, **more):
    """Subject and body, as stored."""
    context = {**NAMES, **WORDS, "items": ITEMS[:count], "to_pay_url": "/o/7/to-pay", "invoice_number": "2026-000007"}
    notify.send(
        f"billing/email/{template}", recipient="lena@example.ch", language=language, context={**context, **more}
    )
    message = Message.objects.latest("pk")
    return message.subject, message.body


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("flags", [{}, {"is_on": True, "is_automatic": True, "lacks_vat_number": True, "day": ""}])
def test_it_speaks_five_languages(template, flags):
    for count in (1, 2):
        english = written(template, "en", count=count, **flags)
        sentences = [line for line in english[1].splitlines() if " " in line and not line.startswith("- ")]
        for language in ("de", "fr", "it", "es"):
            subject, body = written(template, language, count=count, **flags)
            assert subject != english[0]
            assert [line for line in sentences if line in body] == []
            assert all(item["name"] in body for item in ITEMS[:count])


@pytest.mark.parametrize("template", TEMPLATES)
def test_ntf_40_and_41_it_names_the_organisation_and_leaves_no_gap(template):
    subject, body = written(template, "en", lacks_vat_number=True)

    assert "Huber Brot GmbH" in body
    assert "huber-brot.ch" in subject
    assert "  " not in body
    assert "\n\n\n" not in body


def test_a_german_reader_gets_german_dates():
    lena = a_person("Lena", "Huber", language="de")
    bakery = an_organisation("Huber Brot GmbH", of=lena)
    a_product_expiring(bakery, date(2026, 7, 15), name="huber-brot.ch")

    the_house_lives_through(date(2026, 7, 8), date(2026, 7, 8))

    message = Message.objects.get(template__contains="expiry_reminder")
    assert message.subject == "huber-brot.ch (Webhosting) läuft am 15. Juli 2026 ab"
    assert "- huber-brot.ch (Webhosting): 15. Juli 2026\n" in message.body
    assert "/to-pay" in message.body


def test_products_that_share_a_name_are_told_apart_by_their_kind_in_the_readers_language():
    bakery = an_organisation("Huber Brot GmbH", of=a_person("Lena", "Huber", language="de"))
    marco = a_member_of(bakery, Role.ADMINISTRATOR)
    Account.objects.filter(pk=marco.pk).update(language="it")
    for offer, name in (("domain-ch", "huber-brot.ch"), ("web-hosting", "huber-brot.ch"), ("web-hosting", "")):
        a_product_expiring(bakery, date(2026, 7, 15), offer=offer, name=name)

    the_house_lives_through(date(2026, 7, 8), date(2026, 7, 8))

    mails = {each.language: each.body for each in Message.objects.filter(template__contains="expiry_reminder")}
    german = ("huber-brot.ch (Domain .ch)", "huber-brot.ch (Webhosting)", "Webhosting")
    assert "".join(f"- {name}: 15. Juli 2026\n" for name in german) in mails["de"]
    italian = ("huber-brot.ch (Dominio .ch)", "huber-brot.ch (Hosting web)", "Hosting web")
    assert "".join(f"- {name}: 15 luglio 2026\n" for name in italian) in mails["it"]


def test_a_french_reader_finds_each_product_before_a_colon_that_begins_no_line():
    _subject, body = written("expiry_reminder", "fr", count=2)

    assert "- huber-brot.ch\u00a0: 15.7.2026\n- holzofen.ch\u00a0: 16.7.2026\n" in body
