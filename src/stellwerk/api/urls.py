from django.urls import path

from stellwerk.api import web

app_name = "api"
urlpatterns = [
    path("openapi.json", web.openapi, name="openapi"),
    path("docs", web.docs, name="docs"),
]
