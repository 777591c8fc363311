from datetime import UTC, datetime

import pytest
from django.test import Client

from stellwerk.foundation import clock

pytestmark = pytest.mark.django_db


def test_countries_need_no_login_and_are_named_in_the_readers_language():
    answer = Client().get("/api/1/countries/756", headers={"Accept-Language": "it-CH, en;q=0.5"})

    assert answer.status_code == 200
    assert answer.content == (
        b'{"result":"success","data":{"id":756,"name":"Svizzera","short_name":"CH","is_enabled":true}}'
    )


def test_a_country_without_a_version_is_served_by_the_newest_which_is_named():
    answer = Client().get("/api/countries/756")

    assert answer["X-Api-Version"] == "1"
    assert "/api/1/countries" in answer["X-Api-Advice"]


def test_every_list_has_its_single_entries():
    client = Client()
    for kind in ("countries", "languages", "timezones", "actions"):
        rows = client.get(f"/api/1/{kind}?per_page=2&page=1").json()
        assert rows["total"] >= 5
        for row in rows["data"]:
            assert client.get(f"/api/1/{kind}/{row['id']}").json()["data"] == row
        assert client.get(f"/api/1/{kind}/987654").status_code == 404


def test_timezones_tell_the_distance_of_today():
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    with clock.travel_to(summer):
        zones = {row["name"]: row["gmt"] for row in Client().get("/api/1/timezones").json()["data"]}

    assert (zones["Europe/Zurich"], zones["Asia/Kolkata"], zones["America/Lima"]) == ("+02:00", "+05:30", "-05:00")


def test_languages_are_named_in_the_readers_language_and_actions_described():
    german = {"Accept-Language": "de"}
    languages = Client().get("/api/1/languages?order_by=id", headers=german).json()["data"]
    actions = {row["code"]: row["description"] for row in Client().get("/api/1/actions").json()["data"]}

    assert languages[2] == {"id": 3, "name": "Deutsch", "short_name": "de", "locale": "de_DE", "short_locale": "de"}
    assert actions["token_created"] == "… created the API token “…”"


def test_all_249_countries_of_iso_3166_and_kosovo_are_there_once():
    rows = Client().get("/api/1/countries").json()["data"]

    assert len(rows) == len({row["id"] for row in rows}) == len({row["short_name"] for row in rows})
    assert len(rows) == 250
    assert {"CH": 756, "DE": 276, "LI": 438}.items() <= {row["short_name"]: row["id"] for row in rows}.items()
