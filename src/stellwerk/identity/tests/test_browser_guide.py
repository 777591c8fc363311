"""Switched-off cookies and scripts, outdated browsers: ID-038, ID-076, UI-019…025."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_guide_names_versions_reasons_and_ways_ui_019_ui_020_ui_021_ui_022_ui_023_ui_025(client):
    page = client.get("/help/browsers").content.decode()

    for fact in (
        "Chrome&nbsp;134",
        "Firefox&nbsp;128",
        "Safari&nbsp;17.4",
        "Ubuntu&nbsp;22.04 LTS",
        "iOS 12",
        "newest version installed",
        "newer functions",
        "speed",
        "fixes of security holes",
        "standards",
        "camera, location, notifications",
        "google.com/chrome",
        "mozilla.org/firefox",
        "microsoft.com/edge",
        "Safari comes with the update of the system",
        "opera.com",
        "brave.com",
        "Block all cookies",
    ):
        assert fact in page


def test_help_tells_where_macos_and_windows_choose_light_and_dark_ui_026_ui_028(client):
    page = client.get("/help/light-and-dark").content.decode()

    for fact in ("macOS", "System Settings", "Windows", "Choose your mode", "Automatic"):
        assert fact in page


def test_the_sign_in_page_leads_to_it_and_says_when_scripts_are_off_id_038_id_076(client):
    page = client.get("/sign-in").content.decode()

    assert "/help/browsers" in page
    assert "<noscript>" in page


def test_whoever_keeps_no_cookies_is_told_so_with_the_way_id_038():
    """The form is refused, because its token lies in a session that the browser did not keep."""
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"email": "a@example.ch", "password": "x"})

    assert answer.status_code == 403
    assert "keeps no cookies" in answer.content.decode()
    assert "/help/browsers" in answer.content.decode()
