"""The billing addresses of an organisation: entries, rights, and what an invoice to one of them says (BIL-060…063)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from stellwerk.billing.models import BillingAddress, Cart, Invoice
from stellwerk.billing.queries.addresses import POSTAL, address_book
from stellwerk.billing.queries.cart import cart_quote
from stellwerk.billing.services.addresses import (
    MOST_ADDRESSES,
    add_address,
    change_address,
    change_vat_number,
    choose_cart_address,
    forget_addresses,
    remove_address,
)
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.services.render_document import pdf_of_invoice
from stellwerk.billing.tests.address_book.builders import an_address, entries
from stellwerk.billing.tests.builders import a_cart
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, Invalid, NotFound, RuleBroken
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Event, Message
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


def ordered_at(organisation, address_id, **more):
    """The invoice of an order by transfer that goes to this address."""
    actor = a_legal_representative_of(organisation)
    a_cart(organisation, ("web-hosting", {}), actor=actor)
    choose_cart_address(actor=actor, organisation_id=organisation.pk, address_id=address_id)
    last_word = Checkout(means="bank_transfer", accepts_terms=True, **more)
    order = place_order(actor=actor, organisation_id=organisation.pk, entries=last_word)
    return Invoice.objects.get(order=order)


def refused_fields(refusal):
    return {each.name: each.rule for each in refusal.value.errors}


def test_bil_060_the_postal_address_is_the_default_and_others_are_added():
    acme = an_organisation("Acme AG")
    bookkeeper = a_bookkeeper_of(acme)
    added = an_address(acme, "Zweigstelle Thun", actor=bookkeeper, attention="Frau Frei")

    book = address_book(bookkeeper, acme.pk)

    assert [(row.id, row.name, row.is_default) for row in book.rows] == [
        (POSTAL, "Acme AG", True), (added, "Zweigstelle Thun", False),
    ]  # fmt: skip
    assert book.added[0].label == "Zweigstelle Thun, Frau Frei, Bern"


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"street": ""}, {"street": "required"}),
        ({"town": ""}, {"town": "required"}),
        ({"postal_code": ""}, {"postal_code": "required"}),
        ({"postal_code": "99999"}, {"postal_code": "postal_code"}),
        ({"language": "tlh", "email": "nobody"}, {"language": "in", "email": "email"}),
        ({"vat_number": "DE136695976"}, {"vat_number": "vat_country_mismatch"}),
        ({"country": "DE", "vat_number": "DE136695977"}, {"vat_number": "vat_number_invalid"}),
    ],
)
def test_bil_061_fields_are_structured_and_judged_like_the_organisations_own(more, refused):
    acme = an_organisation()

    with pytest.raises(Invalid) as refusal:
        an_address(acme, more.pop("name", "Filiale"), **more)

    assert refused_fields(refusal) == refused


def test_bil_061_an_address_that_nothing_could_be_sold_to_is_refused(settings):
    settings.OPERATOR = {**settings.OPERATOR, "oss_registered": False}
    acme = an_organisation()

    with pytest.raises(Invalid) as refusal:
        an_address(acme, country="FR")

    assert refused_fields(refusal) == {"country": "oss_not_registered"}


def test_gen_002_the_billing_right_is_needed_and_foreign_addresses_do_not_exist():
    acme, other = an_organisation("Acme AG"), an_organisation("Other AG")
    foreign = an_address(other)
    book = {"organisation_id": acme.pk}
    for actor, refusal in ((a_collaborator_of(acme), AccessDenied), (an_outsider(), NotFound)):
        with pytest.raises(refusal):
            address_book(actor, acme.pk)
        with pytest.raises(refusal):
            add_address(actor=actor, **book, entries=entries())
        with pytest.raises(refusal):
            choose_cart_address(actor=actor, **book, address_id=POSTAL)
    bookkeeper = a_bookkeeper_of(acme)

    with pytest.raises(NotFound):
        change_address(actor=bookkeeper, **book, address_id=foreign, entries=entries())
    with pytest.raises(NotFound):
        remove_address(actor=bookkeeper, **book, address_id=foreign)
    with pytest.raises(Invalid):
        choose_cart_address(actor=bookkeeper, **book, address_id=foreign)
    with pytest.raises(Invalid):
        remove_address(actor=bookkeeper, **book, address_id=an_address(acme), replaced_by=foreign)


def test_an_organisation_keeps_a_limited_number_of_addresses():
    acme = an_organisation()
    row = {"organisation": acme, "street": "Gasse", "town": "Bern", "country": "CH", "language": "de"}
    BillingAddress.objects.bulk_create(
        BillingAddress(**row, name=f"No {number}", created_at=clock.now()) for number in range(MOST_ADDRESSES)
    )

    with pytest.raises(RuleBroken, match="billing_addresses_full"):
        an_address(acme)


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [("billing_address_has_a_name", {"name": ""}), ("billing_address_is_structured", {"street": ""})],
)
def test_the_database_refuses_an_address_without_its_parts(constraint, broken):
    row = {"organisation": an_organisation(), "name": "A", "street": "B", "town": "C", "country": "CH", **broken}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BillingAddress.objects.create(**row, language="de", created_at=clock.now())


def test_bil_061_the_invoice_names_the_address_in_its_language():
    acme = an_organisation("Acme AG", language="de")
    address = an_address(acme, "Filiale Genf", language="fr", email="Rechnung@Filiale.example", attention="Mme Favre")

    invoice = ordered_at(acme, address)

    assert invoice.language == "fr"
    assert {key: invoice.buyer[key] for key in ("name", "attention", "street", "email")} == {
        "name": "Filiale Genf", "attention": "Mme Favre", "street": "Kramgasse", "email": "rechnung@filiale.example",
    }  # fmt: skip
    assert invoice.lines.get().product_name == ordered_words("fr")
    assert invoice.organisation_id == acme.pk
    assert invoice.currency == "CHF"
    owner = a_legal_representative_of(acme)
    assert pdf_of_invoice(actor=owner, organisation_id=acme.pk, invoice_id=invoice.pk).content.startswith(b"%PDF")


def ordered_words(language):
    return ordered_at(an_organisation("Other AG", language=language), POSTAL).lines.get().product_name


def test_bil_061_its_e_mail_address_gets_invoice_and_credit_note():
    acme = an_organisation()
    invoice = ordered_at(acme, an_address(acme, email="books@example.org", language="de"))
    credit_invoice(invoice_id=invoice.pk, positions=[1], source="test:1", note="")
    run_due_jobs()

    sent = Message.objects.filter(recipient="books@example.org").order_by("pk")

    assert [each.language for each in sent] == ["de", "de"]
    assert invoice.number in sent[0].subject
    assert "/api/2/invoicing/invoice/pdf/" in sent[0].body


def test_bil_063_issued_documents_keep_their_text():
    acme = an_organisation()
    owner, address = a_legal_representative_of(acme), an_address(acme, "Old name")
    invoice = ordered_at(acme, address)

    changed = entries("New name", street="Neugasse")
    change_address(actor=owner, organisation_id=acme.pk, address_id=address, entries=changed)
    later = ordered_at(acme, address)
    remove_address(actor=owner, organisation_id=acme.pk, address_id=address, replaced_by=POSTAL)

    invoice.refresh_from_db()
    assert invoice.buyer["name"] == "Old name"
    assert later.buyer["name"] == "New name"
    assert credit_invoice(invoice_id=invoice.pk, positions=[1], source="test:1", note="").buyer["name"] == "Old name"


def test_bil_063_deleting_an_address_in_use_asks_for_a_replacement():
    acme = an_organisation()
    owner, used, other = a_legal_representative_of(acme), an_address(acme, "Used"), an_address(acme, "Other")
    a_cart(acme, ("web-hosting", {}), actor=owner)
    choose_cart_address(actor=owner, organisation_id=acme.pk, address_id=used)

    with pytest.raises(RuleBroken, match="billing_address_in_use"):
        remove_address(actor=owner, organisation_id=acme.pk, address_id=used)
    remove_address(actor=owner, organisation_id=acme.pk, address_id=used, replaced_by=other)

    assert cart_quote(owner, acme.pk).address_id == other
    remove_address(actor=owner, organisation_id=acme.pk, address_id=other, replaced_by=POSTAL)
    assert cart_quote(owner, acme.pk).address_id == POSTAL


def test_ord_010_the_address_is_of_one_order_and_a_change_meanwhile_is_noticed():
    acme = an_organisation()
    owner, address = a_legal_representative_of(acme), an_address(acme)

    with pytest.raises(RuleBroken, match="cart_changed"):
        ordered_at(acme, address, expected_address_id=POSTAL)
    ordered = place_order(
        actor=owner, organisation_id=acme.pk,
        entries=Checkout(means="bank_transfer", accepts_terms=True, expected_address_id=address),
    )  # fmt: skip

    assert Invoice.objects.get(order=ordered).buyer["name"] == "Filiale Thun"
    assert Cart.objects.get(organisation=acme).billing_address is None


@pytest.mark.parametrize(
    ("own", "at", "category", "printed"),
    [
        ({"country": "CH"}, {"country": "CH"}, "S", ""),
        ({"country": "CH"}, {"country": "DE", "vat_number": "DE136695976"}, "AE", "DE136695976"),
        ({"country": "CH"}, {"country": "US"}, "O", ""),
        ({"country": "DE", "vat_number": "DE136695976"}, {"country": "DE"}, "AE", "DE136695976"),
        ({"country": "DE", "vat_number": "DE136695976"}, {"country": "CH"}, "S", ""),
        ({"country": "DE", "vat_number": "DE136695976"}, {"country": "FR"}, "S", ""),
    ],
)
def test_tax_002_the_invoiced_address_of_a_business_decides_its_vat(own, at, category, printed):
    acme = an_organisation(**own)

    invoice = ordered_at(acme, an_address(acme, **at))

    assert invoice.vat_groups.get().category == category
    assert invoice.buyer["vat_number"] == printed
    assert invoice.currency == acme.currency  # only the postal address decides (CAT-012)


@pytest.mark.parametrize(
    ("home", "at", "key"), [("FR", "US", "oss:FR"), ("CH", "US", "vat:CH"), ("FR", "DE", "oss:FR")]
)
def test_tax_009_a_private_person_is_taxed_at_home_wherever_its_invoices_go(home, at, key):
    claire = an_organisation("Claire Morel", kind="individual", country=home)

    invoice = ordered_at(claire, an_address(claire, "Parents", country=at), wants_immediate_start=True)

    assert invoice.vat_groups.get().ledger_key == key
    assert invoice.buyer["country"] == at


def test_vat_010_a_number_known_as_pending_is_charged_vat_at_the_address_too():
    acme = an_organisation(country="DE", vat_number="DE136695976")
    address = an_address(acme, country="DE")
    Organisation.objects.filter(pk=acme.pk).update(vat_number_state="pending")

    assert ordered_at(acme, address).vat_groups.get().category == "S"


def test_org_016_the_default_address_and_the_organisation_share_one_number():
    berlin = an_organisation(country="DE")
    owner, change = a_legal_representative_of(berlin), {"organisation_id": berlin.pk, "vat_number": "DE136695976"}

    with pytest.raises(AccessDenied):
        change_vat_number(actor=a_bookkeeper_of(berlin), **change, accepts_terms=True)
    with pytest.raises(RuleBroken, match="terms_not_accepted"):
        change_vat_number(actor=owner, **change, accepts_terms=False)
    change_vat_number(actor=owner, **change, accepts_terms=True)

    berlin.refresh_from_db()
    book = address_book(owner, berlin.pk)
    assert berlin.vat_number == book.default.vat_number == "DE136695976"
    assert ordered_at(berlin, an_address(berlin, country="DE")).buyer["vat_number"] == "DE136695976"
    own = an_address(berlin, country="DE", vat_number="DE 129 273 398")
    assert ordered_at(berlin, own).buyer["vat_number"] == "DE129273398"


def test_vat_005_a_private_person_has_no_number():
    claire = an_organisation("Claire Morel", kind="individual", country="FR")

    an_address(claire, country="DE", vat_number="DE136695976")

    assert BillingAddress.objects.get().vat_number == ""


def test_every_step_is_told_in_the_activity_log_and_nothing_changes_twice():
    acme = an_organisation()
    owner, address = a_legal_representative_of(acme), an_address(acme)
    here = {"actor": owner, "organisation_id": acme.pk, "address_id": address}

    change_address(**here, entries=replace(entries(), town="Thun", postal_code="3600"))
    change_address(**here, entries=replace(entries(), town="Thun", postal_code="3600"))
    remove_address(**here)

    told = [name for name in Event.objects.order_by("pk").values_list("name", flat=True) if "BillingAddress" in name]
    assert told == ["BillingAddressAdded", "BillingAddressChanged", "BillingAddressRemoved"]


def test_a_deleted_organisation_leaves_no_address_behind():
    acme, other = an_organisation(), an_organisation()
    address, stays = an_address(acme), an_address(other)
    a_cart(acme, ("web-hosting", {}))
    choose_cart_address(actor=a_legal_representative_of(acme), organisation_id=acme.pk, address_id=address)

    forget_addresses(organisation_id=acme.pk)

    assert list(BillingAddress.objects.values_list("pk", flat=True)) == [stays]
