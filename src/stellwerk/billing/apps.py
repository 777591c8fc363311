from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "stellwerk.billing"
    label = "billing"
