"""Pictures of people (ID-047): uploads are hostile, and strangers see nothing."""

import contextlib
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from stellwerk.foundation import jobs
from stellwerk.foundation.errors import Invalid, NotFound
from stellwerk.identity.models import Account, KnownBrowser
from stellwerk.identity.services import closing, throttle
from stellwerk.identity.services.browsers import COOKIE
from stellwerk.identity.services.pictures import LARGEST_BYTES, redrawn, remove_picture, set_picture
from stellwerk.identity.tests.uploads import (
    PLACE,
    a_bomb,
    a_photograph_taken_sideways,
    an_upload,
    saved,
    two_frames,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_member_of, a_person, a_stranger_actor, an_organisation

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def anna():
    return a_person("Anna")


def a_browser(account) -> Client:
    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def upload(browser, content, *, name="me.png", declared="image/png"):
    return browser.post("/profile/picture", {"picture": SimpleUploadedFile(name, content, declared)})


def shown(account) -> str:
    """The address of the picture, as the profile tells it."""
    account.refresh_from_db()
    return f"/pictures/{account.pk}-{account.picture_sha256}.webp"


def with_picture(account, content=None) -> Account:
    return set_picture(actor=a_stranger_actor(account), account_id=account.pk, content=content or an_upload())


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(redrawn(content)))


def near(pixel, color) -> bool:
    return all(abs(seen - wanted) < 40 for seen, wanted in zip(pixel, color, strict=True))


def refusal_of(content: bytes) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        redrawn(content)
    (error,) = refused.value.errors
    return error.name, error.rule


# ── what becomes of an upload ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (40, 30), (3000, 10), (1200, 1600)])
def test_id_047_every_picture_becomes_a_square_webp_of_420_pixels(kind, size):
    picture = drawn(an_upload(kind, size=size))

    assert (picture.format, picture.size, picture.mode) == ("WEBP", (420, 420), "RGB")
    assert near(picture.getpixel((210, 210)), (0, 0, 128))


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "1"), ("PNG", "P"), ("PNG", "LA")])
def test_id_047_every_way_to_store_colours_is_read(kind, mode):
    assert drawn(saved(Image.new(mode, (30, 30)), kind)).size == (420, 420)


def test_id_047_transparent_parts_become_white():
    picture = drawn(saved(Image.new("RGBA", (30, 30), (255, 0, 0, 0)), "PNG"))

    assert near(picture.getpixel((210, 210)), (255, 255, 255))


def test_id_047_the_place_is_forgotten_and_the_picture_stands_upright():
    content = a_photograph_taken_sideways()
    assert PLACE in content

    picture = drawn(content)

    assert PLACE not in redrawn(content)
    assert not picture.getexif()
    assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
    assert near(picture.getpixel((210, 50)), (255, 0, 0))
    assert near(picture.getpixel((210, 370)), (0, 0, 255))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_id_047_of_moving_pictures_the_first_frame_counts(kind):
    picture = drawn(two_frames(kind))

    assert near(picture.getpixel((210, 210)), (255, 0, 0))
    assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("rider", [SVG, HTML])
def test_id_047_what_rides_along_behind_a_picture_is_gone(kind, rider):
    assert b"script" not in redrawn(an_upload(kind) + rider)


@pytest.mark.parametrize(
    ("width", "height"), [(6400, 6251), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)]
)
def test_id_047_a_bomb_is_refused_before_it_is_unpacked(width, height):
    assert refusal_of(a_bomb(width, height))[0] == "picture"
    assert refusal_of(a_bomb(width, height))[1] in ("dimensions", "image")


def test_id_047_up_to_40_megapixels_are_drawn():
    assert drawn(an_upload("PNG", size=(8000, 5000), mode="L", color="black")).size == (420, 420)


def test_id_047_a_file_of_more_than_5_megabytes_is_refused():
    assert refusal_of(an_upload() + b"\0" * LARGEST_BYTES) == ("picture", "max_size")


@pytest.mark.parametrize(
    "content",
    [
        b"", SVG, HTML, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + HTML, b"RIFF\x10\0\0\0WEBP" + HTML, b"%PDF-1.7",
        HTML + an_upload(), SVG + an_upload("JPEG"), a_bomb(100, 100), an_upload(size=(300, 300))[:120],
        an_upload("JPEG", size=(300, 300))[:200], an_upload("WEBP", size=(300, 300))[:40],
        an_upload("GIF"), an_upload("BMP"), an_upload("TIFF"), an_upload("ICO"), saved(Image.new("RGB", (9, 9)), "EPS"),
    ],
)  # fmt: skip
def test_id_047_anything_but_a_whole_jpeg_png_or_webp_is_refused(content):
    assert refusal_of(content) == ("picture", "image")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_id_047_broken_bytes_anywhere_are_drawn_or_refused_and_never_break_us(kind):
    whole = bytearray(an_upload(kind, size=(16, 16)))
    for at in range(0, len(whole), 3):
        spoilt = whole.copy()
        spoilt[at] ^= 0xFF
        with contextlib.suppress(Invalid):
            assert Image.open(io.BytesIO(redrawn(bytes(spoilt)))).size == (420, 420)


# ── setting and removing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_id_047_an_upload_is_shown_instead_of_the_initials(anna):
    acme = an_organisation(of=anna)
    browser = a_browser(anna)

    answer = upload(browser, an_upload())

    assert answer["Location"] == "/profile"
    for page in ("/profile", f"/o/{acme.pk}/members"):
        assert browser.get(page).content.decode().count(f'src="{shown(anna)}"') == 2  # the menu and the page itself


