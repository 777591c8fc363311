"""Addresses of the organisations room. `account_signup` is the name django-allauth asks for."""

from django.urls import include, path

from stellwerk.organisations.web import sign_up, switching

own = [
    path("", switching.start, name="start"),
    path("sign-up/code", sign_up.sign_up_code, name="sign-up-code"),
    path("organisations", switching.mine, name="mine"),
    path("organisations/new", switching.found, name="found"),
    path("organisations/switch", switching.switch, name="switch"),
]

urlpatterns = [
    path("sign-up", sign_up.sign_up, name="account_signup"),
    path("", include((own, "organisations"))),
]
