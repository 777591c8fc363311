from django.urls import path

from stellwerk.web import views

app_name = "web"
urlpatterns = [
    path("appearance", views.choose_appearance, name="appearance"),
    path("language", views.choose_language, name="language"),
    path("components", views.components, name="components"),
]