def test_id_047_name_and_declared_type_of_the_upload_do_not_count(anna):
    browser = a_browser(anna)

    upload(browser, an_upload("JPEG"), name="../../evil.html", declared="text/html")

    assert browser.get(shown(anna))["Content-Type"] == "image/webp"
    assert anna.picture_file.startswith("pictures/")
    assert "evil" not in anna.picture_file


@pytest.mark.parametrize("content", [SVG, HTML, b"", a_bomb(10_000, 10_000), b"\0" * (LARGEST_BYTES + 1)])
def test_id_047_a_refusal_stands_at_the_field_and_the_old_picture_stays(anna, content):
    with_picture(anna)
    before, browser = shown(anna), a_browser(anna)

    answer = upload(browser, content, declared="image/png")

    assert answer.status_code == 422
    assert set(answer.context["picture_form"].errors) == {"picture"}
    assert shown(anna) == before
    assert browser.get(before).status_code == 200


def test_id_047_a_form_without_a_file_says_so_at_the_field(anna):
    answer = a_browser(anna).post("/profile/picture", {"picture": "text"})

    assert set(answer.context["picture_form"].errors) == {"picture"}


def test_id_047_a_new_picture_has_a_new_address_and_the_old_file_goes(anna):
    old = with_picture(anna)
    old_address, browser = shown(anna), a_browser(anna)

    upload(browser, an_upload(color="red"))
    jobs.run_due_jobs()

    assert browser.get(shown(anna)).status_code == 200
    assert browser.get(old_address).status_code == 404
    assert not default_storage.exists(old.picture_file)


def test_id_047_removal_brings_the_initials_back_and_deletes_the_file(anna):
    file, browser = with_picture(anna).picture_file, a_browser(anna)
    address = shown(anna)

    browser.post("/profile/picture/removal")
    jobs.run_due_jobs()
    browser.post("/profile/picture/removal")

    assert browser.get(address).status_code == 404
    assert "/pictures/" not in browser.get("/profile").content.decode()
    assert not default_storage.exists(file)


def test_id_047_nobody_changes_the_picture_of_somebody_else(anna):
    with_picture(anna)
    otto = a_stranger_actor(a_person("Otto"))

    with pytest.raises(NotFound):
        set_picture(actor=otto, account_id=anna.pk, content=an_upload(color="red"))
    with pytest.raises(NotFound):
        remove_picture(actor=otto, account_id=anna.pk)


def test_id_047_drawing_is_limited_to_twenty_an_hour(anna):
    browser = a_browser(anna)
    for _ in range(throttle.PICTURES_PER_ACCOUNT.amount):
        throttle.count(throttle.PICTURES_PER_ACCOUNT, str(anna.pk))

    answer = upload(browser, an_upload())

    assert (answer.status_code, shown(anna)) == (429, f"/pictures/{anna.pk}-.webp")


def test_id_047_closing_the_account_deletes_picture_and_date_of_birth(anna):
    file = with_picture(anna).picture_file
    Account.objects.filter(pk=anna.pk).update(date_of_birth="1980-02-29")

    closing.close_account(actor=a_stranger_actor(anna), account_id=anna.pk, current_password=PASSWORD)
    jobs.run_due_jobs()

    anna.refresh_from_db()
    assert (anna.date_of_birth, anna.picture_file, anna.picture_sha256) == (None, "", "")
    assert not default_storage.exists(file)


# ── who may look ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_id_047_whoever_shares_an_organisation_sees_it_and_strangers_find_nothing(anna):
    acme = an_organisation(of=anna)
    with_picture(anna)
    mia, otto = a_member_of(acme), a_person("Otto")
    an_organisation(of=otto)

    seen = [browser.get(shown(anna)).status_code for browser in (a_browser(anna), a_browser(mia), a_browser(otto))]

    assert seen == [200, 200, 404]
    assert Client().get(shown(anna)).status_code == 404


def test_id_042_a_browser_that_remembers_the_account_shows_its_picture(anna):
    with_picture(anna)
    browser = Client()
    for account in (anna, a_person("Ben")):
        browser.post("/sign-in", {"email": account.email, "password": PASSWORD})
    assert KnownBrowser.objects.filter(is_remembered=True).count() == 2

    assert shown(anna) in browser.get("/accounts").content.decode()
    assert browser.get(shown(anna)).status_code == 200
    del browser.cookies[COOKIE]
    assert browser.get(shown(anna)).status_code == 404


def test_id_047_it_is_served_as_nothing_but_a_picture(anna):
    with_picture(anna)

    answer = a_browser(anna).get(shown(anna))

    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Image.open(io.BytesIO(answer.content)).size == (420, 420)


@pytest.mark.parametrize(
    "name",
    [
        "x", "-", "1-", "{id}-", "{id}-.webp", "{id}-{sha}", "0{id}-{sha}.webp", "٣-{sha}.webp", "-{sha}.webp",
        "9999999999999999999999-{sha}.webp", "{id}-{sha}.webp.webp",
    ],
)  # fmt: skip
def test_id_047_a_picture_has_one_address_only(anna, name):
    sha = with_picture(anna).picture_sha256

    assert a_browser(anna).get(f"/pictures/{name.format(id=anna.pk, sha=sha)}").status_code == 404


def test_id_047_a_picture_costs_few_queries(anna, django_assert_max_num_queries):
    acme = an_organisation(of=anna)
    with_picture(anna)
    browser = a_browser(a_member_of(acme))
    browser.get("/profile")  # the session is known from now on

    with django_assert_max_num_queries(6):
        assert browser.get(shown(anna)).status_code == 200
