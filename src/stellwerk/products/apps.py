from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "stellwerk.products"
    label = "products"
