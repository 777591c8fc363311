from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "stellwerk.products"
    label = "products"

    def ready(self) -> None:
        from stellwerk.products import handlers  # noqa: F401  subscribes
