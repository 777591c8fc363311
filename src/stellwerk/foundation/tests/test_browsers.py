"""Which browsers are too old, by the operator's table (UI-018, UI-019, UI-020)."""

import pytest

from stellwerk.foundation import browsers, diagnosis

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "


def iphone(system, browser="Version/17.0 Mobile/15E148 Safari/604.1"):
    return (
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {browser}"
    )


@pytest.mark.parametrize(
    ("user_agent", "outdated"),
    [
        (WINDOWS + "Chrome/119.0.0.0 Safari/537.36", False),
        (WINDOWS + "Chrome/118.0.0.0 Safari/537.36", True),
        (WINDOWS + "Chrome/117.0.0.0 Safari/537.36 OPR/103.0.0.0", True),  # Opera is as old as the Chrome in it
        (WINDOWS + "Chrome/134.0.0.0 Safari/537.36 Edg/134.0.0.0", False),
        (WINDOWS + "Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763", True),
        ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", True),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", False),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", True),
        (MAC + "Version/17.0 Safari/605.1.15", False),
        (MAC + "Version/16.6 Safari/605.1.15", True),
        (ANDROID + "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", False),
        (ANDROID + "Chrome/79.0.3945.116 Mobile Safari/537.36", True),
        (iphone("17_4"), False),
        (iphone("12_5_7"), True),
        (iphone("12_5_7", "CriOS/134.0.0.0 Mobile/15E148 Safari/604.1"), True),  # Chrome there is the system's Safari
        ("curl/8.5.0", False),
        ("", False),
        ("Chrome/" + "9" * 400, False),
    ],
)
def test_old_browsers_are_told_from_new_ones_and_the_unknown_are_not_judged_ui_018(user_agent, outdated):
    assert browsers.is_outdated(user_agent) is outdated


def test_the_delivered_table_has_the_reference_row_ui_020():
    chat = {row.name: row for row in browsers.applications()}["Chat"]

    assert dict(chat.browsers) == {"Chrome": "134", "Firefox": "128", "Safari": "17.4", "Edge": "134"}
    assert dict(chat.systems) == {
        "iOS": "15.1 (iPhone 6s)",
        "Android": "7.0",
        "macOS": "12",
        "Windows": "10",
        "Ubuntu": "22.04 LTS",
    }


def test_an_operator_writes_other_rows_into_a_file_ui_019(settings, tmp_path):
    table = tmp_path / "browsers.toml"
    table.write_text('[[application]]\nname = "Manager"\n[application.browsers]\nFirefox = "140"\n')
    settings.BROWSERS_FILE = str(table)

    assert browsers.is_outdated("Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0")
    assert not browsers.is_outdated(WINDOWS + "Chrome/64.0.3282.140 Safari/537.36")
    assert [row.name for row in browsers.applications()] == ["Manager"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "application = 3",
        "[[application]]\nname = 'Manager'",
        "[[application]]\nname = 'M'\nbrowsers = {Chrome = 'x'}",
    ],
)
def test_an_unreadable_file_is_told_by_the_doctor_and_changes_nothing(settings, tmp_path, text):
    table = tmp_path / "broken.toml"
    table.write_text(text)
    settings.BROWSERS_FILE = str(table)

    assert browsers.applications() == browsers.table_in(str(browsers.DELIVERED))
    told = list(diagnosis.the_table_of_browsers())
    assert len(told) == 1
    assert "broken.toml" in told[0]


@pytest.mark.parametrize(
    ("user_agent", "mobile"),
    [(iphone("17_4"), True), (ANDROID + "Chrome/134.0.0.0 Safari/537.36", True), (MAC + "Version/17.0", False)],
)
def test_phones_and_tablets_are_known_ui_027(user_agent, mobile):
    assert browsers.is_mobile(user_agent) is mobile
