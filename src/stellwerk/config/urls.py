"""Every address of the house. Rooms bring their own urls.py; this page only says where they hang."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
