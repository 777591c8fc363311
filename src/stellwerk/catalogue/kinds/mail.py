from __future__ import annotations

from typing import ClassVar

from stellwerk.catalogue.kinds.base import OfferDefault, ProductKind, Target, Texts, Unit, Universe


class MailService(ProductKind):
    """Mail addresses on a domain, sold in packs of five (OFR-031): the quantity counts addresses."""

    code = "mail-service"
    universe = Universe.COLLABORATION
    name = Texts(en="Mail", de="Mail", fr="Mail", it="Mail", es="Correo")
    icon = "mail"
    target = Target.OPTIONAL
    target_label = Texts(en="Domain", de="Domain", fr="Domaine", it="Dominio", es="Dominio")
    target_hint = Texts(
        en="The domain of the addresses. You can add it later.",
        de="Die Domain der Adressen. Sie können sie später ergänzen.",
        fr="Le domaine des adresses. Vous pourrez l’ajouter plus tard.",
        it="Il dominio degli indirizzi. Può aggiungerlo in seguito.",
        es="El dominio de las direcciones. Puede añadirlo más adelante.",
    )
    offers: ClassVar = (
        OfferDefault(
            code="mail-service",
            name=Texts(
                en="Mail Service", de="Mail Service", fr="Service Mail", it="Servizio Mail", es="Servicio de correo"
            ),
            summary=Texts(
                en="Addresses on your own domain, in packs of five.",
                de="Adressen auf Ihrer eigenen Domain, in Paketen zu fünf.",
                fr="Des adresses sur votre propre domaine, par lots de cinq.",
                it="Indirizzi sul Suo dominio, in pacchetti da cinque.",
                es="Direcciones en su propio dominio, en paquetes de cinco.",
            ),
            prices={12: 1800},
            unit=Unit.ADDRESS,
            minimum_quantity=5,
            maximum_quantity=5000,
            quantity_step=5,
        ),
    )
