"""The activity log of an organisation: found, handed out, readable when people and products are gone."""

import csv
import io
import json
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.foundation import activity, clock, events, jobs
from stellwerk.foundation.activity import Narrowing
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.tests.test_events import SignalSet
from stellwerk.identity.events import (
    AccountSwitched,
    LoginChanged,
    PasswordChanged,
    PasswordReset,
    SignedIn,
    SignInFailed,
)
from stellwerk.identity.models import Account
from stellwerk.organisations.models import Membership
from stellwerk.organisations.services import memberships
from stellwerk.organisations.services.edit_organisation import edit_organisation
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    an_organisation,
)
from stellwerk.products.events import ProductActivated, ProductCancelled

pytestmark = pytest.mark.django_db
NAMES = ("name", "kind", "street", "building_number", "postal_code", "town", "country")


def note(*news, actor=SYSTEM, on=date(2026, 3, 2)):
    with clock.travel_to(on), transaction.atomic():
        events.publish_many(news, actor=actor)


def a_product_event(kind, acme, number, name, **more):
    return kind(organisation_id=acme.pk, product_id=number, kind_code="domain", name=name, **more)


def activated(acme, number, name):
    more = {"source": "order", "offer_code": "domain-ch", "expires_on": "2027-03-02"}
    return a_product_event(ProductActivated, acme, number, name, **more)


def sentences(acme, **narrowing):
    return [row.sentence for row in activity.organisation_rows(acme.pk, only=Narrowing(**narrowing))]


@pytest.fixture
def acme():
    """A log with a bit of everything, by two people, over three days."""
    acme = an_organisation("Zürcher Käse AG")
    anna = a_legal_representative_of(acme)
    note(activated(acme, 11, "käse.ch"), on=date(2026, 3, 1))
    note(a_product_event(ProductCancelled, acme, 12, "brot.ch"), actor=anna, on=date(2026, 3, 2))
    mia = a_member_of(acme)
    memberships.change_role(actor=anna, organisation_id=acme.pk, account_id=mia.pk, role="admin")
    note(SignalSet(organisation_id=acme.pk + 1, name="käse.ch"), on=date(2026, 3, 2))
    return acme


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ({"search": "käse.ch"}, ["käse.ch was activated, paid until 1 March 2027"]),
        ({"search": "cancelled brot"}, ["Anna Keller cancelled brot.ch"]),
        ({"search": "anna ROLE"}, ["Anna Keller changed the role of Mia Meier from Collaborator to Administrator"]),
        ({"search": "nowhere"}, []),
        ({"kind": "members"}, ["Anna Keller changed the role of Mia Meier from Collaborator to Administrator"]),
        ({"action": "ProductCancelled"}, ["Anna Keller cancelled brot.ch"]),
        ({"person": "mia"}, ["Anna Keller changed the role of Mia Meier from Collaborator to Administrator"]),
        ({"product": "brot"}, ["Anna Keller cancelled brot.ch"]),
        ({"product_id": 11}, ["käse.ch was activated, paid until 1 March 2027"]),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 2)}, ["Anna Keller cancelled brot.ch"]),
        ({"until": date(2026, 3, 1)}, ["käse.ch was activated, paid until 1 March 2027"]),
        ({"kind": "product", "person": "anna"}, ["Anna Keller cancelled brot.ch"]),
        ({"since": date.min, "until": date.max, "action": "ProductCancelled"}, ["Anna Keller cancelled brot.ch"]),
    ],
)
def test_org_100_the_log_is_found_by_word_kind_person_product_and_period(acme, narrowing, found):
    assert sentences(acme, **narrowing) == found


def test_org_100_a_person_is_found_as_doer_and_as_the_one_it_was_done_to(acme):
    anna = a_legal_representative_of(acme)
    mia = Account.objects.get(memberships__organisation=acme, first_name="Mia")

    assert len(sentences(acme, account_id=anna.account_id)) == 3  # founded, cancelled, gave the role
    assert len(sentences(acme, account_id=mia.pk)) == 1


