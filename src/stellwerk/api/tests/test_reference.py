import pytest
from django.test import Client

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
