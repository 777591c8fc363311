"""The house's addresses and, beside them, every error page with the status it is sent with."""

from django.shortcuts import render
from django.urls import include, path
from django.views.defaults import server_error


def error_page(request, name):
    if name == "500":
        return server_error(request)  # without a context, as when everything failed
    return render(request, f"{name}.html", status=int(name[:3]))


urlpatterns = [
    path("", include("stellwerk.config.urls")),
    path("error/<str:name>", error_page),
]
