"""Approve in two real browsers: a computer that signs in, and a phone that answers (SEC-011…035, SEC-060…067)."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stellwerk.foundation import clock
from stellwerk.identity.models import ApprovalRequest
from stellwerk.identity.queries import approve as queries
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.approving import (
    address_in_the_qr_code,
    another_than,
    link_by_qr_code,
    linked,
    number_on,
    say_yes,
    sign_in,
    waits,
)
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture

EMPTY_CALL = """async () => {
  const started = performance.now();
  await fetch("/approve/service-worker.js", { cache: "no-store" });
  return Math.round(performance.now() - started);
}"""
REFUSALS = {400, 401, 404, 410}


@pytest.fixture
def anna(live_server):
    account = a_person("Anna", "Keller")
    an_organisation("Bäckerei Keller AG", of=account)
    return account


@pytest.fixture
def phone(page_at):
    page_at.guard.expected = REFUSALS
    return page_at(360, "dark")


@pytest.fixture
def computer(page_at):
    return page_at()


def look_at(page, name):
    picture(page, f"approve-{name}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def test_sec_013_018_020_a_phone_joins_by_qr_code_and_lets_the_computer_in(anna, computer, phone):
    sign_in(computer, anna, to="/profile")
    phone.goto("/approve")
    expect(phone.get_by_role("heading", name="Approve sign-ins on this device")).to_be_visible()
    look_at(phone, "empty")
    address = link_by_qr_code(computer, phone)
    expect(computer.get_by_role("heading", name="The device is connected")).to_be_visible()  # SEC-014: by itself
    computer.get_by_role("button", name="Show the recovery codes").click()
    expect(computer.get_by_text(re.compile(r"[a-z0-9]{5}-[a-z0-9]{5}")).first).to_be_visible()  # SEC-029
    computer.goto("/profile/second-factor")
    expect(computer.get_by_role("row", name=re.compile("Annas Pixel"))).to_be_visible()
    look_at(phone, "home")
    phone.goto("about:blank")
    phone.goto(address)
    expect(phone.get_by_role("heading", name="This link does not work")).to_be_visible()
    assert "link=" not in phone.url
    phone.get_by_role("button", name="To the accounts").click()
    computer.context.clear_cookies()

    number = waits(computer, phone, anna)
    look_at(computer, "waiting-1440-light")
    look_at(phone, "request-360-dark")
    expect(phone.locator("dl")).to_contain_text(anna.email)
    expect(phone.locator("dl")).to_contain_text("Chrome")
    expect(phone.locator("dl").get_by_text("this machine")).to_be_visible()
    expect(phone.locator("dl").get_by_text("127.0.0.1")).to_be_visible()
    say_yes(phone, another_than(number))
    expect(phone.get_by_text("This is not the number on the computer.")).to_be_visible()
    look_at(phone, "wrong-number")
    say_yes(phone, number)

    expect(computer).to_have_url(re.compile(r"/o/\d+/$"))
    expect(phone.get_by_role("heading", name="The sign-in is approved")).to_be_visible()
    expect(phone.get_by_role("link", name="Look through my devices")).to_be_visible()  # SEC-025
    look_at(phone, "approved")
    request = ApprovalRequest.objects.get()
    assert request.finalised_at >= request.decided_at


def test_the_place_is_told_in_the_language_of_the_page_on_the_phone(anna, computer, phone):
    linked(computer, phone, anna)
    phone.evaluate("document.cookie = 'approve_language=it; Path=/approve'")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("lang", "it")

    sign_in(computer, anna)

    expect(phone.locator("dl").get_by_text("questo computer")).to_be_visible()


def test_the_computer_goes_on_by_itself_after_each_yes(anna, computer, phone, record_property):
    """From the finger on YES to the moment the computer leaves its page: benchmarks/approval.py reads the times."""
    linked(computer, phone, anna)
    taken_ms = []
    for _ in range(3):
        number = waits(computer, phone, anna)
        phone.get_by_label("Number on the computer").fill(number)
        pressed = phone.evaluate(
            """() => {
              const button = [...document.querySelectorAll("button")].find((each) => each.type === "submit");
              const pressed = performance.timeOrigin + performance.now();
              button.click();
              return pressed;
            }"""
        )
        expect(computer).to_have_url(re.compile(r"/o/\d+/$"))
        taken_ms.append(round(computer.evaluate("performance.timeOrigin") - pressed))
        phone.get_by_role("button", name="To the accounts").click()
        computer.context.clear_cookies()

    record_property("yes_to_moved_on_ms", taken_ms)
    record_property("empty_call_ms", phone.evaluate(EMPTY_CALL))
    assert ApprovalRequest.objects.exclude(finalised_at=None).count() == len(taken_ms)


def test_sec_019_no_ends_the_sign_in_and_advises(anna, computer, phone):
    linked(computer, phone, anna)
    waits(computer, phone, anna)

    phone.get_by_role("button", name="No, it is not me").click()

    expect(phone.get_by_role("heading", name="The sign-in was refused")).to_be_visible()
    expect(phone.get_by_role("link", name="Change the password")).to_be_visible()
    look_at(phone, "rejected")
    expect(computer.locator("[data-code=signin_rejected]")).to_be_visible()
    look_at(computer, "rejected-1440-light")
    computer.goto("/profile")
    expect(computer).to_have_url(re.compile("/sign-in"))


def test_sec_021_a_late_answer_lets_nobody_in(anna, computer, phone):
    linked(computer, phone, anna)
    number = waits(computer, phone, anna)
    phone.get_by_label("Number on the computer").fill(number)

    with clock.travel_to(clock.now() + timedelta(seconds=130)):
        expect(phone.get_by_role("heading", name=re.compile("Nothing"))).to_be_visible()
        expect(computer.locator("[data-code=request_expired]")).to_be_visible()
        assert ApprovalRequest.objects.get().decision == ""
        with computer.expect_navigation():
            computer.get_by_role("button", name="Send a new request").click()
        expect(phone.get_by_role("heading", name="Is this you signing in?")).to_be_visible()
        say_yes(phone, number_on(computer))
        expect(computer).to_have_url(re.compile(r"/o/\d+/$"))


def test_sec_061_067_a_replayed_answer_lets_nobody_in(anna, computer, phone, page_at):
    linked(computer, phone, anna)
    calls = []
    phone.on("request", lambda call: calls.append(call) if call.method == "PATCH" else None)
    say_yes(phone, waits(computer, phone, anna))
    expect(computer).to_have_url(re.compile(r"/o/\d+/$"))
    phone.get_by_role("button", name="To the accounts").click()
    computer.context.clear_cookies()
    waits(computer, phone, anna)
    (call,) = calls
    thief = page_at().context.request
    headers = {"Authorization": call.headers["authorization"], "Content-Type": "application/json"}
    newest = ApprovalRequest.objects.order_by("-pk").first()

    again = thief.patch(call.url, headers=headers, data=call.post_data)
    elsewhere = thief.patch(
        call.url.replace(call.url.rpartition("/")[2], str(newest.uuid)), headers=headers, data=call.post_data
    )

    assert (again.status, elsewhere.status) == (200, 401)  # the first is the same answer to the same request
    newest.refresh_from_db()
    assert newest.decision == ""
    expect(computer).to_have_url(re.compile("/sign-in/second-factor/approve$"))


def test_sec_067_a_stolen_session_without_the_key_approves_nothing(anna, computer, phone, page_at):
    linked(computer, phone, anna)
    say_yes(phone, waits(computer, phone, anna))
    expect(computer).to_have_url(re.compile(r"/o/\d+/$"))
    stolen = computer.context.cookies()
    phone.get_by_role("button", name="To the accounts").click()
    computer.context.clear_cookies()
    number = waits(computer, phone, anna)
    thief = page_at()
    thief.context.add_cookies(stolen)
    thief.goto("/profile")
    expect(thief.get_by_role("heading", name="Profile")).to_be_visible()  # the session as such is good

    thief.goto("/approve")
    expect(thief.get_by_role("heading", name="Approve sign-ins on this device")).to_be_visible()
    uuid = str(ApprovalRequest.objects.order_by("-pk").first().uuid)
    status = thief.evaluate(
        """async ([uuid, number]) => {
          const body = JSON.stringify({ number, signature: "A".repeat(86) });
          const headers = { "Content-Type": "application/json" };
          const address = `/api/2/api/2fa/push/challenges/${uuid}`;
          return (await fetch(address, { method: "PATCH", credentials: "include", headers, body })).status;
        }""",
        [uuid, int(number)],
    )

    assert status == 401
    expect(computer).to_have_url(re.compile("/sign-in/second-factor/approve$"))


def test_sec_021_of_two_phones_that_answer_at_once_one_wins(anna, computer, phone, page_at):
    sign_in(computer, anna, to="/profile")
    other = page_at(360)
    link_by_qr_code(computer, phone, name="First")
    expect(computer.get_by_role("button", name="Show the recovery codes")).to_be_visible()
    link_by_qr_code(computer, other, name="Second")
    expect(computer).to_have_url(re.compile("/profile/second-factor$"))
    computer.context.clear_cookies()
    number = waits(computer, phone, anna)
    expect(other.get_by_role("heading", name="Is this you signing in?")).to_be_visible()
    phone.get_by_label("Number on the computer").fill(number)
    press = """([at, kind]) => void setTimeout(() => {
      const answers = [...document.querySelectorAll(".approve-answers button")];
      answers.find((each) => each.type === kind)?.click();
    }, at - Date.now())"""
    at = time.time() * 1000 + 700

    phone.evaluate(press, [at, "submit"])
    other.evaluate(press, [at, "button"])

    expect(phone.get_by_role("heading", name=re.compile("approved|Nothing"))).to_be_visible()
    expect(other.get_by_role("heading", name=re.compile("refused|Nothing"))).to_be_visible()
    request = ApprovalRequest.objects.get()
    assert request.decision in ("approved", "rejected")
    assert request.decided_by.name == ("First" if request.decision == "approved" else "Second")


def test_sec_026_the_code_works_without_a_network(anna, computer, phone):
    linked(computer, phone, anna)
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    sign_in(computer, anna)
    phone.wait_for_function("async () => (await caches.match('/approve')) !== undefined")
    phone.context.set_offline(True)

    phone.goto("/approve")
    phone.get_by_role("button", name=re.compile(re.escape(anna.email))).click()
    expect(phone.get_by_text("more seconds")).to_be_visible()
    look_at(phone, "code-offline")
    code = phone.locator("#code").inner_text()
    computer.get_by_text("No request on the phone?").click()
    computer.get_by_label("Code", exact=True).fill(code)
    computer.get_by_role("button", name="Continue").click()

    assert re.fullmatch(r"\d{3} \d{3}", code)
    expect(computer).to_have_url(re.compile(r"/o/\d+/$"))


def test_sec_012_from_the_mobile_itself(anna, phone):
    phone.goto("/approve")
    phone.get_by_role("link", name="Connect from this mobile").click()
    phone.get_by_label("E-mail").fill(anna.email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.get_by_role("heading", name="Authorise this device")).to_be_visible()
    look_at(phone, "connect")
    phone.get_by_label("Your password").fill(PASSWORD)
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", name="Authorise this device?")).to_be_visible()
    look_at(phone, "confirm")
    phone.get_by_role("button", name="Authorise").click()

    expect(phone.get_by_role("heading", name="The device is connected")).to_be_visible()
    look_at(phone, "linked")
    phone.get_by_role("link", name="To the recovery codes in the profile").click()
    phone.get_by_role("button", name="Show the recovery codes").click()
    expect(phone.get_by_text(re.compile(r"[a-z0-9]{5}-[a-z0-9]{5}")).first).to_be_visible()
    assert [row.name for row in queries.device_rows(anna.pk)] == ["My phone"]


def test_sec_016_033_several_accounts_and_the_removal_of_one(anna, computer, phone):
    ben = a_person("Ben", "Muster")
    linked(computer, phone, anna)
    sign_in(computer, ben, to="/profile")
    address = address_in_the_qr_code(computer)
    phone.get_by_role("button", name="Add another account").click()
    look_at(phone, "add")
    phone.get_by_label("Or paste the link").fill(address)
    phone.get_by_role("button", name="Continue").click()
    for _ in range(2):  # the app goes on asking for requests of the first account, and leaves the field alone
        phone.wait_for_event("response", lambda answer: answer.url.endswith("/2fa/push/challenges"))
    expect(phone.get_by_label("Name of this device")).to_have_value("My phone")
    phone.get_by_role("button", name="Authorise").click()
    phone.get_by_role("button", name="To the accounts").click()
    expect(phone.locator("#accounts li")).to_have_count(2)
    look_at(phone, "two-accounts")

    device = queries.device_rows(ben.pk)[0]
    computer.goto(f"/profile/second-factor/approve/{device.id}/removal")
    computer.locator("#id_current_password").fill(PASSWORD)
    computer.locator("main form button[type=submit]").click()
    expect(phone.get_by_role("heading", name="This account was removed from the app")).to_be_visible()
    phone.get_by_role("button", name="To the accounts").click()
    expect(phone.locator("#accounts li")).to_have_count(1)


def test_sec_066_a_restored_backup_brings_the_accounts_along_and_never_the_keys(anna, computer, phone):
    linked(computer, phone, anna)

    phone.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("stellwerk-approve");
          opening.onsuccess = () => {
            const writing = opening.result.transaction("keys", "readwrite");
            writing.objectStore("keys").clear();
            writing.oncomplete = () => { opening.result.close(); resolve(null); };
          };
        })"""
    )
    phone.reload()
    expect(phone.get_by_text("Needs a new link")).to_be_visible()
    phone.get_by_role("button", name=re.compile(re.escape(anna.email))).click()
    expect(phone.get_by_role("button", name="Connect anew")).to_be_visible()
    look_at(phone, "needs-a-new-link")


