from datetime import date

import pytest
from lxml import etree

from stellwerk.billing.bank.camt import MAX_BYTES, read_bank_file
from stellwerk.billing.bank.entries import KEY_MAX_LENGTH, Direction
from stellwerk.billing.bank.errors import BankFileRefused
from stellwerk.billing.tests.bank_files import (
    DEBTOR_IBAN,
    OPERATOR_IBAN,
    Batch,
    Payment,
    Statement,
    bank_file,
    camt053,
    camt054,
)

QRR = "000000471100000202600001236"
SCOR = "RF4920260000123"
VERSIONS = pytest.mark.parametrize("version", ["04", "08"])
MESSAGES = pytest.mark.parametrize("message", ["052", "053", "054"])


def only(content):
    (entry,) = read_bank_file(content).entries
    return entry


def refusal_of(content):
    with pytest.raises(BankFileRefused) as refused:
        read_bank_file(content)
    return refused.value


@VERSIONS
@MESSAGES
def test_bnk_001_and_003_everything_a_payment_says_is_read(message, version):
    payment = Payment(
        amount_minor=10882,
        reference=QRR,
        text="Besten Dank für die Rechnung",
        debtor_name="Müller & Söhne",
        end_to_end_id="E2E-1",
        servicer_reference="20260504001",
        booked_on=date(2026, 5, 4),
        value_on=date(2026, 5, 5),
    )

    file = read_bank_file(bank_file(Statement(entries=(payment,)), message=message, version=version, message_id="M-7"))

    (entry,) = file.entries
    assert (file.message, file.version, file.message_id) == (f"camt.{message}", version, "M-7")
    assert (entry.account_iban, entry.amount_minor, entry.currency) == (OPERATOR_IBAN, 10882, "CHF")
    assert (entry.direction, entry.is_booked, entry.is_reversal) == (Direction.CREDIT, True, False)
    assert (entry.booked_on, entry.value_on) == (date(2026, 5, 4), date(2026, 5, 5))
    assert (entry.servicer_reference, entry.end_to_end_id) == ("20260504001", "E2E-1")
    assert (entry.debtor_name, entry.debtor_iban) == ("Müller & Söhne", DEBTOR_IBAN)
    assert (entry.structured_reference, entry.reference_type) == (QRR, "QRR")
    assert entry.free_text == "Besten Dank für die Rechnung"
    assert entry.makes_payment


def test_bnk_003_a_creditor_reference_is_read_compact():
    entry = only(camt053(Payment(amount_minor=100, reference="RF49 2026 0000 123")))

    assert (entry.structured_reference, entry.reference_type) == (SCOR, "SCOR")


def test_an_end_to_end_id_that_was_not_provided_is_none():
    assert only(camt053(Payment(amount_minor=100))).end_to_end_id == ""


@VERSIONS
def test_bnk_002_pending_entries_are_expected_and_make_no_payment(version):
    entry = only(camt053(Payment(amount_minor=100, status="PDNG"), version=version))

    assert not entry.is_booked
    assert not entry.makes_payment


def test_bnk_002_a_debit_makes_no_payment():
    assert not only(camt053(Payment(amount_minor=100, direction="DBIT"))).makes_payment


def test_bnk_002_a_reversed_credit_undoes_and_a_reversed_debit_pays_nothing():
    taken_back = only(camt053(Payment(amount_minor=100, direction="DBIT", is_reversal=True)))
    given_back = only(camt053(Payment(amount_minor=100, direction="CRDT", is_reversal=True)))

    assert (taken_back.undoes_payment, taken_back.makes_payment) == (True, False)
    assert (given_back.undoes_payment, given_back.makes_payment) == (False, False)


@VERSIONS
def test_the_details_of_a_collective_entry_are_rows_of_their_own(version):
    batch = Batch(payments=(Payment(amount_minor=10882, reference=QRR), Payment(amount_minor=3113, reference=SCOR)))

    rows = read_bank_file(camt053(batch, version=version)).entries

    assert [(row.amount_minor, row.structured_reference) for row in rows] == [(10882, QRR), (3113, SCOR)]
    assert [row.detail_number for row in rows] == [1, 2]
    assert len({row.entry_key for row in rows}) == 1
    assert all(row.makes_payment for row in rows)


def test_a_collective_entry_without_details_waits_for_them():
    entry = only(camt053(Batch(payments=(Payment(amount_minor=100), Payment(amount_minor=200)), has_details=False)))

    assert (entry.amount_minor, entry.is_collective, entry.makes_payment) == (300, True, False)


def test_several_accounts_stand_in_one_file():
    francs = Statement(entries=(Payment(amount_minor=100),))
    euro = Statement(entries=(Payment(amount_minor=200, currency="EUR"),), iban=DEBTOR_IBAN, currency="EUR")

    file = read_bank_file(bank_file(francs, euro))

    assert [(each.account_iban, each.entries[0].currency) for each in file.statements] == [
        (OPERATOR_IBAN, "CHF"),
        (DEBTOR_IBAN, "EUR"),
    ]


