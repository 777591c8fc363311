"""Names of devices and places for mails and lists (ID-035, SEC-052). Hints for people, never proofs."""

import pytest

from stellwerk.foundation.devices import DeviceKind, device_of
from stellwerk.foundation.places import place_of, region_of
from stellwerk.foundation.tests.mmdb import write_places

BERN = {
    "city": {"names": {"en": "Bern", "fr": "Berne"}},
    "country": {"iso_code": "CH"},
    "subdivisions": [{"iso_code": "BE"}],
}


@pytest.fixture
def places(settings, tmp_path):
    path = tmp_path / "places.mmdb"
    write_places(path, {"8.8.8.0/24": {"country": {"iso_code": "US"}}, "81.62.0.0/16": BERN})
    settings.PLACES_FILE = str(path)


@pytest.mark.parametrize(
    ("user_agent", "name", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 (Windows)",
         DeviceKind.COMPUTER),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4"
         " Mobile/15E148 Safari/604.1", "Safari 17 (iOS)", DeviceKind.PHONE),
        ("Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.0"
         " Mobile/15E148 Safari/604.1", "Safari 12 (iOS)", DeviceKind.TABLET),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0"
         " Safari/537.36", "Chrome 134 (Android)", DeviceKind.TABLET),
        ("curl/8.5.0", "curl 8", DeviceKind.PROGRAM),
        ("", "", DeviceKind.PROGRAM),
    ],
)  # fmt: skip
def test_a_user_agent_becomes_a_name_that_people_know(user_agent, name, kind):
    assert device_of(user_agent) == (device_of(user_agent).__class__)(name, kind)


@pytest.mark.parametrize("odd", ["x" * 100_000, "(" * 5000, "a\r\nb" * 90, "\x00", "Ü" * 400])
def test_an_odd_user_agent_is_a_short_name_without_line_breaks(odd):
    name = device_of(odd).name

    assert len(name) <= 60
    assert "\n" not in name


@pytest.mark.parametrize(
    ("address", "language", "place"),
    [
        ("81.62.4.5", "en", "Bern, Switzerland"),
        ("81.62.4.5", "fr", "Berne, Suisse"),
        ("81.62.4.5", "it", "Bern, Svizzera"),
        ("::ffff:81.62.4.5", "de", "Bern, Schweiz"),
        ("8.8.8.8", "es", "Estados Unidos"),
        ("9.9.9.9", "en", ""),
        ("2001:4860::1", "en", ""),  # the file knows IPv4 only
        ("127.0.0.1", "en", "this machine"),
        ("::1", "en", "this machine"),
        ("192.168.1.7", "en", "local network"),
        ("", "en", ""),
        (None, "en", ""),
        ("not an address", "en", ""),
    ],
)
def test_an_address_becomes_a_place_in_the_readers_language(places, address, language, place):
    assert place_of(address, language) == place


def test_a_region_is_a_code_that_no_language_changes(places):
    assert [region_of(address) for address in ("81.62.4.5", "8.8.8.8", "9.9.9.9", "10.0.0.1", None)] == [
        "CH-BE", "US", "", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"", b"not a database"])
def test_a_missing_or_broken_file_only_leaves_places_unknown(settings, tmp_path, content):
    path = tmp_path / "broken.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.PLACES_FILE = str(path)

    assert place_of("8.8.8.8", "en") == ""
    assert region_of("8.8.8.8") == ""
