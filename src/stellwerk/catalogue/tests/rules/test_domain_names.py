"""Domain names in one spelling, or a refusal that says what is wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.catalogue.rules.domain_names import (
    RESERVED_BELOW_CH,
    DomainNameRefused,
    ascii_name,
    domain_name,
    swiss_name,
)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("huber-brot.ch", "huber-brot.ch"),
        ("  Huber-Brot.CH. ", "huber-brot.ch"),
        ("bäckerei.ch", "bäckerei.ch"),
        ("BÄCKEREI.ch", "bäckerei.ch"),
        ("xn--bckerei-5wa.ch", "bäckerei.ch"),
        ("ba\u0308ckerei.ch", "bäckerei.ch"),  # a and a combining diaeresis
        ("abc.ch", "abc.ch"),
        ("123.ch", "123.ch"),
        ("a" * 63 + ".ch", "a" * 63 + ".ch"),
        ("example。ch".replace("example", "huber"), "huber.ch"),
    ],
)
def test_one_name_has_one_spelling(raw, name):
    assert swiss_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("", "required"),
        ("   ", "required"),
        ("huber", "domain_name_ending"),
        ("huber.com", "domain_name_ending"),
        ("www.huber.ch", "domain_name_ending"),
        (".ch", "domain_name_length"),
        ("ab.ch", "domain_name_length"),
        ("a" * 64 + ".ch", "domain_name_length"),
        ("ä" * 60 + ".ch", "domain_name_length"),  # 60 letters, but longer than 63 in the DNS
        ("-huber.ch", "domain_name_hyphen"),
        ("huber-.ch", "domain_name_hyphen"),
        ("ab--cd.ch", "domain_name_hyphen"),
        ("hub er.ch", "domain_name_characters"),
        ("hub_er.ch", "domain_name_characters"),
        ("huber!.ch", "domain_name_characters"),
        ("пример.ch", "domain_name_characters"),
        ("hubеr.ch", "domain_name_characters"),  # noqa: RUF001  one Cyrillic letter among Latin ones
        ("xn--.ch", "domain_name_hyphen"),
        ("xn--zzzzzz99999.ch", "domain_name_characters"),
        ("switch.ch", "domain_name_reserved"),
        ("Admin.ch", "domain_name_reserved"),
    ],
)
def test_what_cannot_be_registered_below_ch_is_refused_with_its_reason(raw, rule):
    with pytest.raises(DomainNameRefused) as refused:
        swiss_name(raw)

    assert refused.value.rule == rule


def test_a_sharp_s_stays_for_other_endings_and_is_refused_below_ch():
    assert domain_name("straße.de") == "straße.de"  # IDNA 2008, no transitional mapping to ss
    with pytest.raises(DomainNameRefused, match="domain_name_characters"):
        swiss_name("straße.ch")


@pytest.mark.parametrize("raw", ["mail.huber.ch", "huber.com", "xn--mnchen-3ya.de", "a.b.c.d.example"])
def test_other_kinds_take_any_ending(raw):
    assert ascii_name(domain_name(raw)) == raw


@pytest.mark.parametrize("raw", ["localhost", "", "a..ch", "." * 10, ("a" * 60 + ".") * 5 + "ch"])
def test_no_name_is_no_name(raw):
    with pytest.raises(DomainNameRefused):
        domain_name(raw)


def test_names_reach_the_dns_in_ascii():
    assert ascii_name("bäckerei.ch") == "xn--bckerei-5wa.ch"
    assert "switch" in RESERVED_BELOW_CH


@given(st.text(max_size=80))
def test_any_text_is_a_name_in_its_final_spelling_or_a_refusal(raw):
    try:
        name = swiss_name(raw + ".ch")
    except DomainNameRefused:
        return

    assert swiss_name(name) == name
    assert swiss_name(ascii_name(name)) == name
    assert len(ascii_name(name)) <= 66


@given(st.text(max_size=300))
def test_no_text_is_answered_with_anything_else(raw):
    with suppress(DomainNameRefused):
        assert domain_name(domain_name(raw)) == domain_name(raw)
