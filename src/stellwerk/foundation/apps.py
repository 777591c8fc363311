from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FoundationConfig(AppConfig):
    name = "stellwerk.foundation"
    label = "foundation"

    def ready(self) -> None:
        # Handlers and tasks register themselves when imported; a room needs no wiring of its own.
        autodiscover_modules("errors", "events", "handlers", "tasks", "diagnosis")
