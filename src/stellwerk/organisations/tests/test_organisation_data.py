"""The organisation's own data: who may change them, the terms, the summary, the logo, the VAT number."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from stellwerk.billing.queries.cart import quoted_cart
from stellwerk.billing.tests.builders import a_cart, an_open_invoice
from stellwerk.foundation import jobs
from stellwerk.foundation.errors import AccessDenied, Invalid, RuleBroken
from stellwerk.foundation.models import Message
from stellwerk.identity.models import Account
from stellwerk.identity.tests.uploads import PLACE, a_bomb, a_photograph_taken_sideways, an_upload, saved
from stellwerk.organisations import queries
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.edit_organisation import edit_organisation
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.logo import remove_logo, set_logo
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, acting, an_organisation

pytestmark = pytest.mark.django_db
COORDINATES = ("name", "kind", "street", "building_number", "postal_code", "town", "country")


@pytest.fixture
def browser(client, acme):
    client.force_login(Account.objects.get(pk=a_legal_representative_of(acme).account_id))
    return client


def page_of(acme) -> str:
    return reverse("organisations:organisation", args=[acme.pk])


def typed(acme, **more) -> dict:
    return {**{name: getattr(acme, name) for name in COORDINATES}, **more}


def edit(acme, *, actor=None, accepts_terms=True, **changes):
    return edit_organisation(
        actor=actor or a_legal_representative_of(acme),
        organisation_id=acme.pk,
        entries=NewOrganisation(**typed(acme, **changes)),
        accepts_terms=accepts_terms,
    )


def a_logo(size=(300, 100), **more) -> bytes:
    return an_upload(size=size, **more)


def with_logo(acme, content=None) -> Organisation:
    return set_logo(actor=a_legal_representative_of(acme), organisation_id=acme.pk, content=content or a_logo())


def shown(acme) -> str:
    return queries.organisation_row(acme.pk).logo_url


@pytest.mark.parametrize("role", ["admin", "normal", "external"])
def test_org_011_only_a_legal_representative_changes_them_and_others_read(client, acme, role):
    mia = a_member_of(acme, role=role)
    client.force_login(mia)

    page = client.get(page_of(acme)).content.decode()

    assert "Marktgasse 7" in page
    assert "Only a legal representative can change this: Anna Keller." in page
    assert 'name="street"' not in page
    with pytest.raises(AccessDenied):
        edit(acme, actor=acting(mia, acme), town="Basel")


def test_org_016_a_swiss_number_is_shown_as_people_write_it(client, browser, acme):
    edit(acme, kind="company", country="CH", vat_number="CHE107787577")
    form = browser.get(page_of(acme)).content.decode()
    client.force_login(a_member_of(acme))
    read_only = client.get(page_of(acme)).content.decode()

    assert 'value="CHE-107.787.577"' in form
    assert ">CHE-107.787.577<" in read_only


def test_org_012_without_the_terms_nothing_is_saved(browser, acme):
    answer = browser.post(page_of(acme), typed(acme, town="Basel"))

    assert "Read the general terms and tick the box." in answer.content.decode()
    assert queries.organisation_row(acme.pk).town == "Bern"
    with pytest.raises(RuleBroken, match="terms_not_accepted"):
        edit(acme, accepts_terms=False, town="Basel")


def test_org_013_every_legal_representative_gets_a_summary(acme):
    ben = a_member_of(acme, role="owner")
    edit(acme, town="Basel")
    jobs.run_due_jobs()

    mailed = Message.objects.filter(template="organisations/email/organisation_changed")

    assert ben.email in {each.recipient for each in mailed}
    assert len(mailed) == 2
    assert all("Bern" in each.body and "Basel" in each.body for each in mailed)


@pytest.mark.parametrize(("country", "code", "currency"), [("DE", "10115", "EUR"), ("CH", "3011", "CHF")])
def test_org_014_the_country_decides_the_currency(acme, country, code, currency):
    assert edit(acme, country=country, postal_code=code).currency == currency


def test_org_015_a_logo_is_drawn_anew_and_shown_to_members_in_page_and_switcher(browser, acme):
    with_logo(acme)

    page = browser.get(page_of(acme)).content.decode()
    served = browser.get(shown(acme))

    assert page.count(f'src="{shown(acme)}"') == 2
    assert served["Content-Type"] == "image/webp"
    assert served["Cache-Control"].startswith("private")
    assert Image.open(io.BytesIO(served.content)).size == (300, 100)


@pytest.mark.parametrize("size", [(480, 160), (4000, 400), (100, 100), (2000, 1900)])
def test_org_015_a_logo_keeps_its_shape_and_fits_its_place(browser, acme, size):
    with_logo(acme, a_logo(size))

    width, height = Image.open(io.BytesIO(browser.get(shown(acme)).content)).size

    assert width <= 480
    assert height <= 160
    assert abs(width / height - size[0] / size[1]) < 0.3


def test_org_015_transparent_parts_are_white_and_nothing_rides_along(browser, acme):
    with_logo(acme, saved(Image.new("RGBA", (90, 30), (0, 0, 0, 0)), "PNG") + b"<script>alert(1)</script>")
    content = browser.get(shown(acme)).content

    assert min(Image.open(io.BytesIO(content)).getpixel((45, 15))) > 240
    assert b"script" not in content
    assert PLACE not in browser.get(shown_after(acme, a_photograph_taken_sideways())).content


def shown_after(acme, content) -> str:
    with_logo(acme, content)
    return shown(acme)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image"),
        (a_bomb(60_000, 60_000), "dimensions"),
        (b"\0" * (5 * 1024 * 1024 + 1), "max_size"),
        (an_upload(size=(100, 101)), "landscape"),
        (an_upload("GIF"), "image"),
    ],
)
def test_org_015_what_is_no_landscape_picture_is_refused_at_the_field(acme, content, rule):
    with pytest.raises(Invalid) as refused:
        with_logo(acme, content or b"x")

    assert [(each.name, each.rule) for each in refused.value.errors] == [("logo", rule)]
    assert shown(acme) == ""


def test_org_015_what_was_typed_is_kept_when_the_picture_is_added(browser, acme):
    upload = SimpleUploadedFile("logo.png", a_logo(), "image/png")

    page = browser.post(page_of(acme), typed(acme, street="Bundesgasse", logo=upload, only_logo="yes"))

    assert page.status_code == 200
    assert 'value="Bundesgasse"' in page.content.decode()
    assert shown(acme)
    assert queries.organisation_row(acme.pk).street == "Marktgasse", "the fields are not saved yet"


def test_org_015_a_refused_picture_loses_nothing_either(browser, acme):
    upload = SimpleUploadedFile("logo.png", b"no picture", "image/png")

    page = browser.post(page_of(acme), typed(acme, street="Bundesgasse", logo=upload, only_logo="yes"))

    assert page.status_code == 422
    assert 'value="Bundesgasse"' in page.content.decode()
    assert "not a picture we can read" in page.content.decode()


def test_org_015_a_logo_is_replaced_and_removed_with_its_file(browser, acme):
    first = with_logo(acme).logo_file
    second = with_logo(acme, a_logo(color="red")).logo_file
    jobs.run_due_jobs()
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)

    browser.post(reverse("organisations:remove-logo", args=[acme.pk]))
    jobs.run_due_jobs()

    assert shown(acme) == ""
    assert not default_storage.exists(second)


def test_org_015_neither_an_administrator_nor_a_stranger_sets_or_sees_it(client, acme):
    ben = a_member_of(acme, role="admin")
    with_logo(acme)

    with pytest.raises(AccessDenied):
        set_logo(actor=acting(ben, acme), organisation_id=acme.pk, content=a_logo())
    with pytest.raises(AccessDenied):
        remove_logo(actor=acting(ben, acme), organisation_id=acme.pk)
    client.force_login(Account.objects.get(pk=a_legal_representative_of(an_organisation("Other")).account_id))
    assert client.get(shown(acme)).status_code == 404


def test_org_016_the_number_is_added_later_and_stands_on_the_next_invoice(acme):
    german = an_organisation("Beta GmbH", country="DE")
    edit(german, vat_number="DE136695976")

    assert queries.organisation_row(german.pk).vat_number == "DE136695976"
    assert an_open_invoice(german).buyer["vat_number"] == "DE136695976"


@pytest.mark.parametrize(
    ("country", "kind", "number", "is_asked"),
    [
        ("DE", "company", "", True),
        ("DE", "company", "DE136695976", False),
        ("DE", "association", "", False),
        ("CH", "company", "", False),
        ("LI", "company", "", False),
        ("US", "company", "", False),
    ],
)
def test_org_017_a_company_without_a_number_is_asked_and_org_018_a_swiss_one_is_not(
    client, country, kind, number, is_asked
):
    owner = an_organisation("Beta", country=country, kind=kind, vat_number=number)
    a_cart(owner)
    client.force_login(Account.objects.get(pk=a_legal_representative_of(owner).account_id))

    in_the_manager = client.get(f"/o/{owner.pk}/to-pay").content.decode()

    assert ("Your VAT number is missing." in in_the_manager) is is_asked
    assert quoted_cart(owner.pk).asks_for_vat_number is is_asked, "in the shop"
    assert queries.organisation_row(owner.pk).lacks_vat_number is is_asked, "in renewal mails"
