"""The pages and commands of billing addresses (BIL-060…063, ORG-016, ORD-010)."""

import json

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.billing.models import BillingAddress, Invoice
from stellwerk.billing.tests.address_book.builders import an_address
from stellwerk.billing.tests.builders import a_cart, a_prepaid_balance
from stellwerk.billing.tests.web.conftest import founder_of, signed_in
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, an_organisation
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db
BRANCH = {
    "name": "Filiale Thun", "attention": "Jonas Frei", "street": "Obere Hauptgasse", "building_number": "21",
    "postal_code": "3600", "town": "Thun", "country": "CH", "language": "de", "email": "thun@example.ch",
    "vat_number": "",
}  # fmt: skip


def path(organisation, rest=""):
    return f"/o/{organisation.pk}/billing-addresses{rest}"


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_bil_060_an_address_is_added_changed_and_listed_beside_the_default(bookkeeper, acme):
    sent = bookkeeper.post(path(acme, "/new"), BRANCH)
    address = BillingAddress.objects.get()
    bookkeeper.post(path(acme, f"/{address.pk}"), {**BRANCH, "attention": "Eva Frei"})

    listed = shown(bookkeeper.get(path(acme)))

    assert sent["Location"] == path(acme)
    assert "Eva Frei" in listed
    assert "thun@example.ch" in listed
    assert listed.index("Acme AG</a>") < listed.index("Filiale Thun</a>")


