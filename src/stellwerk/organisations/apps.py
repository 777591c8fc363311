from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "stellwerk.organisations"
    label = "organisations"

    def ready(self) -> None:
        from stellwerk.organisations import handlers  # noqa: F401  subscribes to the events of the room
