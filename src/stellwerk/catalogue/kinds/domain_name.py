from __future__ import annotations

from typing import ClassVar

from stellwerk.catalogue.errors import domain_name_invalid
from stellwerk.catalogue.kinds.base import (
    Fact,
    OfferDefault,
    ProductFacts,
    ProductKind,
    Refusal,
    Target,
    Texts,
    Universe,
)
from stellwerk.catalogue.rules.domain_names import DomainNameRefused, ascii_name, swiss_name

_YEAR_MINOR = 960
_MOST_YEARS = 10


class DomainName(ProductKind):
    """A name below .ch, paid for one to ten years ahead (CAT-018, BIL-023)."""

    code = "domain-name"
    universe = Universe.WEB
    name = Texts(en="Domains", de="Domains", fr="Domaines", it="Domini", es="Dominios")
    icon = "globe"
    unique_name = Refusal(
        "domain_name_taken",
        Texts(
            en="This domain name is already registered.",
            de="Dieser Domainname ist bereits registriert.",
            fr="Ce nom de domaine est déjà enregistré.",
            it="Questo nome di dominio è già registrato.",
            es="Este nombre de dominio ya está registrado.",
        ),
    )
    target = Target.REQUIRED
    target_label = Texts(
        en="Domain name", de="Domainname", fr="Nom de domaine", it="Nome di dominio", es="Nombre de dominio"
    )
    target_hint = Texts(
        en="For example huber-brot.ch",
        de="Zum Beispiel huber-brot.ch",
        fr="Par exemple huber-brot.ch",
        it="Per esempio huber-brot.ch",
        es="Por ejemplo huber-brot.ch",
    )
    horizon_months = _MOST_YEARS * 12
    rights = ("technical",)
    offers: ClassVar = (
        OfferDefault(
            code="domain-ch",
            name=Texts(en="Domain .ch", de="Domain .ch", fr="Domaine .ch", it="Dominio .ch", es="Dominio .ch"),
            summary=Texts(
                en="Your name in Switzerland, for one to ten years.",
                de="Ihr Name in der Schweiz, für ein bis zehn Jahre.",
                fr="Votre nom en Suisse, pour une à dix années.",
                it="Il Suo nome in Svizzera, per un periodo da uno a dieci anni.",
                es="Su nombre en Suiza, de uno a diez años.",
            ),
            prices={years * 12: years * _YEAR_MINOR for years in range(1, _MOST_YEARS + 1)},
        ),
    )

    def checked_target(self, raw_target: str) -> str:
        try:
            return swiss_name(raw_target)
        except DomainNameRefused as refused:
            raise domain_name_invalid(refused.rule, refused.values) from refused

    def describe(self, facts: ProductFacts) -> tuple[Fact, ...]:
        in_ascii = ascii_name(facts.name)
        if in_ascii == facts.name:
            return ()
        return (
            Fact(
                Texts(
                    en="Name in the DNS",
                    de="Name im DNS",
                    fr="Nom dans le DNS",
                    it="Nome nel DNS",
                    es="Nombre en el DNS",
                ),
                in_ascii,
            ),
        )