def test_org_100_the_words_of_the_sentence_are_searched_in_the_readers_language(acme):
    from django.utils import translation

    with translation.override("de"):
        word = activity.organisation_rows(acme.pk, only=Narrowing(product_id=12))[0].sentence.split()[-1]
        assert len(activity.organisation_rows(acme.pk, only=Narrowing(search=word, product_id=12))) == 1


def test_org_102_entries_stay_readable_when_person_and_product_are_gone(acme):
    anna = a_legal_representative_of(acme)
    mia = Account.objects.get(memberships__organisation=acme, first_name="Mia")
    memberships.remove_member(actor=anna, organisation_id=acme.pk, account_id=mia.pk)
    mia.delete()

    assert sentences(acme, person="Mia Meier")[1:] == [
        "Anna Keller changed the role of Mia Meier from Collaborator to Administrator"
    ]
    assert sentences(acme, product="käse") == ["käse.ch was activated, paid until 1 March 2027"]  # no such row exists


def test_org_102_a_change_tells_old_and_new_value(acme):
    before = {name: getattr(acme, name) for name in NAMES}
    entries = NewOrganisation(**{**before, "street": "Bundesgasse", "building_number": ""})
    edit_organisation(
        actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries, accepts_terms=True
    )

    newest = activity.organisation_rows(acme.pk)[0]

    assert newest.sentence == (
        "Anna Keller changed the organisation's data: Street: Marktgasse → Bundesgasse; Number: 7 → –"
    )
    assert (newest.values["before"], newest.values["after"]) == (
        {"street": "Marktgasse", "building_number": "7"}, {"street": "Bundesgasse", "building_number": ""},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (SignedIn, "Mia Meier signed in"),
        (AccountSwitched, "Mia Meier came back in a browser that was still signed in"),
        (SignInFailed, "A sign-in as Mia Meier failed"),
        (PasswordChanged, "Mia Meier changed the password"),
        (PasswordReset, "Mia Meier set a new password by code"),
        (LoginChanged, "Mia Meier changed the login"),
    ],
)
def test_org_101_what_happens_to_a_members_account_stands_in_the_log_with_its_address(acme, event, told):
    mia = Account.objects.get(memberships__organisation=acme, first_name="Mia")
    jobs.run_due_jobs()
    note(event(account_id=mia.pk), actor=Actor(account_id=mia.pk, name="Mia Meier", address="192.0.2.7"))
    jobs.run_due_jobs()

    noted = activity.organisation_rows(acme.pk, only=Narrowing(kind="sign_in"))

    assert [(row.sentence, row.address, row.account_id) for row in noted] == [(told, "192.0.2.7", mia.pk)]
    own = [row.kind for row in activity.account_rows(mia.pk)]
    assert own == ["security", "account"]  # once in the person's own log (SEC-054), after the account's creation


def test_org_101_the_account_of_an_external_is_not_the_organisations_business(acme):
    mia = Account.objects.get(memberships__organisation=acme, first_name="Mia")
    Membership.objects.filter(account=mia).update(role="external")
    note(SignedIn(account_id=mia.pk))
    jobs.run_due_jobs()

    assert sentences(acme, kind="sign_in") == []


def test_org_101_a_mail_of_the_organisation_stands_in_the_log(acme):
    jobs.run_due_jobs()

    mailed = activity.organisation_rows(acme.pk, only=Narrowing(kind="messages"))

    sentences = [row.sentence for row in mailed]
    assert "The e-mail “Your role in Zürcher Käse AG has changed” was sent to Mia Meier" in sentences
    assert "@" not in json.dumps([row.values for row in mailed])


@pytest.fixture
def signed_in(client, acme):
    client.force_login(Account.objects.get(pk=a_legal_representative_of(acme).account_id))
    return client


