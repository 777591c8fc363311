"""`stellwerk import-bank`: settles what was paid, refuses what it cannot read, and twice is once (BNK-001…010)."""

import json

import pytest

from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.tests.bank_files import Payment, camt053
from stellwerk.billing.tests.builders import an_open_invoice
from stellwerk.cli.main import main
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def file_of(tmp_path):
    def written(content: bytes):
        path = tmp_path / "statement.xml"
        path.write_bytes(content)
        return str(path)

    return written


def test_bnk_006_the_exact_amount_settles_the_invoice(file_of, capsys):
    invoice = an_open_invoice(an_organisation())
    path = file_of(camt053(Payment(amount_minor=invoice.gross_minor, reference=invoice.reference)))

    assert main(["import-bank", path, "--json"]) == 0

    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert (entry["outcome"], entry["document"]) == ("matched", invoice.number)


def test_ex_10_the_same_file_twice_changes_nothing(file_of, capsys):
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    path = file_of(camt053(Payment(amount_minor=invoice.gross_minor + 118, reference=invoice.reference)))

    main(["import-bank", path])
    assert main(["import-bank", path]) == 0

    assert "Nothing has changed." in capsys.readouterr().out
    assert prepaid_balances(acme.pk) == {"CHF": 118}


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\xff", camt053()[:200]])
def test_a_broken_file_is_refused_in_one_line(content, file_of, capsys):
    assert main(["import-bank", file_of(content)]) == 1

    complaint = capsys.readouterr().err
    assert complaint.startswith("stellwerk: ")
    assert complaint.count("\n") == 1


def test_a_file_that_is_not_there_is_said_so(tmp_path, capsys):
    assert main(["import-bank", str(tmp_path / "nothing.xml")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_a_file_of_a_foreign_account_is_refused(file_of, capsys):
    path = file_of(camt053(Payment(amount_minor=100), iban="DE89370400440532013000"))

    assert main(["import-bank", path]) == 1
    assert "bank_account_foreign" in capsys.readouterr().err
