from __future__ import annotations

from typing import ClassVar

from stellwerk.catalogue.kinds.base import (
    OfferDefault,
    OwnPage,
    ProductKind,
    Refusal,
    Target,
    Texts,
    Unit,
    Universe,
)

_MOST_USERS = 300  # OFR-012


class Suite(ProductKind):
    """Calendar, contacts, links, mail and drive for a whole organisation: one per organisation (OFR-015, ORG-005)."""

    code = "suite"
    universe = Universe.COLLABORATION
    name = Texts(en="Suite", de="Suite", fr="Suite", it="Suite", es="Suite")
    icon = "suite"
    unique_per_organisation = Refusal(
        "suite_already_exists",
        Texts(
            en="This organisation already has a Suite. Create another organisation for a second one.",
            de="Diese Organisation hat bereits eine Suite. Erstellen Sie für eine zweite eine weitere Organisation.",
            fr="Cette organisation possède déjà une Suite. Créez une autre organisation pour en avoir une deuxième.",
            it="Questa organizzazione ha già una Suite. Per averne una seconda crei un’altra organizzazione.",
            es="Esta organización ya tiene una Suite. Cree otra organización para tener una segunda.",
        ),
    )
    target = Target.OPTIONAL
    target_label = Texts(en="Domain", de="Domain", fr="Domaine", it="Dominio", es="Dominio")
    target_hint = Texts(
        en="The domain your addresses end with. You can add it later.",
        de="Die Domain, auf die Ihre Adressen enden. Sie können sie später ergänzen.",
        fr="Le domaine par lequel vos adresses se terminent. Vous pourrez l’ajouter plus tard.",
        it="Il dominio con cui terminano i Suoi indirizzi. Può aggiungerlo in seguito.",
        es="El dominio con el que terminan sus direcciones. Puede añadirlo más adelante.",
    )
    is_transferable = False  # OFR-017
    transfer_refusal = Refusal(
        "suite_not_transferable",
        Texts(
            en="A Suite stays with its organisation; it cannot be moved.",
            de="Eine Suite bleibt bei ihrer Organisation; sie lässt sich nicht übertragen.",
            fr="Une Suite reste dans son organisation ; elle ne peut pas être transférée.",
            it="Una Suite resta alla sua organizzazione; non può essere trasferita.",
            es="Una Suite se queda en su organización; no se puede transferir.",
        ),
    )
    offers: ClassVar = (
        OfferDefault(
            code="suite-personal",
            name=Texts(
                en="Personal Suite",
                de="Persönliche Suite",
                fr="Suite personnelle",
                it="Suite personale",
                es="Suite personal",
            ),
            summary=Texts(
                en="Free for private people: one per person, with a mobile number that answers.",
                de="Gratis für Privatpersonen: eine pro Person, mit einer bestätigten Mobilnummer.",
                fr="Gratuite pour les particuliers : une par personne, avec un numéro de mobile confirmé.",
                it="Gratuita per i privati: una per persona, con un numero di cellulare confermato.",
                es="Gratuita para particulares: una por persona, con un número de móvil confirmado.",
            ),
            prices={},
            unit=Unit.USER,
            rank=1,
            own_page=OwnPage(
                for_visitors="products:personal-sign-up",
                for_members="products:personal-suite",
                needs_text_messages=True,
            ),
        ),
        OfferDefault(
            code="suite-standard",
            name=Texts(
                en="Suite Standard", de="Suite Standard", fr="Suite Standard", it="Suite Standard", es="Suite Standard"
            ),
            summary=Texts(
                en="From two users. The first user is free, 15 GB per user.",
                de="Ab zwei Benutzerinnen und Benutzern. Die erste Person ist gratis, 15 GB pro Person.",
                fr="À partir de deux utilisateurs. Le premier est gratuit, 15 Go par utilisateur.",
                it="Da due utenti. Il primo utente è gratuito, 15 GB per utente.",
                es="A partir de dos usuarios. El primero es gratuito, 15 GB por usuario.",
            ),
            prices={1: 210, 12: 2268},
            unit=Unit.USER,
            minimum_quantity=2,
            maximum_quantity=_MOST_USERS,
            free_quantity=1,  # OFR-009
            rank=2,
        ),
        OfferDefault(
            code="suite-pro",
            name=Texts(en="Suite Pro", de="Suite Pro", fr="Suite Pro", it="Suite Pro", es="Suite Pro"),
            summary=Texts(
                en="For teams: 3 TB and five mail addresses per user.",
                de="Für Teams: 3 TB und fünf Mailadressen pro Person.",
                fr="Pour les équipes : 3 To et cinq adresses e-mail par utilisateur.",
                it="Per i team: 3 TB e cinque indirizzi e-mail per utente.",
                es="Para equipos: 3 TB y cinco direcciones de correo por usuario.",
            ),
            prices={1: 790, 12: 8532},
            unit=Unit.USER,
            maximum_quantity=_MOST_USERS,
            rank=3,
        ),
    )