def test_a_day_without_movements_is_a_valid_statement():
    assert read_bank_file(camt053()).entries == ()


def test_reading_the_same_bytes_twice_gives_equal_rows():
    content = camt053(Payment(amount_minor=100), Batch(payments=(Payment(amount_minor=1), Payment(amount_minor=2))))

    assert read_bank_file(content) == read_bank_file(content)


@pytest.mark.parametrize(
    ("written", "minor"),
    [("108.82", 10882), ("108.8", 10880), ("108", 10800), ("0.01", 1), (".5", 50), ("+7.", 700), ("1.23000", 123)],
)
def test_amounts_are_read_exactly(written, minor):
    content = camt053(Payment(amount_minor=999)).replace(b">9.99<", f">{written}<".encode())

    assert only(content).amount_minor == minor


def test_the_yen_has_no_hundredths():
    assert only(camt053(Payment(amount_minor=999, currency="JPY")).replace(b">9.99<", b">999<")).amount_minor == 999


@pytest.mark.parametrize(
    "written", ["", "abc", "-1.00", "1,00", "1.001", "1e3", "NaN", "1" * 16, "٣", ".", "+", "1 00"]
)
def test_an_amount_that_is_none_is_refused(written):
    content = camt053(Payment(amount_minor=999)).replace(b">9.99<", f">{written}<".encode(), 1)

    refused = refusal_of(content.replace(b">9.99<", f">{written}<".encode()))

    assert refused.code == "bank_file_amount_invalid"
    assert refused.position == "statement 1, entry 1"
    assert refused.element == "Amt"


def test_a_refusal_tells_line_position_and_element():
    content = camt053(Payment(amount_minor=100), Payment(amount_minor=200, booked_on=date(2026, 12, 31)))
    broken = content.replace(b"<Dt>2026-12-31</Dt>\n        </BookgDt>", b"<Dt>2026-13-31</Dt></BookgDt>")

    refused = refusal_of(broken)

    assert (refused.code, refused.value) == ("bank_file_date_invalid", "2026-13-31")
    assert refused.position == "statement 1, entry 2"
    assert broken.splitlines()[refused.line - 1].strip().startswith(b"<Dt>2026-13-31")
    assert str(refused) == (
        f"bank_file_date_invalid, line {refused.line}, statement 1, entry 2, BookgDt/Dt, '2026-13-31'"
    )


def without(content, path):
    """The file without the first element at `path` below the statement."""
    root = etree.fromstring(content)
    namespace = etree.QName(root).namespace
    found = root.find(".//" + "/".join(f"{{{namespace}}}{name}" for name in path.split("/")))
    found.getparent().remove(found)
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("Ntry/Sts", "Sts"),
        ("Ntry/CdtDbtInd", "CdtDbtInd"),
        ("Ntry/Amt", "Amt"),
        ("Stmt/Acct/Id/IBAN", "Acct/Id/IBAN"),
        ("Stmt", "Stmt"),
        ("BkToCstmrStmt", "BkToCstmrStmt"),
    ],
)
def test_a_missing_element_is_named(path, element):
    refused = refusal_of(without(camt053(Payment(amount_minor=100)), path))

    assert (refused.code, refused.element) == ("bank_file_incomplete", element)


def test_a_missing_date_is_taken_from_the_other_one_or_from_the_statement():
    content = camt053(Payment(amount_minor=100, booked_on=date(2026, 5, 4), value_on=date(2026, 5, 6)))
    without_booking = without(content, "Ntry/BookgDt")
    without_both = without(without_booking, "Ntry/ValDt")

    assert only(without_booking).booked_on == date(2026, 5, 6)
    assert only(without_both).value_on == date(2026, 5, 4)
    assert refusal_of(without(without_both, "Stmt/CreDtTm")).element == "BookgDt"


@pytest.mark.parametrize("currency", ["", "chf", "CHFR"])
def test_a_currency_that_is_none_is_refused(currency):
    content = camt053(Payment(amount_minor=999)).replace(b'Ccy="CHF">9.99', f'Ccy="{currency}">9.99'.encode())

    assert refusal_of(content).code == "bank_file_currency_invalid"


def test_an_unknown_direction_is_refused():
    content = camt054(Payment(amount_minor=999)).replace(b"CRDT", b"IN")

    assert (refusal_of(content).code, refusal_of(content).value) == ("bank_file_value_invalid", "IN")


def test_details_that_are_not_the_sum_of_their_entry_are_refused():
    batch = Batch(payments=(Payment(amount_minor=100), Payment(amount_minor=250)))

    refused = refusal_of(camt053(batch).replace(b">2.50<", b">2.49<"))

    assert (refused.code, refused.value) == ("bank_file_details_mismatch", "1 minor units apart")


def test_a_batch_of_which_only_one_detail_is_listed_is_refused():
    content = camt054(Batch(payments=(Payment(amount_minor=100),)))

    assert refusal_of(content.replace(b"<NbOfTxs>1<", b"<NbOfTxs>3<")).code == "bank_file_details_mismatch"


