from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from stellwerk.foundation import connections


class FoundationConfig(AppConfig):
    name = "stellwerk.foundation"
    label = "foundation"

    def ready(self) -> None:
        connection_created.connect(connections.settle)
        # Handlers and tasks register themselves when imported; a room needs no wiring of its own.
        autodiscover_modules("errors", "events", "handlers", "tasks", "diagnosis")