def test_org_100_the_page_takes_its_filters_from_the_address(signed_in, acme):
    page = signed_in.get(reverse("organisations:activity", args=[acme.pk]), {"kind": "product", "person": "anna"})

    text = page.content.decode()
    assert "Anna Keller cancelled brot.ch" in text
    assert "käse.ch was activated" not in text
    assert 'value="anna"' in text
    assert "activity.csv?kind=product&amp;person=anna" in text


def test_org_100_a_date_that_is_none_is_said_and_narrows_nothing(signed_in, acme):
    page = signed_in.get(reverse("organisations:activity", args=[acme.pk]), {"from_on": "soon", "kind": "magic"})

    assert page.status_code == 200
    assert "Enter a valid date." in page.content.decode()
    assert "Anna Keller cancelled brot.ch" in page.content.decode()


def test_org_100_the_table_for_spreadsheets_holds_what_was_narrowed_and_no_formula(signed_in, acme):
    note(activated(acme, 13, "=HYPERLINK(1)"), actor=Actor(account_id=1, name="@SUM(A1)", address="192.0.2.9"))

    answer = signed_in.get(reverse("organisations:activity-csv", args=[acme.pk]), {"q": "activated"})

    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["description"] for row in rows] == [
        "'=HYPERLINK(1) was activated, paid until 1 March 2027",
        "käse.ch was activated, paid until 1 March 2027",
    ]
    assert rows[0]["actor_name"] == "'@SUM(A1)"
    assert rows[1]["occurred_at"] == "2026-03-01T11:00:00+00:00"  # the same for readers of every language
    assert json.loads(rows[1]["values"])["product_id"] == 11


def test_org_100_json_lines_hold_one_entry_each_with_its_values(signed_in, acme):
    answer = signed_in.get(reverse("organisations:activity-json-lines", args=[acme.pk]), {"kind": "members"})

    assert answer["Content-Disposition"].startswith(f'attachment; filename="activity-{acme.pk}-')
    entries = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert [(each["action"], each["values"]["old_role"], each["values"]["new_role"]) for each in entries] == [
        ("role_changed", "normal", "admin")
    ]


def test_org_100_a_long_log_is_handed_out_whole(signed_in, acme):
    note(*(activated(acme, 100 + number, f"a{number}.ch") for number in range(1_200)))

    answer = signed_in.get(reverse("organisations:activity-json-lines", args=[acme.pk]), {"q": "activated"})

    assert len(answer.getvalue().splitlines()) == 1_201


def test_org_100_a_collaborator_gets_no_file(client, acme):
    mia = Account.objects.get(memberships__organisation=acme, first_name="Mia")
    Membership.objects.filter(account=mia).update(role="normal")
    client.force_login(mia)

    for name in ("activity-csv", "activity-json-lines"):
        assert client.get(reverse(f"organisations:{name}", args=[acme.pk])).status_code == 403


def test_org_100_programs_ask_with_the_same_filters(acme):
    caller = Caller(a_token_of(Account.objects.get(pk=a_legal_representative_of(acme).account_id)))
    address = f"1/accounts/{acme.pk}/activity"

    found = caller.get(f"{address}?filter[kind]=product&filter[until]=2026-03-01&page=1").json()
    refused = caller.get(f"{address}?filter[kind]=magic&filter[action]=fly")

    assert (found["total"], found["data"][0]["action"], found["data"][0]["user_id"]) == (1, "product_activated", None)
    assert found["data"][0]["created_at"] == 1772362800
    named = {each["context"]["attribute"]: each["context"].get("values") for each in refused.json()["error"]["errors"]}
    assert "product_cancelled" in named["filter.action"]
    assert "product" in named["filter.kind"]


def test_org_100_programs_read_forwards_when_they_ask(acme):
    caller = Caller(a_token_of(Account.objects.get(pk=a_legal_representative_of(acme).account_id)))

    first, *_rest = caller.get(f"1/accounts/{acme.pk}/activity?order_by=created_at").json()["data"]

    assert first["action"] == "organisation_founded"
