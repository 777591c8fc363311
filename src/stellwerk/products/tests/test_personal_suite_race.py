"""Two activations of the free personal Suite at the same moment (ID-012); on PostgreSQL they really meet."""

import re

import pytest

from stellwerk.foundation.models import Message
from stellwerk.identity.tests.recovering import all_at_once
from stellwerk.organisations.tests.builders import a_person, acting, an_organisation
from stellwerk.products.models import PersonalSuite, Product
from stellwerk.products.services import personal_suite
from stellwerk.products.tests.test_personal_suite import MOBILE, a_private_organisation

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_activations_at_once_one_is_refused_id_012():
    """The same person confirms the same number twice: two browsers, two organisations, one Suite."""
    anna = a_person()
    homes = [a_private_organisation(of=anna), an_organisation("Anna Keller II", kind="individual", of=anna)]
    numbers = [
        personal_suite.start_personal_suite(actor=acting(anna, home), organisation_id=home.pk, phone=MOBILE)
        for home in homes
    ]
    codes = [re.search(r"\b(\d{6})\b", each.body)[1] for each in Message.objects.filter(channel="sms").order_by("pk")]

    def confirm(at: int) -> int:
        return personal_suite.finish_personal_suite(
            actor=acting(anna, homes[at]), organisation_id=homes[at].pk, confirmation_id=numbers[at], code=codes[at]
        )

    outcomes = all_at_once(lambda: confirm(0), lambda: confirm(1))

    assert sorted(outcomes) in (["conflict", "done"], ["done", "personal_suite_limit_reached"])
    assert PersonalSuite.objects.count() == Product.objects.count() == 1
