from django.urls import path

from stellwerk.web import search, start, views

app_name = "web"
urlpatterns = [
    path("o/<int:organisation_id>/", start.start, name="start"),
    path("o/<int:organisation_id>/suite", start.suite, name="suite"),
    path("search", search.search, name="search"),
    path("clock/return", start.return_to_today, name="return-to-today"),
    path("appearance", views.choose_appearance, name="appearance"),
    path("language", views.choose_language, name="language"),
    path("components", views.components, name="components"),
]
