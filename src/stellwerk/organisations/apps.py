from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "stellwerk.organisations"
    label = "organisations"
