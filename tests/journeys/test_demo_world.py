"""The demo world lives: three organisations, two years of real documents, keys that work, nothing wrong."""

import json
from itertools import combinations

import pytest

from stellwerk.billing.queries.expected_transfers import expected_transfers
from stellwerk.cli.main import main
from stellwerk.foundation import clock, health
from stellwerk.identity import queries as identity
from stellwerk.identity.models import Account
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.queries import membership_rows
from stellwerk.organisations.tests.builders import a_stranger_actor
from stellwerk.products.queries import group_counts

pytestmark = [pytest.mark.django_db, pytest.mark.journey]


def test_the_demo_world_is_printed_with_keys_that_work_and_nothing_is_wrong_in_it(capsys):
    assert main(["demo", "--json"]) == 0
    accounts = json.loads(capsys.readouterr().out)["accounts"]

    for account in accounts:
        assert identity.checked_token(account["token"]).account_id == identity.account_id_of(account["email"])
    spaces = [{each["id"] for each in account["organisations"]} for account in accounts]
    assert all(one != other for one, other in combinations(spaces, 2))

    lena = Account.objects.get(email="lena@baeckerei-huber.example")
    (bakery,) = membership_rows(lena.pk)
    assert bakery.name == "Bäckerei Huber AG"
    actor = organisations.standing(a_stranger_actor(lena), bakery.organisation_id)
    counts = {each.kind_code: each.count for each in group_counts(actor, bakery.organisation_id)}
    assert counts["domain-name"] == 2
    assert counts["suite"] == 1

    (open_invoice,) = expected_transfers(bakery.organisation_id)
    assert open_invoice.amount_minor == 1038  # one .ch domain, 9.60 and 8.1 % VAT
    assert health.findings() == []
    assert clock.offset().days == 0


def test_the_demo_world_never_mixes_with_real_customers(capsys):
    from stellwerk.organisations.tests.builders import a_person

    a_person()

    assert main(["demo"]) == 1
    assert "has accounts already" in capsys.readouterr().err


def test_the_bank_file_of_an_open_invoice_pays_it(capsys, tmp_path, monkeypatch):
    from stellwerk.billing.tests.builders import an_open_invoice
    from stellwerk.cli.world.bank import Credit, statement
    from stellwerk.organisations.tests.builders import an_organisation

    acme = an_organisation()
    invoice = an_open_invoice(acme)
    (due,) = expected_transfers(acme.pk)
    path = tmp_path / "demo.xml"
    path.write_bytes(
        statement(
            Credit(
                iban=due.iban,
                amount_minor=due.amount_minor,
                currency=due.currency,
                reference=due.reference,
                debtor_name="Acme AG",
                booked_on=clock.today(),
            )
        )
    )

    assert main(["import-bank", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"][0]["document"] == invoice.number
    assert expected_transfers(acme.pk) == []
