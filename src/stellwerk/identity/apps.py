from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "stellwerk.identity"
    label = "identity"
