from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "stellwerk.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        post_migrate.connect(_load_default_offers, sender=self)


def _load_default_offers(**_signal: Any) -> None:
    """A fresh database sells something at once; later runs add only what a newly installed kind brings."""
    from stellwerk.catalogue import services

    services.load_default_offers()
