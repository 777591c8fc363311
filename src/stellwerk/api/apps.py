from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "stellwerk.api"
    label = "api"
