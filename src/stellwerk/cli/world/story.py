"""Two years in the demo world, day by day: the clock travels, people act, and the house does what each day asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from stellwerk.billing.services.addresses import NewAddress
from stellwerk.billing.services.fill_cart import NewCartLine
from stellwerk.cli.world import acts, cast
from stellwerk.foundation import clock, jobs
from stellwerk.identity import queries as identity
from stellwerk.identity.services import NewApplicationPassword, create_application_password, create_token
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services import NewOrganisation
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.products.services import Holder, Target, set_access

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.actor import Actor

DAYS = 730
SCOPES = ("accounts", "users", "products", "billing", "user_info")
BAKERY = NewOrganisation(
    name="Bäckerei Huber AG", kind="company", street="Länggassstrasse", building_number="14", postal_code="3012",
    town="Bern", country="CH", phone="+41313001414", language="de", vat_number="CHE-116.281.710 MWST",
)  # fmt: skip
AGENCY = NewOrganisation(
    name="Atelier Seilbahn GmbH", kind="company", street="Hafenstraße", building_number="6", postal_code="78462",
    town="Konstanz", country="DE", phone="+497531123456", language="de", vat_number="DE136695976",
)  # fmt: skip
PRIVATE = NewOrganisation(
    name="Claire Morel", kind="individual", street="rue des Forgerons", building_number="9", postal_code="25000",
    town="Besançon", country="FR", phone="+33381000000", language="fr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CastAccount:
    """An account of the demo world as `stellwerk demo --json` prints it."""

    email: str
    password: str
    token: str
    app_password: str
    organisations: list[dict[str, object]]


@dataclass(slots=True)
class World:
    """Who and what exists so far."""

    people: dict[str, Actor] = field(default_factory=dict)
    bakery: int = 0
    agency: int = 0
    private: int = 0


def make_world(told: Callable[[str], None] = lambda _: None) -> list[CastAccount]:
    """Play the story up to today; `told` hears how far it is. The clock of other processes stays where it is."""
    world = World()
    script = _script(world)
    today = clock.today()
    first = today - timedelta(days=DAYS)
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        with clock.travel_to(_morning(day)):
            jobs.run_due_jobs()
            acts_today = script.get(number, ())
            for act in acts_today:
                act()
            if acts_today:
                jobs.run_due_jobs()
        if number % 73 == 0:
            told(f"{day:%B %Y}")
    return [_keys_of(world, person) for person in _everybody()]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=clock.operator_zone())


def _script(world: World) -> dict[int, list[Callable[[], None]]]:
    """What happens on which day after the beginning."""
    script: dict[int, list[Callable[[], None]]] = defaultdict(list)
    script[0] += [lambda: _begin(world)]
    script[1] += [lambda: _bakery_orders(world)]
    script[4] += [lambda: acts.pays_everything(world.bakery)]
    script[9] += [lambda: _agency_and_private_order(world)]
    script[12] += [lambda: acts.pays_everything(world.agency), lambda: acts.pays_everything(world.private)]
    for at, post in enumerate(cast.COLLEAGUES):
        script[20 + 9 * at] += [lambda post=post: _colleague_joins(world, post)]  # type: ignore[misc]  # bound now
    script[95] += [lambda: _teams(world)]
    script[120] += [lambda: _bakery_opens_in_thun(world)]
    script[340] += [lambda: _lena_tops_up(world)]
    script[343] += [lambda: acts.pays_everything(world.bakery)]
    script[346] += [lambda: _lena_withdraws(world)]
    script[500] += [lambda: _agency_grows(world)]
    script[503] += [lambda: acts.pays_everything(world.agency)]
    script[DAYS - 6] += [lambda: _still_unpaid(world)]
    return script


def _begin(world: World) -> None:
    world.people[cast.OPERATOR.email] = acts.comes_along(cast.OPERATOR, is_operator=True)
    for person, entries, name in (
        (cast.LENA, BAKERY, "bakery"), (cast.NADIA, AGENCY, "agency"), (cast.CLAIRE, PRIVATE, "private"),
    ):  # fmt: skip
        world.people[person.email] = acts.comes_along(person)
        setattr(world, name, acts.founds(world.people[person.email], entries))


def _lena_withdraws(world: World) -> None:
    lena = world.people[cast.LENA.email]
    acts.withdraws(lena, world.bakery, amount_minor=15_000, currency="CHF", iban="CH9300762011623852957")


def _lena_tops_up(world: World) -> None:
    acts.tops_up(world.people[cast.LENA.email], world.bakery, amount_minor=200_000, currency="CHF")


def _bakery_opens_in_thun(world: World) -> None:
    """Some invoices of the bakery go to its branch from now on."""
    branch = NewAddress(
        name="Bäckerei Huber AG, Filiale Thun", attention="Jonas Frei", street="Obere Hauptgasse", building_number="21",
        postal_code="3600", town="Thun", country="CH", language="de", email="filiale-thun@baeckerei-huber.example",
    )  # fmt: skip
    lena = world.people[cast.LENA.email]
    address_id = acts.adds_address(lena, world.bakery, entries=branch)
    acts.invoices_product_to(lena, world.bakery, name="huber-brot.ch", address_id=address_id)


def _bakery_orders(world: World) -> None:
    acts.orders(
        world.people[cast.LENA.email], world.bakery,
        lines=[
            NewCartLine(offer_code="domain-ch", period_months=12, target="huber-brot.ch"),
            NewCartLine(offer_code="domain-ch", period_months=24, target="baeckerei-huber.ch"),
            NewCartLine(offer_code="suite-pro", period_months=12, quantity=7, target="baeckerei-huber.ch"),
            NewCartLine(offer_code="web-hosting", period_months=12),
        ],
        renews_automatically=True,
    )  # fmt: skip


def _agency_and_private_order(world: World) -> None:
    acts.orders(
        world.people[cast.NADIA.email], world.agency,
        lines=[
            NewCartLine(offer_code="web-hosting", period_months=12),
            NewCartLine(offer_code="mail-service", period_months=12, quantity=5, target="atelier-seilbahn.ch"),
            NewCartLine(offer_code="domain-ch", period_months=36, target="atelier-seilbahn.ch"),
        ],
    )  # fmt: skip
    acts.orders(
        world.people[cast.CLAIRE.email], world.private,
        lines=[NewCartLine(offer_code="domain-ch", period_months=24, target="claire-morel.ch")],
    )  # fmt: skip


def _colleague_joins(world: World, post: cast.Post) -> None:
    person = post.person
    if person.email not in world.people:
        world.people[person.email] = acts.comes_along(person)
        acts.founds_home(world.people[person.email], person)
    acts.brings_in(world.people[cast.LENA.email], world.bakery, post=post, invited=world.people[person.email])


def _teams(world: World) -> None:
    lena = acts.standing(world.people[cast.LENA.email], world.bakery)
    for name, color, kind_code in (("Shop", "blue", "web-hosting"), ("Office", "green", "domain-name")):
        team = create_team(actor=lena, organisation_id=world.bakery, name=name, color=color)
        members = [
            number
            for post in cast.COLLEAGUES
            if post.team == name and (number := world.people[post.person.email].account_id) is not None
        ]
        add_to_team(actor=lena, organisation_id=world.bakery, team_id=team.pk, account_ids=members)
        set_access(
            actor=lena, organisation_id=world.bakery, holder=Holder(team_id=team.pk),
            target=Target(kind_code=kind_code), rights=["technical"],
        )  # fmt: skip


def _agency_grows(world: World) -> None:
    lines = [NewCartLine(offer_code="web-hosting", period_months=12)]
    acts.orders(world.people[cast.NADIA.email], world.agency, lines=lines)


def _still_unpaid(world: World) -> None:
    """So that today somebody has an invoice with a QR-bill to pay."""
    acts.orders(
        world.people[cast.LENA.email], world.bakery,
        lines=[NewCartLine(offer_code="domain-ch", period_months=12, target="holzofen-bern.ch")],
    )  # fmt: skip


def _everybody() -> list[cast.Person]:
    return [cast.OPERATOR, cast.LENA, cast.CLAIRE, cast.NADIA, *(
        post.person for post in cast.COLLEAGUES if post.person is not cast.NADIA
    )]  # fmt: skip


def _keys_of(world: World, person: cast.Person) -> CastAccount:
    """Fresh keys, so that the printed ones work."""
    actor = world.people.get(person.email)
    account_id = actor.account_id if actor else identity.account_id_of(person.email)
    if actor is None or account_id is None:
        raise LookupError(person.email)
    _, token = create_token(actor=actor, account_id=account_id, name="Demo", scopes=SCOPES)
    _, password = create_application_password(
        actor=actor, account_id=account_id, entries=NewApplicationPassword(name="Demo phone")
    )
    rows = organisations.membership_rows(account_id)
    return CastAccount(
        email=person.email,
        password=cast.PASSWORD,
        token=token,
        app_password=password,
        organisations=[{"id": row.organisation_id, "name": row.name, "role": row.role.value} for row in rows],
    )
