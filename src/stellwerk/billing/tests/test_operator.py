"""Whose company and bank accounts stand on the documents."""

import pytest

from stellwerk.foundation import health

pytestmark = pytest.mark.django_db


def told_of_the_operator():
    return [each.text for each in health.findings() if each.examination == "operator"]


@pytest.mark.parametrize(
    ("address", "lacks", "told"),
    [
        ("https://portal.example.ch", ["STELLWERK_OPERATOR_IBAN_CHF"], True),
        ("https://portal.example.ch", [], False),
        ("http://127.0.0.1:8000", ["STELLWERK_OPERATOR_IBAN_CHF"], False),
    ],
)
def test_doctor_tells_of_a_public_instance_with_the_bank_accounts_of_the_demo(settings, address, lacks, told):
    settings.SITE_URL, settings.OPERATOR_LACKS = address, lacks

    found = told_of_the_operator()

    assert bool(found) is told
    assert all("STELLWERK_OPERATOR_IBAN_CHF" in each for each in found)
