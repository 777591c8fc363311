"""Date of birth (ID-047), and the reminder to look whether the data are right (ID-048)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.errors import Invalid, NotFound
from stellwerk.identity import queries
from stellwerk.identity.services import create_token
from stellwerk.identity.services.pictures import set_picture
from stellwerk.identity.services.profile import ProfileChange, change_profile, confirm_data
from stellwerk.identity.tests.uploads import an_upload
from stellwerk.organisations.tests.builders import a_member_of, a_person, a_stranger_actor, an_organisation

pytestmark = pytest.mark.django_db
QUESTION = "Are your data still right?"


@pytest.fixture
def anna():
    return a_person("Anna")


def a_browser(account) -> Client:
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def save(browser, **values):
    known = {"first_name": "Anna", "last_name": "Keller", "language": "en", "theme": "automatic"}
    return browser.post("/profile", {**known, **values})


def born(account) -> date | None:
    account.refresh_from_db()
    return account.date_of_birth


def test_id_047_a_date_of_birth_is_stored_shown_again_and_forgotten(anna):
    browser = a_browser(anna)

    save(browser, date_of_birth="1980-02-29")
    assert born(anna) == date(1980, 2, 29)
    assert 'value="1980-02-29"' in browser.get("/profile").content.decode()

    save(browser, date_of_birth="")
    assert born(anna) is None


@pytest.mark.parametrize(("years", "days", "fits"), [(0, 0, True), (0, 1, False), (-120, 0, True), (-121, 0, False)])
def test_id_047_a_date_of_birth_lies_in_the_past_and_at_most_120_years_back(anna, years, days, fits):
    today = date(2026, 11, 21)
    entered = today.replace(year=today.year + years) + timedelta(days=days)

    with clock.travel_to(clock.now().replace(year=2026, month=11, day=21, hour=12)):
        answer = save(a_browser(anna), date_of_birth=entered.isoformat())

    assert born(anna) == (entered if fits else None)
    assert fits or set(answer.context["form"].errors) == {"date_of_birth"}


@pytest.mark.parametrize("entered", ["yesterday", "2026-02-30", "0000-01-01", "99999-01-01"])
def test_id_047_what_is_no_day_is_refused_at_the_field(anna, entered):
    answer = save(a_browser(anna), date_of_birth=entered)

    assert set(answer.context["form"].errors) == {"date_of_birth"}


def test_id_047_other_changes_leave_the_date_of_birth_alone(anna):
    me = a_stranger_actor(anna)
    change_profile(actor=me, account_id=anna.pk, change=ProfileChange(date_of_birth=date(1980, 1, 2)))

    change_profile(actor=me, account_id=anna.pk, change=ProfileChange(first_name="Anne"))

    assert born(anna) == date(1980, 1, 2)
    with pytest.raises(Invalid):
        change_profile(actor=me, account_id=anna.pk, change=ProfileChange(date_of_birth=date(1800, 1, 2)))


def test_id_047_only_the_person_sees_the_date_of_birth(anna):
    acme = an_organisation(of=anna)
    save(a_browser(anna), date_of_birth="1980-01-02")
    mia = a_browser(a_member_of(acme))

    for page in (f"/o/{acme.pk}/members", f"/o/{acme.pk}/members/{anna.pk}", "/profile"):
        assert "1980" not in mia.get(page).content.decode()


def test_id_047_the_command_tells_the_address_of_the_picture_or_null(anna):
    _row, token = create_token(actor=a_stranger_actor(anna), account_id=anna.pk, name="curl", scopes=["user_info"])

    def avatar():
        answer = Client().get("/api/2/profile", headers={"Authorization": f"Bearer {token}"})
        return answer.json()["data"]["avatar"]

    assert avatar() is None
    stored = set_picture(actor=a_stranger_actor(anna), account_id=anna.pk, content=an_upload())
    assert avatar().endswith(f"/pictures/{anna.pk}-{stored.picture_sha256}.webp")


# ── the reminder ─────────────────────────────────────────────────────────────────────────────────────────────────────


def in_days(days):
    return clock.travel_to(clock.now() + timedelta(days=days, minutes=1))


def asks(browser, acme) -> bool:
    return QUESTION in browser.get(f"/o/{acme.pk}/").content.decode()


def test_id_048_the_start_page_asks_every_180_days_until_the_person_confirms(anna, settings):
    settings.SESSION_IDLE_DAYS = settings.SESSION_DAYS = 1000
    acme = an_organisation(of=anna)
    assert not asks(a_browser(anna), acme)
    with in_days(179):
        assert not asks(a_browser(anna), acme)

    with in_days(180):
        browser = a_browser(anna)
        assert asks(browser, acme)
        assert QUESTION in browser.get("/profile").content.decode()
        assert browser.post("/profile/confirmation")["Location"] == "/profile"
        assert not asks(browser, acme)
        assert QUESTION not in browser.get("/profile").content.decode()

        with in_days(179):
            assert not asks(a_browser(anna), acme)
        with in_days(180):
            assert asks(a_browser(anna), acme)


@pytest.mark.parametrize(("days", "asked"), [(30, True), (400, False), (0, False)])
def test_id_048_the_operator_chooses_the_term_and_0_never_asks(anna, settings, days, asked):
    settings.DATA_CHECK_DAYS = days
    acme = an_organisation(of=anna)

    with in_days(200):
        assert asks(a_browser(anna), acme) is asked


def test_id_048_nobody_confirms_for_somebody_else(anna):
    with pytest.raises(NotFound):
        confirm_data(actor=a_stranger_actor(a_person("Otto")), account_id=anna.pk)

    assert queries.profile_row(anna.pk).data_checked_at is None
