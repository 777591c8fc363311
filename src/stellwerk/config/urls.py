"""Every address of the house. Rooms bring their own urls.py; this page only says where they hang."""

from django.urls import URLPattern, URLResolver, include, path

from stellwerk.foundation.edge.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("stellwerk.web.urls")),
    path("healthz", healthz, name="healthz"),
    path("", include("stellwerk.api.urls")),
    path("", include("stellwerk.identity.urls")),
    path("", include("stellwerk.organisations.urls")),
    path("", include("stellwerk.catalogue.urls")),
    path("", include("stellwerk.products.urls")),
    path("", include("stellwerk.billing.urls")),
    path("", include("stellwerk.help.urls")),  # after the rooms that bring help pages of their own
]

handler400 = "stellwerk.web.errors.bad_request"
handler404 = "stellwerk.web.errors.not_found"
handler500 = "stellwerk.web.errors.server_error"
