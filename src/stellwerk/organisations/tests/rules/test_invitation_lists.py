"""Reading lists of people: every spelling that mail programs and spreadsheets produce, and hostile bytes (ORG-043)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.organisations.rules.invitation_lists import (
    LARGEST_BYTES,
    MOST_LINES,
    ListedPerson,
    ListRefused,
    day_of,
    decoded,
    listed_people,
)


def read(text: str) -> list[tuple[str, str, str]]:
    return [(each.email, each.first_name, each.last_name) for each in listed_people(text)]


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.ch;Anna;Keller",
        "anna@example.ch,Anna,Keller",
        "anna@example.ch\tAnna\tKeller",
        "Anna;Keller;anna@example.ch",
        '"anna@example.ch";"Anna";"Keller"',
        "Anna Keller <anna@example.ch>",
        '"Keller, Anna" <anna@example.ch>',
        "E-Mail;Vorname;Nachname\nanna@example.ch;Anna;Keller",
        "Prénom,Nom,Adresse e-mail\r\nAnna,Keller,anna@example.ch",
        "Nome\tCognome\tEmail\nAnna\tKeller\tanna@example.ch",
        "nombre;apellidos;correo electrónico\rAnna;Keller;anna@example.ch",
        "\ufeffemail;first name;last name\nanna@example.ch;Anna;Keller",
        "\n\n ;; \nanna@example.ch ; Anna ; Keller\n",
    ],
)
def test_every_usual_spelling_names_the_person_org_043(text):
    assert read(text) == [("anna@example.ch", "Anna", "Keller")]


def test_a_quoted_name_keeps_its_separator():
    assert read('"Meier; Söhne";AG;info@example.ch') == [("info@example.ch", "Meier; Söhne", "AG")]


def test_addresses_copied_from_a_mail_program_stand_in_one_line():
    line = "Anna Keller <anna@example.ch>, ben@example.ch, Mia <mia@example.ch>"

    assert [email for email, *_names in read(line)] == ["anna@example.ch", "ben@example.ch", "mia@example.ch"]


def test_a_pasted_line_below_a_file_with_heads_is_understood():
    text = "Name;E-Mail\nKeller;anna@example.ch\nBen Gast <ben@example.ch>"

    assert read(text) == [("anna@example.ch", "", "Keller"), ("ben@example.ch", "Ben", "Gast")]


def test_a_line_without_an_address_is_kept_with_its_number_so_that_it_can_be_corrected():
    assert listed_people("anna@example.ch\n\nBen Gast")[1] == ListedPerson(3, "Ben Gast", "")


def test_a_lost_quote_never_swallows_the_rest_of_the_list():
    assert [email for email, *_names in read('"anna@example.ch\nben@example.ch\n')][-1] == "ben@example.ch"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"])
def test_every_encoding_of_spreadsheets_is_read(encoding):
    text = "zoë@example.ch;Zoë;Müller"
    marks = {"utf-16-le-bom": (b"\xff\xfe", "utf-16-le"), "utf-16-be-bom": (b"\xfe\xff", "utf-16-be")}
    mark, codec = marks.get(encoding, (b"", encoding))

    assert read(decoded(mark + text.encode(codec))) == [("zoë@example.ch", "Zoë", "Müller")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0 an old one", "workbook"),
        (b"\x00\x01\x02", "encoding"),
        (b"\xff\xfe\x00", "encoding"),
        (b"a" * (LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(content, reason):
    with pytest.raises(ListRefused) as refused:
        decoded(content)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n;;\n", "empty"),
        ("email;name", "empty"),
        ("\n".join(f"p{number}@example.ch" for number in range(MOST_LINES + 1)), "too_many"),
        ("a@b.ch,c@d.ch\n" * MOST_LINES, "too_many"),
        ("ä" * LARGEST_BYTES, "too_large"),
    ],
)
def test_a_list_of_nothing_or_of_too_much_is_refused(text, reason):
    with pytest.raises(ListRefused) as refused:
        listed_people(text)

    assert refused.value.reason == reason


def test_five_hundred_people_are_read():
    assert len(listed_people("\n".join(f"p{number}@example.ch" for number in range(MOST_LINES)))) == MOST_LINES


@given(st.binary(max_size=400))
def test_no_bytes_break_it(content):
    try:
        people = listed_people(decoded(content))
    except ListRefused:
        return
    assert 0 < len(people) <= MOST_LINES


@given(st.text(alphabet='a@;,\t"<>\n\r\x00\u2028é ', max_size=200))
def test_no_text_breaks_it(text):
    try:
        people = listed_people(text)
    except ListRefused:
        return
    assert all(each.line >= 1 for each in people)


@pytest.mark.parametrize(
    ("line", "name", "day"),
    [
        ("ada@example.ch;Ada;Abt;2026-12-31", ("Ada", "Abt"), "2026-12-31"),
        ("31.12.2026;ada@example.ch", ("", ""), "31.12.2026"),
        ("ada@example.ch\tAda\tAbt\t1/2/2027", ("Ada", "Abt"), "1/2/2027"),
        ("ada@example.ch;Ada;Abt", ("Ada", "Abt"), ""),
    ],
)
def test_a_line_may_name_a_last_day_in_any_cell(line, name, day):
    (found,) = listed_people(line)

    assert ((found.first_name, found.last_name), found.ends_on) == (name, day)


@pytest.mark.parametrize(
    ("written", "day"),
    [("2026-12-31", date(2026, 12, 31)), ("31.12.2026", date(2026, 12, 31)), ("1/2/2027", date(2027, 2, 1))],
)
def test_days_are_read_year_first_or_day_first(written, day):
    assert day_of(written) == day


@pytest.mark.parametrize("written", ["", "bald", "31.02.2026", "2026-13-01", "12.2026", "٣١.12.2026"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValueError, match=r"day|month"):
        day_of(written)
