import pytest

from stellwerk.billing.rules.territories import MEMBER_STATES, vat_territory


def test_the_union_has_27_member_states():
    assert len(MEMBER_STATES) == 27


@pytest.mark.parametrize(
    ("country", "postal_code", "code"),
    [
        ("ES", "35001", "IC"),
        ("ES", "38003", "IC"),
        ("ES", "51001", "ES-CE"),
        ("ES", "52001", "ES-ML"),
        ("FI", "22100", "AX"),
        ("AX", "22100", "AX"),
        ("IT", "23041", "IT-23041"),
        ("IT", "22061", "IT-22061"),
        ("DE", "27498", "DE-27498"),
        ("DE", "78266", "DE-78266"),
        ("GR", "630 86", "GR-69"),
        ("FR", "97110", "GP"),
        ("FR", "97133", "BL"),
        ("FR", "97150", "MF"),
        ("FR", "97200", "MQ"),
        ("FR", "97300", "GF"),
        ("FR", "97400", "RE"),
        ("FR", "97500", "PM"),
        ("FR", "97600", "YT"),
        ("FR", "98800", "NC"),
        ("RE", "97400", "RE"),
        ("SM", "47890", "SM"),
        ("GB", "BT1 5GS", "GB"),
        ("US", "10001", "US"),
        ("CH", "8001", "CH"),
    ],
)
def test_tax_013_places_outside_the_vat_territory_of_the_union(country, postal_code, code):
    territory = vat_territory(country, postal_code=postal_code)

    assert (territory.code, territory.is_union) == (code, False)


@pytest.mark.parametrize(
    ("country", "postal_code", "code", "state"),
    [
        ("ES", "28001", "ES", "ES"),
        ("ES", "07001", "ES", "ES"),  # the Balearic Islands are inside
        ("IT", "22100", "IT", "IT"),
        ("DE", "78262", "DE", "DE"),
        ("FR", "20000", "FR", "FR"),  # Corsica
        ("FR", "98000", "FR", "FR"),
        ("MC", "98000", "FR", "FR"),
        ("PT", "9000-042", "PT-30", "PT"),
        ("PT", "9500-321", "PT-20", "PT"),
        ("FR", "", "FR", "FR"),
    ],
)
def test_tax_013_places_inside(country, postal_code, code, state):
    territory = vat_territory(country, postal_code=postal_code)

    assert (territory.code, territory.member_state) == (code, state)


@pytest.mark.parametrize(("country", "postal_code"), [("CH", "8001"), ("LI", "9490"), ("DE", "78266")])
def test_tax_003_liechtenstein_and_buesingen_are_swiss_territory(country, postal_code):
    assert vat_territory(country, postal_code=postal_code).is_swiss


def test_a_swiss_postal_code_does_not_make_a_german_town_swiss():
    assert not vat_territory("DE", postal_code="8001").is_swiss