def test_bil_061_what_is_refused_stands_at_its_field_and_what_was_typed_stays(bookkeeper, acme):
    answer = bookkeeper.post(path(acme, "/new"), {**BRANCH, "postal_code": "99999", "vat_number": "CHE-1"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"postal_code", "vat_number"}
    assert 'value="Obere Hauptgasse"' in shown(answer)


def test_vat_005_the_form_of_a_private_person_has_no_vat_number():
    claire = an_organisation("Claire Morel", kind="individual", country="FR")

    form = signed_in(founder_of(claire)).get(path(claire, "/new")).context["form"]

    assert "vat_number" not in form.fields


def test_bil_063_deleting_asks_what_takes_its_place(bookkeeper, acme):
    address, other = an_address(acme, "Going"), an_address(acme, "Staying")

    asked = shown(bookkeeper.get(path(acme, f"/{address}/removal")))
    refused = bookkeeper.post(path(acme, f"/{address}/removal"), {"replaced_by": address})
    bookkeeper.post(path(acme, f"/{address}/removal"), {"replaced_by": other})

    assert "Staying" in asked
    assert refused.status_code == 422
    assert list(BillingAddress.objects.values_list("name", flat=True)) == ["Staying"]


def test_org_016_the_number_at_the_default_address_is_that_of_the_organisations_data(bookkeeper):
    berlin = an_organisation(country="DE")
    owner = signed_in(founder_of(berlin))
    number = {"vat_number": "DE136695976"}

    refused = owner.post(path(berlin, "/default"), number)
    owner.post(path(berlin, "/default"), {**number, "accepts_terms": "on"})

    assert refused.context["form"].errors
    assert owner.get(f"/o/{berlin.pk}/organisation").context["organisation"].vat_number == "DE136695976"


def test_org_016_whoever_is_no_legal_representative_reads_who_can_change_it(bookkeeper, acme):
    page = bookkeeper.get(path(acme, "/default"))

    assert not page.context["may_edit"]
    assert bookkeeper.post(path(acme, "/default"), {"accepts_terms": "on"}).status_code == 403


def test_ord_010_the_address_is_chosen_at_the_checkout_and_decides_the_vat(bookkeeper, acme):
    address = an_address(acme, "Acme US", country="US")
    a_cart(acme, ("web-hosting", {}))
    here = f"/o/{acme.pk}/checkout"

    before = bookkeeper.get(here)
    bookkeeper.post(f"{here}/address", {"address": address})
    page = bookkeeper.get(here)
    fields = dict.fromkeys(("expected_gross_minor",), page.context["cart"].gross_minor)
    ordered = {**fields, "expected_address_id": address, "means": "bank_transfer", "accepts_terms": "on"}
    bookkeeper.post(here, ordered)

    kept = "Renewals of these products are invoiced to this address, too."
    assert (before.context["cart"].quote.totals.vat_minor, page.context["cart"].quote.totals.vat_minor) == (868, 0)
    assert (kept in shown(before), kept in shown(page)) == (False, True)
    assert "Acme US" in shown(page)
    assert Invoice.objects.get().buyer["name"] == "Acme US"


@pytest.mark.parametrize("wanted", ["x", "", "999999", "9" * 30])
def test_an_address_that_is_none_is_not_taken(bookkeeper, acme, wanted):
    a_cart(acme, ("web-hosting", {}))

    answer = bookkeeper.post(f"/o/{acme.pk}/checkout/address", {"address": wanted}, follow=True)

    assert answer.context["cart"].address_id == 0
    assert "Choose one of the billing addresses." in shown(answer)


def test_an_organisation_with_its_own_address_only_is_led_to_add_one(bookkeeper, acme):
    a_cart(acme, ("web-hosting", {}))

    assert path(acme, "/new") in shown(bookkeeper.get(f"/o/{acme.pk}/checkout"))


def test_gen_002_foreign_addresses_do_not_exist(bookkeeper, acme):
    foreign = an_address(an_organisation("Other AG"))

    for rest in (f"/{foreign}", f"/{foreign}/removal"):
        assert bookkeeper.get(path(acme, rest)).status_code == 404
        assert bookkeeper.post(path(acme, rest), BRANCH).status_code == 404


def test_bil_060_the_same_on_the_wire(acme):
    caller, here = Caller(a_token_of(founder_of(acme), "billing")), f"1/accounts/{acme.pk}/billing-addresses"
    added = {**BRANCH, "locale": "de_DE"}
    added.pop("language")

    made = caller.post(here, added).json()["data"]
    changed = caller.send("PATCH", f"{here}/{made['id']}", {"locale": "fr_FR", "email": ""}).json()["data"]
    listed = caller.get(here).json()["data"]
    number = caller.send("PATCH", f"{here}/0", {"vat_number": "CHE-107.787.577"})

    assert (made["name"], made["locale"], made["vat_number"], made["is_default"]) == (
        "Filiale Thun", "de_DE", None, False,
    )  # fmt: skip
    assert (changed["locale"], changed["email"], changed["attention"]) == ("fr_FR", None, "Jonas Frei")
    assert [each["id"] for each in listed] == [0, made["id"]]
    assert number.json()["error"]["code"] == "terms_not_accepted"
    told = caller.send("PATCH", f"{here}/0", {"vat_number": "CHE-107.787.577", "accepts_terms": True}).json()["data"]
    assert told["vat_number"] == "CHE107787577"


def test_bil_063_on_the_wire_an_address_in_use_needs_a_replacement(acme):
    caller, address = Caller(a_token_of(founder_of(acme), "billing")), an_address(acme)
    a_cart(acme, ("web-hosting", {}))
    chosen = caller.send("PATCH", f"1/accounts/{acme.pk}/cart", {"billing_address_id": address}).json()["data"]
    here = f"1/accounts/{acme.pk}/billing-addresses/{address}"

    refused = caller.send("DELETE", here, {})
    done = caller.send("DELETE", here, {"replaced_by": 0})

    assert chosen["billing_address_id"] == address
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "billing_address_in_use")
    assert done.json()["data"] is True
    assert json.loads(caller.get(f"1/accounts/{acme.pk}/cart").content)["data"]["billing_address_id"] == 0


def test_bil_009_to_pay_says_how_many_invoices_a_payment_makes(bookkeeper, acme):
    branch, ours, theirs = an_address(acme, "Filiale Genf"), a_domain_of(acme, "acme.ch"), a_product_of(acme)
    bookkeeper.post(path(acme, f"/products/{theirs.pk}"), {"address": branch})
    here, picks = f"/o/{acme.pk}/to-pay", {"filter": "all", "item": [f"p{ours.pk}", f"p{theirs.pk}"]}

    both = bookkeeper.get(here, picks)
    one = bookkeeper.get(here, {**picks, "address": str(branch)})

    assert "One payment and 2 invoices, one for each billing address." in shown(both)
    assert "CHF 115.82</span> with VAT" in shown(both)
    assert "One payment and one invoice, addressed to Filiale Genf" in shown(one)
    assert both.context["selection"].gross_minor == 1038 + 11582


