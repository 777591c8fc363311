from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.totals import NetLine, Totals, credit_totals, gross_split, totals_of, vat_minor

LINES = st.lists(
    st.builds(NetLine, st.integers(0, 10**8), st.just("S"), st.sampled_from([0, 260, 810, 1900, 2550])), max_size=30
)


def figures(totals):
    return totals.net_minor, totals.vat_minor, totals.gross_minor


def swiss(*nets_minor):
    return [NetLine(net_minor, "S", 810) for net_minor in nets_minor]


def test_ex_05_vat_is_rounded_once_per_group_and_not_per_line():
    invoice = totals_of(swiss(9107, 960))

    assert figures(invoice) == (10067, 815, 10882)
    assert vat_minor(9107, 810) + vat_minor(960, 810) == 816


def test_ex_12_several_products_and_years_on_one_invoice():
    assert figures(totals_of(swiss(3 * 960, 10714, 5 * 8532))) == (56254, 4557, 60811)
    assert figures(totals_of(swiss(3 * 960))) == (2880, 233, 3113)


@pytest.mark.parametrize(
    ("gross_minor", "rate_bp", "net_minor", "vat"), [(2160, 2000, 1800, 360), (2000, 2550, 1594, 406)]
)
def test_ex_14_a_gross_list_price_is_taken_apart(gross_minor, rate_bp, net_minor, vat):
    split = gross_split(gross_minor, rate_bp)

    assert (split.net_minor, split.vat_minor) == (net_minor, vat)


def test_ex_14_totals_come_from_net_and_not_from_rounded_gross_units():
    monthly = totals_of(swiss(992))
    twelve = totals_of(swiss(12 * 992))

    assert 12 * monthly.gross_minor == 12864
    assert figures(twelve) == (11904, 964, 12868)


def test_ex_15_credit_notes_close_exactly():
    invoice = totals_of(swiss(9107, 960))

    first = credit_totals(invoice, credited=[], lines=swiss(960))
    second = credit_totals(invoice, credited=[first], lines=swiss(9107))

    assert figures(first) == (960, 78, 1038)
    assert figures(second) == (9107, 737, 9844)
    assert first.gross_minor + second.gross_minor == invoice.gross_minor


def test_inv_010_more_than_the_invoice_cannot_be_credited():
    invoice = totals_of(swiss(960))
    first = credit_totals(invoice, credited=[], lines=swiss(500))

    with pytest.raises(BillingRefused) as refused:
        credit_totals(invoice, credited=[first], lines=swiss(461))

    assert refused.value.code == "credit_exceeds_invoice"
    assert refused.value.context["creditable_net_minor"] == 460


def test_inv_010_a_rate_the_invoice_does_not_have_cannot_be_credited():
    with pytest.raises(BillingRefused, match="credit_exceeds_invoice"):
        credit_totals(totals_of(swiss(960)), credited=[], lines=[NetLine(1, "S", 260)])


def test_groups_are_kept_apart_by_category_and_rate():
    totals = totals_of([*swiss(1000), NetLine(500, "AE", 0), NetLine(200, "S", 260), *swiss(1)])

    assert [(group.category, group.rate_bp, group.net_minor) for group in totals.groups] == [
        ("AE", 0, 500),
        ("S", 260, 200),
        ("S", 810, 1001),
    ]


def test_a_document_without_lines_is_worth_nothing():
    assert figures(totals_of([])) == (0, 0, 0)


@pytest.mark.parametrize("rate_bp", [-1, 10_001])
def test_an_impossible_rate_is_refused(rate_bp):
    with pytest.raises(ValueError, match="rate_bp"):
        vat_minor(100, rate_bp)
    with pytest.raises(ValueError, match="rate_bp"):
        gross_split(100, rate_bp)


@given(lines=LINES)
def test_gen_008_each_group_is_within_half_a_cent_of_the_exact_tax(lines):
    totals = totals_of(lines)

    assert totals.net_minor == sum(line.net_minor for line in lines)
    for group in totals.groups:
        exact = Fraction(group.net_minor * group.rate_bp, 10_000)
        assert abs(group.vat_minor - exact) <= Fraction(1, 2)


@given(net_minor=st.integers(-(10**9), 10**9), rate_bp=st.integers(0, 10_000))
def test_gen_007_a_credit_is_rounded_like_the_charge_it_mirrors(net_minor, rate_bp):
    assert vat_minor(-net_minor, rate_bp) == -vat_minor(net_minor, rate_bp)


@given(gross_minor=st.integers(0, 10**9), rate_bp=st.integers(0, 10_000))
def test_ex_14_both_parts_of_a_gross_price_make_the_whole(gross_minor, rate_bp):
    split = gross_split(gross_minor, rate_bp)

    assert split.net_minor + split.vat_minor == gross_minor
    assert abs(split.vat_minor - Fraction(split.net_minor * rate_bp, 10_000)) <= 1


@given(lines=LINES.filter(bool), data=st.data())
def test_ex_15_credit_notes_in_any_order_and_any_portions_close_the_invoice(lines, data):
    invoice, notes, left = totals_of(lines), [], list(lines)
    while left:
        count = data.draw(st.integers(1, len(left)))
        notes.append(credit_totals(invoice, credited=notes, lines=left[:count]))
        left = left[count:]

    assert sum(note.gross_minor for note in notes) == invoice.gross_minor
    assert sum(note.vat_minor for note in notes) == invoice.vat_minor
    assert all(group.vat_minor >= 0 for note in notes for group in note.groups)


def test_totals_are_plain_values():
    assert totals_of(swiss(100)) == Totals(totals_of(swiss(60, 40)).groups)
