"""Whatever the bytes are, the reader answers with a file or with its own refusal."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from stellwerk.billing.bank.camt import read_bank_file
from stellwerk.billing.bank.entries import BankFile, Direction
from stellwerk.billing.bank.errors import BankFileRefused
from stellwerk.billing.tests.bank_files import Batch, Payment, Statement, bank_file

QRR = "000000471100000202600001236"
SAMPLE = Statement(
    entries=(
        Payment(amount_minor=10882, reference=QRR, text="Rechnung"),
        Batch(payments=(Payment(amount_minor=3113, reference="RF4920260000123"), Payment(amount_minor=77))),
        Batch(payments=(Payment(amount_minor=5), Payment(amount_minor=6)), has_details=False),
    )
)
FILES = [
    bank_file(SAMPLE, message=message, version=version) for message in ("052", "053", "054") for version in ("04", "08")
]
AMOUNTS = st.integers(1, 10**11)


def outcome(content):
    try:
        return read_bank_file(content)
    except BankFileRefused as refused:
        return refused


@settings(max_examples=200)
@given(file=st.sampled_from(FILES), edits=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=8)), max_size=6))
def test_bytes_overwritten_anywhere_are_read_or_refused(file, edits):
    mutated = bytearray(file)
    for place, patch in edits:
        start = place % len(mutated)
        mutated[start : start + len(patch)] = patch

    assert isinstance(outcome(bytes(mutated)), BankFile | BankFileRefused)


@settings(max_examples=200)
@given(
    file=st.sampled_from(FILES), start=st.integers(0, 10**6), length=st.integers(0, 400), insert=st.binary(max_size=40)
)
def test_pieces_cut_out_and_put_in_are_read_or_refused(file, start, length, insert):
    start %= len(file)

    assert isinstance(outcome(file[:start] + insert + file[start + length :]), BankFile | BankFileRefused)


@given(content=st.binary(max_size=300))
def test_random_bytes_are_refused(content):
    assert isinstance(outcome(content), BankFileRefused)


XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@settings(max_examples=200)
@given(
    file=st.sampled_from(FILES),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.one_of(st.none(), XML_TEXT)), min_size=1, max_size=4),
)
def test_well_formed_nonsense_is_read_or_refused(file, edits):
    root = etree.fromstring(file)
    for place, text in edits:
        elements = list(root.iter())
        element = elements[place % len(elements)]
        if text is not None:
            element.text = text
        elif element is not root:
            element.getparent().remove(element)

    assert isinstance(outcome(etree.tostring(root, encoding="UTF-8")), BankFile | BankFileRefused)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=8), version=st.sampled_from(["04", "08"]), batched=st.booleans())
def test_not_a_cent_of_what_the_bank_writes_is_lost(amounts, version, batched):
    payments = tuple(Payment(amount_minor=amount) for amount in amounts)
    entries = (Batch(payments=payments),) if batched else payments

    rows = read_bank_file(bank_file(Statement(entries=entries), version=version)).entries

    assert [row.amount_minor for row in rows] == amounts
    assert {row.direction for row in rows} == {Direction.CREDIT}
    assert len({row.duplicate_key for row in rows}) == len(amounts)
