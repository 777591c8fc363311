from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "stellwerk.identity"
    label = "identity"

    def ready(self) -> None:
        from stellwerk.identity import handlers, tasks  # noqa: F401  subscribe and enter the schedule
