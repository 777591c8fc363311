"""A new kind of product is one file: the example of docs/adding-a-product-kind.md, installed, ordered, run, ended."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from django.test import Client

from stellwerk.billing.tests.builders import a_prepaid_balance, an_order
from stellwerk.catalogue import services as catalogue
from stellwerk.catalogue.kinds.installed import forget
from stellwerk.foundation import jobs
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_person, an_organisation
from stellwerk.products import queries, services
from stellwerk.products.rules import State

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[1] / "docs/adding-a-product-kind.md"


@pytest.fixture
def newsletter(tmp_path, monkeypatch, db):
    """The package of the page, installed the way pip does it; gives its module."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (entry_point,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    package = tmp_path / "your_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "newsletter.py").write_text(source)
    metadata = tmp_path / "your_package-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: your-package\nVersion: 1.0\n")
    lines = entry_point.replace('project.entry-points."stellwerk.product_kinds"', "stellwerk.product_kinds")
    (metadata / "entry_points.txt").write_text(lines.replace('"', ""))
    monkeypatch.syspath_prepend(tmp_path)
    forget()
    catalogue.load_default_offers()
    yield importlib.import_module("your_package.newsletter")
    for name in ("your_package", "your_package.newsletter"):
        sys.modules.pop(name, None)
    monkeypatch.undo()
    forget()


@pytest.fixture
def acme():
    return an_organisation("Acme AG", of=a_person("Anna", "Keller"))


def bought(organisation, **more):
    a_prepaid_balance(organisation, 20_000)
    an_order(organisation, ("newsletter-start", {"quantity": 1000, **more}), means="prepaid")
    jobs.run_due_jobs()
    return queries.product_rows(a_legal_representative_of(organisation), organisation.pk)


@pytest.mark.slow  # an order with its invoice
def test_it_is_ordered_paid_activated_suspended_and_ended(newsletter, acme):
    (product,) = bought(acme, target="news.acme.ch")

    assert (product.state, product.quantity, product.name) == (State.ACTIVE, 1000, "news.acme.ch")
    assert newsletter.engine == {product.id: 1000}

    services.change_product(product_id=product.id, quantity=2000, source="test")
    assert newsletter.engine == {product.id: 2000}
    services.suspend_product(product_id=product.id)
    assert newsletter.engine == {product.id: 0}
    services.resume_product(product_id=product.id)
    services.terminate_product(product_id=product.id)
    assert newsletter.engine == {}


@pytest.mark.slow  # an order with its invoice
@pytest.mark.usefixtures("newsletter")
def test_its_refusal_reaches_the_order_and_nothing_remains(acme):
    assert bought(acme, target="spam.example") == []


@pytest.mark.usefixtures("newsletter")
def test_it_stands_in_the_shop_and_in_the_price_list():
    assert "Newsletter Start" in Client().get("/shop").content.decode()

    codes = [row["code"] for row in Client().get("/api/1/catalogue").json()["data"]]
    assert "newsletter-start" in codes
