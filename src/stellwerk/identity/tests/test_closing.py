"""Closing the own account: ID-088…090, Q2."""

import pytest

from stellwerk.foundation import jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Event
from stellwerk.identity import queries
from stellwerk.identity.models import Account
from stellwerk.identity.services import closing, create_token
from stellwerk.identity.tests.recovering import (
    PHONE,
    a_browser,
    a_recoverable_person,
    all_at_once,
    errors,
    is_signed_in,
    sent_to,
)
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services.memberships import leave_organisation
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_member_of,
    a_person,
    a_stranger_actor,
    acting,
    an_organisation,
)

pytestmark = pytest.mark.django_db
PAGE = "/profile/closing"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def browser(anna):
    return a_browser(anna)


def close(browser, password=PASSWORD):
    return browser.post(PAGE, {"current_password": password})


def a_second_representative(acme):
    ben = a_person("Ben")
    Membership.objects.create(
        organisation=acme, account=ben, role=Role.LEGAL_REPRESENTATIVE, created_at=acme.created_at
    )
    return ben


def test_the_page_states_the_consequences_id_089(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = browser.get(PAGE).content.decode()

    for fact in ("Calendars and address books", "lose access to the Manager", "free personal address"):
        assert fact in page
    assert f'href="{PAGE}"' in browser.get("/profile").content.decode()


def test_the_password_is_asked_again_id_088(browser, anna):
    for password in ("wrong", "x" * 1_000_000):
        assert errors(close(browser, password)) == {"current_password"}

    assert is_signed_in(a_browser(anna))


def test_all_access_ends_and_nothing_says_who_it_was_id_088(browser, anna):
    other = a_browser(anna)
    _token, raw = create_token(actor=a_stranger_actor(anna), account_id=anna.pk, name="t", scopes=["products"])

    assert close(browser)["Location"] == "/signed-out"

    assert not is_signed_in(other)
    assert not is_signed_in(a_browser(anna))
    assert queries.checked_token(raw).account_id is None
    row = Account.objects.values().get(pk=anna.pk)
    assert not {"Anna", "Keller", anna.email, PHONE, "anna@example.org"} & {str(value) for value in row.values()}
    assert sent_to("anna@example.org")[-1] == "email/account_closed"


def test_the_activity_stays_readable_and_the_login_is_free_id_088(browser, anna):
    close(browser)

    assert Event.objects.filter(name="AccountClosed", actor_name="Anna Keller").exists()
    assert is_signed_in(a_browser(a_person("Ben", email=anna.email)))


def test_the_last_legal_representative_stays_id_090(browser, anna):
    acme = an_organisation("Bäckerei AG", of=anna)
    page = browser.get(PAGE).content.decode()
    assert f'href="/o/{acme.pk}/members"' in page
    assert "Bäckerei AG" in page

    answer = close(browser)

    assert answer.status_code == 400
    assert is_signed_in(browser)


def test_a_member_leaves_every_organisation_id_088(browser, anna):
    acme = an_organisation(of=anna)
    a_second_representative(acme)

    close(browser)
    jobs.run_due_jobs()

    assert not Membership.objects.filter(account=anna).exists()
    assert Event.objects.filter(name="MemberLeft", organisation_id=acme.pk).exists()


def test_a_collaborator_closes_the_account_without_asking_anybody_id_090():
    mia = a_member_of(an_organisation())

    assert close(a_browser(mia)).status_code == 302


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_closing_races_the_other_representative_who_leaves_q2(attempt):
    anna = a_recoverable_person()
    acme = an_organisation(of=anna)
    ben = a_second_representative(acme)

    outcomes = all_at_once(
        lambda: closing.close_account(actor=a_stranger_actor(anna), account_id=anna.pk, current_password=PASSWORD),
        lambda: leave_organisation(actor=acting(ben, acme), organisation_id=acme.pk),
    )

    assert sorted(outcomes) == ["done", "last_legal_representative"]
    left = Membership.objects.filter(organisation=acme, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True)
    assert left.count() == 1