def test_a_detail_in_another_currency_than_its_entry_is_refused():
    batch = Batch(payments=(Payment(amount_minor=100), Payment(amount_minor=250)))

    refused = refusal_of(camt053(batch).replace(b'Ccy="CHF">2.50', b'Ccy="EUR">2.50'))

    assert (refused.code, refused.position) == ("bank_file_details_mismatch", "statement 1, entry 1, detail 2")


def test_a_single_detail_in_foreign_money_counts_what_was_booked():
    content = camt053(Payment(amount_minor=10882))
    before, details = content.split(b"<TxDtls>")

    entry = only(before + b"<TxDtls>" + details.replace(b'Ccy="CHF">108.82', b'Ccy="USD">120.00'))

    assert (entry.amount_minor, entry.currency) == (10882, "CHF")


def test_a_reference_longer_than_the_standard_allows_is_refused():
    refused = refusal_of(camt053(Payment(amount_minor=100, servicer_reference="9" * 36)))

    assert (refused.code, refused.element) == ("bank_file_value_invalid", "AcctSvcrRef")


@pytest.mark.parametrize("content", [b"", b" \n\t"])
def test_an_empty_file_is_called_empty(content):
    assert refusal_of(content).code == "bank_file_empty"


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    refused = refusal_of(b"<" * (MAX_BYTES + 1))

    assert (refused.code, refused.value) == ("bank_file_too_large", str(MAX_BYTES + 1))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"\x50\x4b\x03\x04zip",
        b"<Document>",
        b"<a/><b/>",
        b"date;amount\n1;2",
        b'<?xml version="1.0" encoding="KOI-99"?><a/>',
    ],
)
def test_what_is_no_xml_is_unreadable(content):
    assert refusal_of(content).code == "bank_file_unreadable"


def test_a_truncated_file_names_the_line_where_it_ends():
    content = camt053(Payment(amount_minor=100))

    refused = refusal_of(content[: len(content) // 2])

    assert refused.code == "bank_file_unreadable"
    assert refused.line == content[: len(content) // 2].count(b"\n") + 1


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body/></html>",
        b"<Document/>",
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>',
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"/>',
        b'<Other xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
    ],
)
def test_another_kind_of_document_is_told_apart(content):
    assert refusal_of(content).code == "bank_file_not_camt"


@pytest.mark.parametrize("version", ["02", "13"])
def test_bnk_001_another_version_is_refused_by_its_name(version):
    refused = refusal_of(camt053(Payment(amount_minor=100)).replace(b".001.08", f".001.{version}".encode()))

    assert (refused.code, refused.value) == ("bank_file_version_unknown", f"camt.053.001.{version}")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    ],
)
def test_any_doctype_is_refused(doctype):
    content = camt053(Payment(amount_minor=100)).decode().replace("<Document", f"{doctype}\n<Document", 1)

    assert refusal_of(content.encode()).code == "bank_file_with_doctype"


def test_a_doctype_is_seen_in_other_encodings_and_behind_comments_too():
    content = camt053(Payment(amount_minor=100)).decode().partition("?>")[2].lstrip()

    assert refusal_of(f"<!DOCTYPE Document>{content}".encode("utf-16")).code == "bank_file_with_doctype"
    assert refusal_of(f"<!-- <a> --><!DOCTYPE Document>{content}".encode()).code == "bank_file_with_doctype"


def test_a_billion_laughs_are_refused_at_once():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE Document [<!ENTITY a0 "ha">{entities}]>'
    content = camt053(Payment(amount_minor=100, text="LAUGH")).decode().replace("<Document", f"{bomb}<Document", 1)

    assert refusal_of(content.replace("LAUGH", "&a11;").encode()).code == "bank_file_with_doctype"
    assert refusal_of(content.replace('Ccy="CHF"', 'Ccy="&a11;"').encode()).code == "bank_file_with_doctype"


def test_comments_and_processing_instructions_say_nothing():
    content = camt053(Payment(amount_minor=100, text="Danke")).replace(b">1.00<", b"><!--9-->1.<?x 9?>00<")

    assert only(content).amount_minor == 100


def test_a_file_in_another_encoding_is_read():
    content = camt053(Payment(amount_minor=100, text="Zürich")).decode()

    entry = only(content.replace("UTF-8", "ISO-8859-1").encode("latin-1"))

    assert entry.free_text == "Zürich"


def test_no_key_is_longer_than_its_column():
    batch = Batch(
        payments=tuple(
            Payment(amount_minor=10**16, reference="9" * 27, servicer_reference="", end_to_end_id="E" * 35)
            for _ in range(2)
        ),
        servicer_reference="R" * 35,
    )
    content = camt054(batch, iban="CH" + "9" * 32).replace(b"AcctSvcrRef>2026", b"InstrId>2026")

    rows = read_bank_file(
        content.replace(b"</AcctSvcrRef>\n              <EndToEndId>", b"</InstrId><EndToEndId>")
    ).entries

    assert max(len(row.duplicate_key) for row in rows) <= KEY_MAX_LENGTH
    assert len({row.duplicate_key for row in rows}) == 2
