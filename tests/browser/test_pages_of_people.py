"""The pages of the identity and organisations rooms as people see them: accessible, fitting, in every language."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stellwerk.foundation import clock
from stellwerk.foundation.actor import Role
from stellwerk.identity.models import Account
from stellwerk.identity.tests.uploads import an_upload
from stellwerk.organisations import queries
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    acting,
    an_organisation,
)
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture

OUTSIDE = ("/sign-in", "/sign-up", "/forgotten")
OWN = ("/profile", "/profile/password", "/profile/sessions", "/profile/tokens", "/profile/application-passwords",
       "/organisations", "/organisations/new")  # fmt: skip
SIZES = [(360, "dark"), (1440, "light")]


def look_at(page, addresses, label):
    for address in addresses:
        page.goto(address)
        picture(page, f"page{address.replace('/', '-')}-{label}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_before_sign_in(page_at, width, scheme, language):
    page = page_at(width, scheme, language=language)

    look_at(page, OUTSIDE, f"{language}-{width}-{scheme}")

    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_of_ones_own(page_at, width, scheme):
    anna = a_person("Anna", "Keller")
    an_organisation("Bäckerei Keller AG", of=anna)
    an_organisation("Verein Quartierfest Länggasse", of=anna)
    page = page_at(width, scheme)
    page_at.guard.expected = {404}  # the organisation's own pages may belong to a room that is not installed
    sign_in(page, anna)

    look_at(page, OWN, f"{width}-{scheme}")


INSIDE = (
    "members", "members?role=external", "members/{mia}", "members/{mia}/removal", "members/removal?person={mia}",
    "legal-representative", "messages", "departure", "invitations", "invitations?state=all", "invitations/new",
    "invitations/list", "teams", "teams/new", "teams/{team}", "organisation", "activity",
)  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_of_an_organisation(page_at, width, scheme):
    anna = a_person("Anna", "Keller", language="de")
    acme = an_organisation("Bäckerei Keller AG", of=anna)
    mia = a_member_of(acme)
    a_member_of(acme, Role.EXTERNAL)
    boss = acting(anna, acme)
    team = create_team(actor=boss, organisation_id=acme.pk, name="Online-Shop", color="purple")
    add_to_team(actor=boss, organisation_id=acme.pk, team_id=team.pk, account_ids=[mia.pk, anna.pk])
    entries = NewInvitation(email="aurelie.monnier-zimmermann@baeckerei-keller.example", role="normal", language="fr")
    invite(actor=boss, organisation_id=acme.pk, entries=entries)
    page = page_at(width, scheme)
    page_at.guard.expected = {404}
    sign_in(page, anna)

    look_at(
        page,
        [f"/o/{acme.pk}/{address.format(mia=mia.pk, team=team.pk)}" for address in INSIDE],
        f"{width}-{scheme}",
    )


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_an_invitation_is_answered_without_script(page_at, width, scheme):
    acme = an_organisation("Bäckerei Keller AG")
    entries = NewInvitation(email="ben@example.ch", role="normal")
    made = invite(actor=a_legal_representative_of(acme), organisation_id=acme.pk, entries=entries)
    link = f"/invitations/{queries.invitation_row(acme.pk, made.pk).link}"
    page = page_at(width, scheme)
    look_at(page, [link, f"{link}/sign-up"], f"{width}-{scheme}")
    plain = page_at(width, scheme, script=False)
    page_at.guard.expected = {404}

    plain.goto(link)
    plain.get_by_role("link", name="Create an account and join").click()
    for label, value in (("First name", "Ben"), ("Last name", "Guest"), ("Telephone", "+41791234567")):
        plain.get_by_label(label).fill(value)
    plain.get_by_label("Password").fill(PASSWORD)
    plain.get_by_label("I have read the general terms").check()
    plain.get_by_role("button", name="Create the account and join").click()

    expect(plain).to_have_url(re.compile(rf"/o/{acme.pk}/$"))
    assert queries.member_total(acme.pk) == 2


def sign_in(page, account):
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url("/sign-in")


def test_id_047_a_picture_is_uploaded_shown_and_removed_on_a_phone(page_at):
    anna = a_person("Anna", "Keller", language="de")
    Account.objects.filter(pk=anna.pk).update(created_at=clock.now() - timedelta(days=200))
    acme = an_organisation("Bäckerei Keller AG", of=anna)
    page = page_at(360, "light")
    sign_in(page, anna)

    page.goto("/profile")
    page.locator("input[type=file]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": an_upload(size=(300, 400))}
    )
    page.get_by_role("button", name="Bild hochladen").click()
    face = page.locator("main .face img")
    expect(face).to_be_visible()
    expect(face).to_have_js_property("naturalWidth", 420)  # really loaded, from our own address
    look_at(page, ["/profile", f"/o/{acme.pk}/members", f"/o/{acme.pk}/"], "picture-360")

    page.goto("/profile")
    page.get_by_role("button", name="Sie stimmen").click()
    expect(page.get_by_text("Stimmen Ihre Daten noch?")).to_have_count(0)
    page.get_by_role("button", name="Bild entfernen").click()
    expect(page.locator(".face img")).to_have_count(0)
    look_at(page, ["/profile"], "no-picture-360")
