import pytest

from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance
from stellwerk.foundation import rate_limits
from stellwerk.identity.models import Account
from stellwerk.organisations.services.teams import add_to_team
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products.models import Product
from stellwerk.products.services import Holder, Target, set_access
from tests.permissions import world
from tests.permissions.world import OF_A_PERSON, OF_AN_ORGANISATION, Place

THINGS = 6  # a statement for each of them would exceed any allowance


@pytest.fixture
def house(db) -> world.World:
    """Acme with several things of every kind, made by its owner."""
    house = world.build()
    add_things_to(house)
    return house


def add_things_to(house: world.World, *, after: int = 1) -> None:
    """Several more things of every kind, beside so many; the last of each is the one that addresses name."""
    owner = house.people["owner"]
    for number in range(after + 1, after + 1 + THINGS):
        place = Place(house.acme, owner, owner, number=number)
        for name, make in {**OF_AN_ORGANISATION, **OF_A_PERSON}.items():
            rate_limits.forget_all()  # some things are allowed a few times an hour only
            house.remember(name, place, make(place))
        an_organisation(f"Branch {number}", of=owner)
        a_prepaid_balance(house.acme, 1000 + number)
        a_paid_invoice(house.acme)
    held_by = (Holder(account_id=house.own("user_id", "owner")), Holder(team_id=house.own("team_id", "owner")))
    for product_id in Product.objects.filter(organisation=house.acme).values_list("pk", flat=True)[:THINGS]:
        for holder in held_by:
            set_access(
                actor=place.acting_owner, organisation_id=house.acme.pk, holder=holder,
                target=Target(product_id=product_id), rights=["technical"],
            )  # fmt: skip
    in_a_team = {"organisation_id": house.acme.pk, "team_id": house.own("team_id", "owner")}
    add_to_team(actor=place.acting_owner, **in_a_team, account_ids=[each.pk for each in _members_of(house)])


def _members_of(house: world.World) -> list[Account]:
    return [account for role, account in house.people.items() if role != "outsider"]
