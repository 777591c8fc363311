from __future__ import annotations

from typing import ClassVar

from stellwerk.catalogue.kinds.base import OfferDefault, ProductKind, Target, Texts, Universe


class WebHosting(ProductKind):
    """Room for a website on a shared server."""

    code = "web-hosting"
    universe = Universe.WEB
    name = Texts(en="Web hosting", de="Webhosting", fr="Hébergement web", it="Hosting web", es="Alojamiento web")
    icon = "server"
    target = Target.OPTIONAL
    target_label = Texts(en="Domain", de="Domain", fr="Domaine", it="Dominio", es="Dominio")
    target_hint = Texts(
        en="The address of the website. You can add it later.",
        de="Die Adresse der Website. Sie können sie später ergänzen.",
        fr="L’adresse du site. Vous pourrez l’ajouter plus tard.",
        it="L’indirizzo del sito. Può aggiungerlo in seguito.",
        es="La dirección del sitio web. Puede añadirla más adelante.",
    )
    offers: ClassVar = (
        OfferDefault(
            code="web-hosting",
            name=Texts(en="Web hosting", de="Webhosting", fr="Hébergement web", it="Hosting web", es="Alojamiento web"),
            summary=Texts(
                en="Websites with PHP, databases and certificates.",
                de="Websites mit PHP, Datenbanken und Zertifikaten.",
                fr="Des sites avec PHP, bases de données et certificats.",
                it="Siti con PHP, banche dati e certificati.",
                es="Sitios web con PHP, bases de datos y certificados.",
            ),
            prices={1: 992, 12: 10714},
        ),
    )
