from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "stellwerk.help"
    label = "help"
