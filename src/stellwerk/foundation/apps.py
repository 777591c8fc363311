from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "stellwerk.foundation"
    label = "foundation"
