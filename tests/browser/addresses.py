"""The house's addresses and, beside them, every error page with the status it is sent with and answers to htmx."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import include, path
from django.views.defaults import server_error

from stellwerk.foundation.edge.html import page
from stellwerk.foundation.errors import AccessDenied

TRIAL = """{% extends "shell/plain.html" %}{% block title %}Trial{% endblock %}{% block content %}
<div id="place">Before</div>
{% for answer in answers %}<form method="post" action="/answer/{{ answer }}"
  hx-post="/answer/{{ answer }}" hx-target="#place">
  {% csrf_token %}<button class="btn" type="submit" data-busy="Working …">{{ answer }}</button></form>{% endfor %}
{% endblock %}"""


def error_page(request, name):
    if name == "500":
        return server_error(request)  # without a context, as when everything failed
    return render(request, f"{name}.html", status=int(name[:3]))


def trial(request):
    shown = {"answers": ("done", "refused", "failed", "elsewhere")}
    return HttpResponse(engines["django"].from_string(TRIAL).render(shown, request))


@page
def answer(request, name):
    if name == "refused":
        raise AccessDenied("role_missing", granted_by=("legal_representative",))
    if name == "failed":
        return server_error(request)
    if name == "elsewhere":
        return redirect("/components?frame=plain")
    return HttpResponse("After")


urlpatterns = [
    path("", include("stellwerk.config.urls")),
    path("error/<str:name>", error_page),
    path("trial", trial),
    path("answer/<str:name>", answer),
]