def test_the_keys_cannot_be_taken_out_of_the_browser(anna, computer, phone):
    """SEC-063: not even by a script that runs in the app itself."""
    linked(computer, phone, anna)

    found = phone.evaluate(
        """async () => {
          const open = () => new Promise((resolve) => {
            const opening = indexedDB.open("stellwerk-approve");
            opening.onsuccess = () => {
              const reading = opening.result.transaction("keys").objectStore("keys").getAll();
              reading.onsuccess = () => resolve(reading.result);
            };
          });
          const [keys] = await open();
          const tries = [["pkcs8", keys.signing], ["jwk", keys.signing], ["raw", keys.codes], ["jwk", keys.codes]];
          const taken = await Promise.allSettled(tries.map(([form, key]) => crypto.subtle.exportKey(form, key)));
          return taken.map((each) => each.status);
        }"""
    )

    assert found == ["rejected"] * 4


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_pages_of_approve(anna, page_at, width, scheme):
    page = page_at(width, scheme)
    page.goto("/approve/advice")
    look_at(page, f"advice-{width}-{scheme}")
    page.goto("/approve")
    look_at(page, f"empty-{width}-{scheme}")
    sign_in(page, anna, to="/profile/second-factor/approve")
    expect(page.get_by_role("heading", name="Connect a device")).to_be_visible()
    look_at(page, f"devices-{width}-{scheme}")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Show the QR code").click()
    expect(page.locator("svg.link-qr")).to_be_visible()
    look_at(page, f"link-{width}-{scheme}")