def test_bil_009_a_payment_over_two_addresses_leads_to_its_invoices(bookkeeper, acme):
    branch, ours, theirs = an_address(acme, "Filiale Genf"), a_domain_of(acme, "acme.ch"), a_product_of(acme)
    bookkeeper.post(path(acme, f"/products/{theirs.pk}"), {"address": branch})
    here, picks = f"/o/{acme.pk}/to-pay", {"filter": "all", "item": [f"p{ours.pk}", f"p{theirs.pk}"]}

    refused = bookkeeper.post(here, {**picks, "means": "bank_transfer", "address": "9" * 30})
    sent = bookkeeper.post(here, {**picks, "means": "bank_transfer", "expected_gross_minor": 1038 + 11582})

    assert refused.status_code == 422
    assert sent["Location"] == f"/o/{acme.pk}/invoices?status=open"
    assert sorted(each.buyer["name"] for each in Invoice.objects.all()) == ["Acme AG", "Filiale Genf"]


def test_bil_062_the_address_of_a_product_is_reached_from_its_page(bookkeeper, acme):
    branch, product = an_address(acme, "Filiale Genf"), a_product_of(acme)
    owner = signed_in(founder_of(acme))
    here = path(acme, f"/products/{product.pk}")

    assert here in shown(owner.get(f"/o/{acme.pk}/products/{product.pk}"))
    owner.post(here, {"address": branch})

    assert owner.get(here).context["form"].initial == {"address": branch}
    foreign = a_product_of(an_organisation("Other AG"))
    assert owner.get(path(acme, f"/products/{foreign.pk}")).status_code == 404


def test_ord_010_an_order_on_the_wire_hands_its_address_on_to_its_products(acme):
    caller, branch = Caller(a_token_of(founder_of(acme), "billing")), an_address(acme, "Filiale Genf")
    a_cart(acme, ("web-hosting", {}))
    a_prepaid_balance(acme, 50_000)
    caller.send("PATCH", f"1/accounts/{acme.pk}/cart", {"billing_address_id": branch})

    caller.post(f"1/accounts/{acme.pk}/orders", {"means": "prepaid", "accepts_terms": True})
    run_due_jobs()

    (renewal,) = caller.get(f"1/accounts/{acme.pk}/renewals").json()["data"]
    assert renewal["billing_address_id"] == branch


def test_bil_062_the_page_of_a_product_shows_where_its_invoices_go(acme):
    product, owner = a_product_of(acme), signed_in(founder_of(acme))
    here, choice = f"/o/{acme.pk}/products/{product.pk}", path(acme, f"/products/{product.pk}")

    def shown_as():
        return owner.get(here).context["invoiced_to"]

    alone = shown(owner.get(here))
    branch = an_address(acme, "Filiale Genf", attention="Frau Frei")
    beside = shown_as()
    owner.post(choice, {"address": branch})

    assert "Invoices go to" not in alone
    assert (beside, shown_as()) == ("Acme AG, Bern", "Filiale Genf, Frau Frei, Bern")
    assert f'<dt>Invoices go to</dt><dd>Filiale Genf, Frau Frei, Bern <a href="{choice}">Change</a>' in shown(
        owner.get(here)
    )


def test_gen_002_whoever_does_not_see_the_accounting_does_not_see_the_address(acme):
    an_address(acme, "Filiale Genf")
    product, mia = a_product_of(acme), a_member_of(acme)
    granted(a_legal_representative_of(acme), product, to=mia.pk)

    page = signed_in(mia).get(f"/o/{acme.pk}/products/{product.pk}")

    assert (page.status_code, page.context["invoiced_to"]) == (200, "")


def test_bil_062_and_009_on_the_wire(acme):
    caller, branch = Caller(a_token_of(founder_of(acme), "billing")), an_address(acme, "Filiale Genf")
    ours, theirs = a_domain_of(acme, "acme.ch"), a_product_of(acme)
    renewals = f"1/accounts/{acme.pk}/renewals"

    changed = caller.send("PATCH", renewals, {"product_ids": [theirs.pk], "billing_address_id": branch}).json()["data"]
    listed = {each["product_id"]: each["billing_address_id"] for each in caller.get(renewals).json()["data"]}
    both = {"items": [{"product_id": ours.pk}, {"product_id": theirs.pk}], "means": "bank_transfer"}
    paid = caller.post(f"1/accounts/{acme.pk}/payments", both).json()["data"]

    assert [(each["product_id"], each["outcome"]) for each in changed] == [(theirs.pk, "changed")]
    assert listed == {ours.pk: 0, theirs.pk: branch}
    assert paid["invoice_ids"] == list(Invoice.objects.order_by("pk").values_list("pk", flat=True))
    assert paid["open"]["amount"] == 1038 + 11582
    assert caller.send("PATCH", renewals, {"product_ids": [theirs.pk]}).status_code == 422
