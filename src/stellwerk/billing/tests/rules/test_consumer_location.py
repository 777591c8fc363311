from stellwerk.billing.rules.consumer_location import (
    ITEMS_NEEDED_BELOW_THRESHOLD,
    Evidence,
    EvidenceKind,
    consumer_location,
)

ADDRESS_FR = Evidence(EvidenceKind.BILLING_ADDRESS, "FR")
CARD_FR = Evidence(EvidenceKind.BANK_OR_CARD, "FR")
NETWORK_DE = Evidence(EvidenceKind.IP_ADDRESS, "DE")


def test_tax_009_two_items_that_agree_prove_the_place():
    place = consumer_location([ADDRESS_FR, NETWORK_DE, CARD_FR], billing_country="FR")

    assert (place.country, place.is_proved) == ("FR", True)
    assert place.supported_by == (ADDRESS_FR, CARD_FR)


def test_tax_009_two_items_may_outweigh_the_billing_address():
    card_de = Evidence(EvidenceKind.BANK_OR_CARD, "DE")

    place = consumer_location([ADDRESS_FR, NETWORK_DE, card_de], billing_country="FR")

    assert (place.country, place.is_proved) == ("DE", True)


def test_tax_010_contradicting_items_leave_the_billing_address_and_a_flag():
    place = consumer_location([ADDRESS_FR, NETWORK_DE], billing_country="FR")

    assert (place.country, place.is_proved) == ("FR", False)


def test_tax_010_two_against_two_prove_nothing():
    sim_de = Evidence(EvidenceKind.SIM_CARD, "DE")

    place = consumer_location([ADDRESS_FR, CARD_FR, NETWORK_DE, sim_de], billing_country="FR")

    assert not place.is_proved


def test_the_same_kind_of_item_counts_once():
    assert not consumer_location([ADDRESS_FR, ADDRESS_FR], billing_country="FR").is_proved


def test_tax_009_one_item_suffices_for_a_small_supplier():
    assert consumer_location([ADDRESS_FR], billing_country="FR", items_needed=ITEMS_NEEDED_BELOW_THRESHOLD).is_proved


def test_without_evidence_the_billing_address_is_taken_and_flagged():
    place = consumer_location([], billing_country="FR")

    assert (place.country, place.is_proved, place.supported_by) == ("FR", False, ())
