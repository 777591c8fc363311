"""Who lives in the demo world. Names are invented; addresses are structured, because documents need them so."""

from __future__ import annotations

from dataclasses import dataclass

from stellwerk.foundation.actor import Role

PASSWORD = "drei rote Signale im Nebel"  # noqa: S105  the published password of the demo world


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account. Those without `home` joined by invitation only."""

    first_name: str
    last_name: str
    email: str
    language: str
    town: str = "Bern"
    postal_code: str = "3012"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Somebody's place in the company."""

    person: Person
    role: Role
    has_billing_access: bool = False
    team: str = ""


OPERATOR = Person(first_name="Olga", last_name="Stettler", email="operator@stellwerk.example", language="en")
LENA = Person(first_name="Lena", last_name="Huber", email="lena@baeckerei-huber.example", language="de")
NADIA = Person(first_name="Nadia", last_name="Weiss", email="nadia@atelier-seilbahn.example", language="de")
CLAIRE = Person(first_name="Claire", last_name="Morel", email="claire.morel@courrier.example", language="fr")

COLLEAGUES = (
    Post(person=Person(first_name="Marco", last_name="Bernasconi", email="marco@baeckerei-huber.example",
                       language="it", town="Lugano", postal_code="6900"), role=Role.ADMINISTRATOR),
    Post(person=Person(first_name="Priya", last_name="Nair", email="priya@baeckerei-huber.example", language="en"),
         role=Role.COLLABORATOR, has_billing_access=True, team="Office"),
    Post(person=Person(first_name="Tomislav", last_name="Petrović", email="tomislav@baeckerei-huber.example",
                       language="de", town="Köniz", postal_code="3098"), role=Role.COLLABORATOR, team="Shop"),
    Post(person=Person(first_name="Inés", last_name="Aguilar", email="ines@baeckerei-huber.example", language="es"),
         role=Role.COLLABORATOR, team="Shop"),
    Post(person=Person(first_name="Luc", last_name="Favre", email="luc@baeckerei-huber.example", language="fr",
                       town="Lausanne", postal_code="1003"), role=Role.COLLABORATOR, team="Office"),
    Post(person=Person(first_name="Jonas", last_name="Keller", email="jonas@baeckerei-huber.example", language="de"),
         role=Role.COLLABORATOR, team="Shop"),
    Post(person=NADIA, role=Role.EXTERNAL),
)  # fmt: skip
