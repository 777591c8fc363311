"""The contract every installed kind keeps, whoever wrote it."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from stellwerk.catalogue import queries, services
from stellwerk.catalogue.kinds import OfferDefault, ProductFacts, Provisioned, Target, Texts, Universe, kinds
from stellwerk.foundation.errors import Invalid
from stellwerk.foundation.money import CURRENCIES

KINDS = list(kinds().values())
FACTS = ProductFacts(
    product_id=1, organisation_id=1, offer_code="x", name="huber-brot.ch", quantity=5,
    started_on=date(2026, 1, 1), expires_on=date(2027, 1, 1),
)  # fmt: skip


@pytest.fixture(params=KINDS, ids=lambda kind: kind.code)
def kind(request):
    return request.param


def texts_of(kind):
    yield kind.name
    yield from (each for each in (kind.target_label, kind.target_hint) if each is not None)
    yield from (refusal.text for refusal in (kind.unique_per_organisation, kind.unique_name) if refusal)
    for offer in kind.offers:
        yield offer.name
        yield offer.summary


def test_the_built_in_kinds_are_installed_with_six_offers():
    assert {offer.code for kind in KINDS for offer in kind.offers} >= {
        "suite-personal", "suite-standard", "suite-pro", "domain-ch", "mail-service", "web-hosting",
    }  # fmt: skip


def test_every_text_exists_in_five_languages(kind):
    for text in texts_of(kind):
        assert all(each.strip() for each in dataclasses.astuple(text)), text.en


def test_german_is_swiss_and_nobody_is_addressed_informally(kind):
    for text in texts_of(kind):
        assert "ß" not in text.de
        assert not {"du", "dein", "deine", "deinen"} & set(text.de.lower().split())
        assert not {"tu", "ton", "ta", "tes"} & set(text.fr.lower().split())


def test_a_kind_has_its_place_and_its_offers(kind):
    assert isinstance(kind.universe, Universe)
    assert kind.offers
    assert all(isinstance(offer, OfferDefault) and (offer.prices or offer.own_page) for offer in kind.offers)
    assert len({offer.rank for offer in kind.offers}) == len(kind.offers)
    assert kind.horizon_months >= max(months for offer in kind.offers for months in offer.prices)


@pytest.mark.django_db
def test_every_offer_has_every_period_in_both_currencies(kind):
    services.load_default_offers()

    for currency in CURRENCIES:
        prices = queries.prices(currency=currency, on=date(2026, 1, 1))
        for offer in kind.offers:
            assert {months for code, months in prices if code == offer.code} == set(offer.prices)


def test_the_smallest_quantity_of_an_offer_can_be_bought(kind):
    for offer in kind.offers:
        assert offer.minimum_quantity >= 1
        assert offer.maximum_quantity is None or offer.maximum_quantity >= offer.minimum_quantity


def test_hooks_bear_a_second_call(kind):
    assert kind.provision(FACTS) == kind.provision(FACTS)
    assert isinstance(kind.provision(FACTS), Provisioned)
    for hook in (kind.change, kind.suspend, kind.resume, kind.terminate):
        hook(FACTS)
        hook(FACTS)
    assert kind.describe(FACTS) == kind.describe(FACTS)
    assert kind.usage(FACTS) == kind.usage(FACTS)


def taken(kind, raw):
    try:
        return kind.checked_target(raw), ()
    except Invalid as refused:
        return None, refused.errors


@pytest.mark.parametrize("raw", ["", " ", "\x00", "ä" * 500, "a b", "<script>", "..", "huber.ch", "\ud800"])
def test_any_target_is_taken_or_refused_for_its_field(kind, raw):
    target, errors = taken(kind, raw)

    assert {error.name for error in errors} <= {"target"}
    assert all(str(error.text) for error in errors)
    if target is not None:
        assert kind.checked_target(target) == target
        assert target == "" or kind.target is not Target.NONE


def test_texts_fall_back_to_english():
    assert Texts.of({"en": "Mail", "de": "Post"}).fr == "Mail"
