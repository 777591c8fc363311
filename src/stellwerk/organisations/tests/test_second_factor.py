"""An organisation requires a second factor: SEC-008, SEC-039…042, Q31."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stellwerk.foundation import activity
from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import AccessDenied, DomainError, NotFound
from stellwerk.identity.rules import Method
from stellwerk.identity.services import create_token
from stellwerk.identity.services.second_factor import remove
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations import queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries import MemberFilter
from stellwerk.organisations.services.second_factor import require_second_factor
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    """The legal representative, who has a second factor."""
    account = a_person("Anna", "Keller")
    a_totp_app_of(account)
    return account


@pytest.fixture
def acme(anna):
    return an_organisation("Acme AG", of=anna)


@pytest.fixture
def strict_acme(acme):
    require_second_factor(actor=a_legal_representative_of(acme), organisation_id=acme.pk, is_on=True)
    return acme


def a_browser(account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def sentences(organisation) -> list[str]:
    return [row.sentence for row in activity.organisation_rows(organisation.pk)]


# ── requiring it ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", [Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR])
def test_managers_require_a_second_factor_and_lift_it_sec_039(acme, role):
    boss = acting(a_member_of(acme, role), acme)

    for is_on in (True, True, False, False):
        require_second_factor(actor=boss, organisation_id=acme.pk, is_on=is_on)
        assert queries.requires_second_factor(acme.pk) is is_on

    assert [text for text in sentences(acme) if "second factor" in text] == [
        "Mia Meier no longer requires a second factor in the organisation",
        "Mia Meier required a second factor from everybody in the organisation",
    ]


def test_nobody_else_requires_it_and_strangers_find_nothing_sec_039(acme):
    for role in (Role.COLLABORATOR, Role.EXTERNAL):
        with pytest.raises(AccessDenied) as refused:
            require_second_factor(actor=acting(a_member_of(acme, role), acme), organisation_id=acme.pk, is_on=True)
        assert refused.value.reason == "administrator_required"
    with pytest.raises(NotFound):
        require_second_factor(actor=an_outsider(), organisation_id=acme.pk, is_on=True)
    assert not queries.requires_second_factor(acme.pk)


def test_the_page_shows_beforehand_who_would_be_held_sec_039(acme, anna):
    for _ in range(25):
        a_member_of(acme)
    browser = a_browser(anna)

    page = browser.get(f"/o/{acme.pk}/security").content.decode()

    assert "25 people without a second factor" in page
    assert "5 more people" in page
    assert "Anna Keller" not in page.split("people without a second factor")[1].split("</table>")[0]
    assert browser.post(f"/o/{acme.pk}/security", {"required": "yes"}).status_code == 302
    assert queries.requires_second_factor(acme.pk)


def test_whoever_has_none_reads_it_before_locking_themselves_out(acme):
    boss = a_member_of(acme, Role.ADMINISTRATOR)

    page = a_browser(boss).get(f"/o/{acme.pk}/security").content.decode()

    assert "You would be held too." in page


def test_a_filled_in_form_of_nonsense_lifts_nothing_up(acme, anna):
    a_browser(anna).post(f"/o/{acme.pk}/security", {"required": "perhaps"})

    assert not queries.requires_second_factor(acme.pk)


# ── being held ───────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = ("", "members", "organisation", "products", "to-pay", "departure", "security")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COLLABORATOR])
def test_whoever_has_none_is_held_on_every_page_of_the_organisation_sec_040(strict_acme, role, page):
    browser = a_browser(a_member_of(strict_acme, role))

    answer = browser.get(f"/o/{strict_acme.pk}/{page}")

    assert answer.status_code == 403
    text = answer.content.decode()
    assert "Acme AG requires one from everybody who works there." in text
    assert 'href="/profile/second-factor"' in text
    assert "Only these people can lift the requirement: Anna Keller" in text
    assert "Invoices" not in text  # nothing of the organisation's menu


def test_a_form_that_is_sent_does_nothing_while_held_sec_040(strict_acme):
    boss = a_member_of(strict_acme, Role.ADMINISTRATOR)

    answer = a_browser(boss).post(f"/o/{strict_acme.pk}/security", {"required": "no"})

    assert answer.status_code == 403
    assert queries.requires_second_factor(strict_acme.pk)


def test_a_piece_of_a_page_sends_the_whole_page_to_the_explanation_sec_040(strict_acme):
    browser = a_browser(a_member_of(strict_acme))

    answer = browser.get(f"/o/{strict_acme.pk}/members", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_it_holds_at_the_next_action_of_a_running_session_and_lets_in_after_the_set_up_sec_040(acme):
    mia = a_member_of(acme)
    browser = a_browser(mia)
    address = f"/o/{acme.pk}/members"
    assert browser.get(address).status_code == 200
    require_second_factor(actor=a_legal_representative_of(acme), organisation_id=acme.pk, is_on=True)
    assert browser.get(address).status_code == 403

    a_totp_app_of(mia)

    assert browser.get(address).status_code == 200


def test_other_organisations_and_the_profile_stay_open_q31(strict_acme):
    mia = a_member_of(strict_acme)
    other = an_organisation("Andere AG", of=mia)
    browser = a_browser(mia)

    held = browser.get(f"/o/{strict_acme.pk}/").content.decode()

    assert "Andere AG" in held  # the switch is on the page
    for address in (f"/o/{other.pk}/", "/profile", "/profile/second-factor", "/organisations"):
        assert browser.get(address).status_code == 200
    assert browser.get("/")["Location"] == f"/o/{other.pk}/"


def test_the_search_of_another_organisation_finds_nothing_of_the_closed_one_sec_040(strict_acme):
    mia = a_member_of(strict_acme)
    an_organisation("Andere AG", of=mia)
    browser = a_browser(mia)

    text = browser.get("/search?q=Keller").content.decode()
    a_totp_app_of(mia)

    assert "Anna Keller" not in text
    assert "Anna Keller" in browser.get("/search?q=Keller").content.decode()


def test_an_external_may_leave_instead_sec_041(strict_acme):
    guest = a_member_of(strict_acme, Role.EXTERNAL)
    browser = a_browser(guest)
    leave = f"/o/{strict_acme.pk}/departure"
    assert f'href="{leave}"' in browser.get(f"/o/{strict_acme.pk}/").content.decode()

    assert browser.get(leave).status_code == 200
    browser.post(leave, {"understands": "on", "login": guest.email})

    assert not Membership.objects.filter(account=guest).exists()


def test_members_are_not_offered_to_leave_sec_041(strict_acme):
    text = a_browser(a_member_of(strict_acme)).get(f"/o/{strict_acme.pk}/").content.decode()

    assert "/departure" not in text


def test_strangers_learn_nothing_of_the_requirement(strict_acme):
    assert a_browser(a_person()).get(f"/o/{strict_acme.pk}/").status_code == 404


@pytest.mark.parametrize("has_factor", [True, False])
def test_programs_with_a_token_keep_working_sec_040(strict_acme, has_factor):
    """SEC-040: desktop and mobile apps keep working, also those of people who are held in the browser."""
    mia = a_member_of(strict_acme)
    if has_factor:
        a_totp_app_of(mia)
    _token, raw = create_token(actor=a_stranger_actor(mia), account_id=mia.pk, name="app", scopes=["users:read"])

    answer = Client().get(f"/api/2/accounts/{strict_acme.pk}/users", headers={"Authorization": f"Bearer {raw}"})

    assert answer.status_code == 200


def test_the_held_page_costs_few_queries(strict_acme, django_assert_max_num_queries):
    browser = a_browser(a_member_of(strict_acme))

    with django_assert_max_num_queries(12):
        browser.get(f"/o/{strict_acme.pk}/members")


def test_an_organisation_that_requires_nothing_pays_no_query_for_it(acme, anna):
    browser = a_browser(anna)
    address = f"/o/{acme.pk}/organisation"
    browser.get(address)

    with CaptureQueriesContext(connection) as before:
        browser.get(address)
    require_second_factor(actor=a_legal_representative_of(acme), organisation_id=acme.pk, is_on=True)
    with CaptureQueriesContext(connection) as after:
        browser.get(address)

    assert len(after) == len(before) + 1


# ── the last factor stays ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_factor_is_not_removed_and_organisation_and_administrator_are_named_sec_008(strict_acme, anna):
    mia = a_member_of(strict_acme)
    first, second = a_totp_app_of(mia), a_totp_app_of(mia)
    values = {"actor": a_stranger_actor(mia), "account_id": mia.pk, "method": Method.TOTP, "current_password": PASSWORD}
    remove(factor_id=first.pk, **values)

    with pytest.raises(DomainError) as refused:
        remove(factor_id=second.pk, **values)

    assert "Acme AG" in refused.value.sentence()
    page = a_browser(mia).get(f"/profile/second-factor/totp/{second.pk}/removal").content.decode()
    assert "Acme AG" in page
    assert "Anna Keller" in page


def test_the_last_factor_goes_when_nobody_requires_it_any_more_sec_008(strict_acme):
    mia = a_member_of(strict_acme)
    app = a_totp_app_of(mia)
    require_second_factor(actor=a_legal_representative_of(strict_acme), organisation_id=strict_acme.pk, is_on=False)

    remove(
        actor=a_stranger_actor(mia), account_id=mia.pk, method=Method.TOTP, factor_id=app.pk, current_password=PASSWORD
    )

    assert [row.organisation for row in queries.second_factor_demands(mia.pk)] == []


def test_every_organisation_that_requires_it_is_named_in_one_query(strict_acme, anna, django_assert_num_queries):
    other = an_organisation("Zweite AG", of=anna)
    require_second_factor(actor=a_legal_representative_of(other), organisation_id=other.pk, is_on=True)
    an_organisation("Dritte AG", of=anna)
    a_member_of(other, Role.ADMINISTRATOR)

    with django_assert_num_queries(1):
        rows = queries.second_factor_demands(anna.pk)

    assert [(row.organisation, row.managers) for row in rows] == [
        ("Acme AG", ("Anna Keller",)),
        ("Zweite AG", ("Anna Keller", "Mia Meier")),
    ]


# ── the list of members ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_marks_and_filters_who_has_none_sec_042(acme, anna, django_assert_max_num_queries):
    for _ in range(30):
        a_member_of(acme)
    browser = a_browser(anna)
    browser.get(f"/o/{acme.pk}/members")

    with django_assert_max_num_queries(12):
        page = browser.get(f"/o/{acme.pk}/members")

    assert page.content.decode().count("No second factor") == 30
    assert [row.first_name for row in browser.get(f"/o/{acme.pk}/members?factor=with").context["rows"]] == ["Anna"]
    without = browser.get(f"/o/{acme.pk}/members?factor=without").context["rows"]
    assert {row.has_second_factor for row in without} == {False}
    assert queries.member_total(acme.pk, only=MemberFilter(has_second_factor=False)) == 30


def test_colleagues_do_not_learn_who_has_none_sec_042(acme):
    mia = a_member_of(acme)

    page = a_browser(mia).get(f"/o/{acme.pk}/members?factor=without").content.decode()

    assert "No second factor" not in page
    assert "Anna Keller" in page


def a_caller(account):
    _token, raw = create_token(
        actor=a_stranger_actor(account), account_id=account.pk, name="app", scopes=["users:read", "accounts:read"]
    )
    return lambda address: Client().get(address, headers={"Authorization": f"Bearer {raw}"})


def test_the_interface_filters_by_has_otp_sec_042(acme, anna, django_assert_max_num_queries):
    mia = a_member_of(acme)
    call = a_caller(anna)
    users = f"/api/2/accounts/{acme.pk}/users"
    call(users)

    # Token, standing, members, their teams; on PostgreSQL the limit of requests is a table as well.
    with django_assert_max_num_queries(4 + (connection.vendor == "postgresql")):
        found = call(f"{users}?filter[has_otp]=false").json()["data"]

    assert [each["user_id"] for each in found] == [mia.pk]
    assert [each["user_id"] for each in call(f"{users}?filter[has_otp]=true").json()["data"]] == [anna.pk]
    refused = a_caller(mia)(f"{users}?filter[has_otp]=false")
    assert refused.status_code == 403
    assert refused.json()["error"]["context"]["reason"] == "administrator_required"


def test_the_interface_says_whether_it_is_required(strict_acme, anna, django_assert_max_num_queries):
    an_organisation("Andere AG", of=anna)
    call = a_caller(anna)
    call("/api/1/accounts")

    with django_assert_max_num_queries(4):
        rows = call("/api/1/accounts").json()["data"]

    assert {row["name"]: row["has_2fa_required"] for row in rows} == {"Acme AG": True, "Andere AG": False}
