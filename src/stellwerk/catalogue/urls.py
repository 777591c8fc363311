"""Addresses of the catalogue room."""

from django.urls import path

from stellwerk.catalogue import web

app_name = "catalogue"
urlpatterns = [
    path("shop", web.public_shop, name="public-shop"),
    path("shop/<slug:offer_code>", web.public_configure, name="public-configure"),
    path("o/<int:organisation_id>/shop", web.shop, name="shop"),
    path("o/<int:organisation_id>/shop/<slug:offer_code>", web.configure, name="configure"),
]
