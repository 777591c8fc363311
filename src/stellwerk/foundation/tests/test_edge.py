"""What the edge makes of requests and answers before and after the rooms see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stellwerk.foundation.edge.addresses import network_of
from stellwerk.foundation.edge.exports import words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("account:7", "account:7"),
    ],
)
def test_limits_count_the_network_that_a_subscriber_has_at_least(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Laden; offen", "Laden; offen"),
        ("=1+1", "'=1+1"),
        ("Laden;=1+1;", "Laden;'=1+1;"),
        ("Laden; @SUM(A1)", "Laden; '@SUM(A1)"),
        ("Laden\t+1", "Laden\t'+1"),
        ("Laden;\uff1d1", "Laden;'\uff1d1"),
    ],
)
def test_no_cell_is_a_formula_where_the_semicolon_separates(typed, written):
    assert words(typed) == written


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in", "/api/1/countries", "/openapi.json"])
def test_behind_a_proxy_that_ends_tls_every_answer_asks_for_https_in_future(settings, address):
    settings.SECURE_HSTS_SECONDS = 31_536_000  # as for every https:// address
    plain = Client().get(address)
    settings.SITE_URL = "https://testserver"
    public = Client().get(address)

    assert "Strict-Transport-Security" not in plain
    assert public["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "status"), [(900, 422), (1_100, 413)])
def test_no_visitor_fills_the_disk_with_a_file_that_no_form_takes(settings, size, status):
    settings.LARGEST_UPLOAD_BYTES = 1_000
    file = SimpleUploadedFile("film.bin", b"0" * (size - 200))

    assert Client().post("/sign-in", {"file": file}).status_code == status
