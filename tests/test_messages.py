"""scripts/messages.py: what is extracted, kept, compiled and refused."""

import gettext

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from scripts import messages
from tests.architecture import source

TEMPLATE = """{% load i18n %}
  <h1>{% translate "Invoices" %}</h1>
    {% blocktranslate trimmed count days=days %}
        One day left for
        {{ name }}
      {% plural %}
        {{ days }} days left for {{ name }}
    {% endblocktranslate %}
 {% translate "Open" context "state" as open %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
first = _("Pay " "now")
second = ngettext("%(count)s user", "%(count)s users", 3)
third = pgettext("verb", "Order")
plain = "Nobody translates this"
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "SOURCE", tmp_path / "src")
    folder = tmp_path / "src/shop"
    (folder / "templates/shop").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "templates/shop/page.html").write_text(TEMPLATE)
    (folder / "services.py").write_text(CODE)
    return folder


def translate(room, language="de", **strings):
    """Writes translations; a tuple translates a plural."""
    messages.update()
    file = messages.File(room.name, language)
    catalog = file.read()
    for message in messages.entries_of(catalog):
        message.string = strings.get(messages.key_of(message)[0], message.string)
    file.write(catalog)


def only(room, code):
    """A room with nothing but this code."""
    (room / "templates/shop/page.html").unlink(missing_ok=True)
    (room / "services.py").write_text(code)


def found_in_german(room):
    return [line.removeprefix(f"{room.name}/de: ") for line in messages.problems() if "/de: " in line]


def test_texts_of_code_and_templates_are_found_with_plural_and_context(room):
    found = {(messages.ids_of(message), message.context) for message in messages.entries_of(messages.texts_of("shop"))}

    assert found == {
        (("Invoices",), None),
        (("One day left for %(name)s", "%(days)s days left for %(name)s"), None),
        (("Open",), "state"),
        (("Pay now",), None),
        (("%(count)s user", "%(count)s users"), None),
        (("Order",), "verb"),
    }


def test_an_update_keeps_translations_and_drops_what_is_gone(room):
    translate(room, **{"Invoices": "Rechnungen", "Pay now": "Jetzt bezahlen"})
    (room / "services.py").write_text("")

    messages.update()

    kept = messages.File("shop", "de").read()
    assert kept.get("Invoices").string == "Rechnungen"
    assert kept.get("Pay now") is None


def test_a_second_update_changes_no_file(room):
    assert len(messages.update()) == len(messages.LANGUAGES)
    assert messages.update() == []


def test_moving_a_text_to_another_line_changes_no_file(room):
    messages.update()
    (room / "services.py").write_text("\n\n\n" + CODE)

    assert messages.update() == []


def test_a_text_that_another_room_translates_starts_with_that_translation(room):
    translate(room, Invoices="Rechnungen")
    other = room.with_name("office")
    other.mkdir()
    (other / "__init__.py").write_text("from django.utils.translation import gettext\ngettext('Invoices')\n")

    messages.update()

    assert messages.File("office", "de").read().get("Invoices").string == "Rechnungen"


def test_a_compiled_file_speaks(room):
    translate(room, **{"Invoices": "Rechnungen", "%(count)s user": ("%(count)s Person", "%(count)s Personen")})

    assert messages.compile_all() == len(messages.LANGUAGES)
    assert messages.compile_all() == 0

    with messages.File("shop", "de").path.with_suffix(".mo").open("rb") as compiled:
        german = gettext.GNUTranslations(compiled)
    assert german.gettext("Invoices") == "Rechnungen"
    assert german.ngettext("%(count)s user", "%(count)s users", 2) == "%(count)s Personen"


def test_a_text_without_a_file_entry_is_missing(room):
    only(room, "_('Users')")

    assert found_in_german(room) == ["not in the file, run make messages: 'Users'"]


def test_an_entry_without_a_text_is_refused(room):
    only(room, "_('Users')")
    translate(room, Users="Personen")
    only(room, "")

    assert found_in_german(room) == ["no longer in use, run make messages: 'Users'"]


@pytest.mark.parametrize(
    ("english", "good", "bad", "refusal"),
    [
        ("_('Users')", "Personen", "", "not translated"),
        ("_('Users')", "Personen", "Users", "equal to English"),
        ("_('Pay %(sum)s')", "%(sum)s zahlen", "Zahlen", "other placeholders"),
        ("_('Pay %(sum)s')", "%(sum)s zahlen", "%(summe)s zahlen", "other placeholders"),
        ("_('Pay {sum}')", "{sum} zahlen", "{} zahlen", "other placeholders"),
        ("_('<b>Pay</b> now')", "Jetzt <b>zahlen</b>", "Jetzt zahlen", "other markup"),
        ("_('Pay ')", "Zahlen ", "Zahlen", "other space"),
        ("_('Street')", "Strasse", "Straße", "ß in Swiss German"),
        ("_('IBAN %(iban)s')", "IBAN %(iban)s", "IBAN %(konto)s", "other placeholders"),
    ],
)
def test_a_check_knows_a_good_translation_from_a_bad_one(room, english, good, bad, refusal):
    only(room, english)
    (msgid,) = messages.ids_of(messages.entries_of(messages.texts_of("shop"))[0])

    translate(room, **{msgid: good})
    assert found_in_german(room) == []

    translate(room, **{msgid: bad})
    assert found_in_german(room)[0].startswith(refusal)


def test_a_singular_may_leave_out_its_number_but_a_plural_may_not(room):
    only(room, "ngettext('%(n)s day', '%(n)s days', n)")

    translate(room, **{"%(n)s day": ("ein Tag", "%(n)s Tage")})
    assert found_in_german(room) == []

    translate(room, **{"%(n)s day": ("ein Tag", "viele Tage")})
    assert found_in_german(room)[0].startswith("other placeholders")


def test_the_same_word_in_both_languages_is_said_to_be_right(room):
    only(room, "_('Team')")
    translate(room, Team="Team")
    file = messages.File("shop", "de").path
    file.write_text(file.read_text().replace("#: ", f"# {messages.SAME}\n#: ", 1))

    assert found_in_german(room) == []
    assert "shop/de" not in " ".join(messages.update())


def test_two_rooms_may_not_translate_one_text_differently(room):
    only(room, "_('Order')")
    translate(room, Order="Bestellung")
    other = room.with_name("office")
    other.mkdir()
    (other / "__init__.py").write_text("_('Order')")
    translate(other, Order="Auftrag")

    assert "de: 'Order' has several translations: office 'Auftrag', shop 'Bestellung'" in messages.problems()


@pytest.mark.parametrize("language", ["de", "fr", "it", "es"])
def test_our_words_win_over_those_of_libraries(language):
    """A library's catalogue that stood before ours called a button “remove selected” where one thing is removed."""
    overruled = []
    with translation.override(language):
        for path in sorted((source.ROOT / "src/stellwerk").glob(f"*/locale/{language}/LC_MESSAGES/django.po")):
            with path.open("rb") as file:
                entries = read_po(file, locale=language)
            overruled += [
                f"{path.parts[-5]}: {entry.id}"
                for entry in entries
                if entry.id and isinstance(entry.id, str) and not entry.context
                if (messages.bound(entry.string) if language == "fr" else entry.string) != translation.gettext(entry.id)
            ]

    assert overruled == []


def test_no_french_sign_begins_a_line_and_no_other_language_changes(room):
    only(room, 'from django.utils.translation import gettext as _\nasked = _("Forgotten?")\n')
    for language in ("fr", "it"):
        translate(room, language, **{"Forgotten?": "« Oublié » ? Cliquez : ici"})

    messages.compile_all()

    def shown(language):
        with (room / f"locale/{language}/LC_MESSAGES/django.mo").open("rb") as compiled:
            return gettext.GNUTranslations(compiled).gettext("Forgotten?")

    assert shown("fr") == "«\u00a0Oublié\u00a0»\u202f? Cliquez\u00a0: ici"
    assert shown("it") == "« Oublié » ? Cliquez : ici"


def test_every_mail_greets_its_reader():
    mails = [path for path in source.templates() if path.parent.name == "email" and not path.name.startswith("_")]

    assert mails
    assert [path.name for path in mails if "Hello" not in path.read_text(encoding="utf-8")] == []
