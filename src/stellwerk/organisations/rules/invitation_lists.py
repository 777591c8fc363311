"""Lists of people as others write them: pasted lines, files of spreadsheets, addresses out of a mail program.

Hostile on purpose: any bytes are answered in linear time, and nothing here decides who is invited.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Year first, or day first as the countries of the house write it.
_DAY = re.compile(r"(?P<year>[0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
MOST_LINES = 500
LARGEST_BYTES = 262_144
LONGEST_LINE = 1_000
_SEPARATORS = (";", "\t", ",")
_ADDRESS_PARTS = 2  # something before the sign and something behind it
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are archives, .xls is a compound file
# What the head of a column says in the languages of the house, without accents, spaces and hyphens.
_HEADS: Mapping[str, str] = {
    **dict.fromkeys(
        ("email", "emailaddress", "emailadresse", "mail", "mailadresse", "adresseemail", "adressemail", "courriel",
         "indirizzoemail", "correo", "correoelectronico", "address", "adresse"), "email",
    ),
    **dict.fromkeys(
        ("until", "lastday", "endson", "enddate", "bis", "letztertag", "ende", "jusquau", "dernierjour", "fin",
         "finoal", "ultimogiorno", "fine", "hasta", "ultimodia"), "ends_on",
    ),
    **dict.fromkeys(("firstname", "givenname", "vorname", "prenom", "nome", "nombre"), "first_name"),
    **dict.fromkeys(
        ("lastname", "surname", "familyname", "nachname", "familienname", "name", "nom", "nomdefamille", "cognome",
         "apellido", "apellidos"), "last_name",
    ),
}  # fmt: skip


class ListRefused(Exception):
    """The whole list cannot be read. `reason` is workbook, encoding, too_large, too_many or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person as a line named them; `email` is empty where the line holds no address. `line` counts from 1.

    `ends_on` is the last day as the line wrote it, for `day_of`.
    """

    line: int
    text: str
    email: str
    first_name: str = ""
    last_name: str = ""
    ends_on: str = ""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, else what Windows writes in Western Europe.

    Raises ListRefused for a workbook, for bytes that are no text, and for more than LARGEST_BYTES.
    """
    if len(content) > LARGEST_BYTES:
        raise ListRefused("too_large")
    if content.startswith(_WORKBOOKS):
        raise ListRefused("workbook")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _in(encoding, content)
    if b"\x00" in content:
        raise ListRefused("encoding")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def listed_people(text: str) -> list[ListedPerson]:
    """The people of a text, one or more per line, in its order. A first line of column heads is understood.

    Raises ListRefused when it is empty, too large or names more than MOST_LINES people.
    """
    if len(text.encode("utf-8", "replace")) > LARGEST_BYTES:
        raise ListRefused("too_large")
    lines = [(number, line.strip()) for number, line in enumerate(_lines(text), 1) if line.strip(" \t;,")]
    if not lines:
        raise ListRefused("empty")
    separator = _separator(lines[0][1])
    columns = _columns(_cells(lines[0][1], separator))
    people: list[ListedPerson] = []
    for number, line in lines[1:] if columns else lines:
        cells = _cells(line, separator if columns else _separator(line))
        people.extend(_people(number, line, cells, columns))
        if len(people) > MOST_LINES:
            raise ListRefused("too_many")
    if not people:
        raise ListRefused("empty")
    return people


def day_of(written: str) -> date:
    """The day of `2026-12-31`, `31.12.2026` or `31/12/2026`. Raises ValueError for anything else."""
    found = _DAY.fullmatch(written)
    if found is None:
        raise ValueError(f"no day: {written!r}")
    numbers = [int(each) for each in found.groups() if each]
    year, month, day = numbers if found["year"] else reversed(numbers)
    return date(year, month, day)


def _in(encoding: str, content: bytes) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise ListRefused("encoding") from broken


def _lines(text: str) -> list[str]:
    """Lines of every system. Other separators of Unicode stay characters: an address that holds one is refused."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _separator(line: str) -> str:
    """A comma stands in names too, so it counts only where neither of the others does."""
    return next((each for each in _SEPARATORS if each in line), ",")


def _cells(line: str, separator: str) -> list[str]:
    """The cells of one line; quotes hold within it, so that a lost one never swallows the rest of the file."""
    if len(line) > LONGEST_LINE:
        return [line]
    try:
        found = next(csv.reader([line.replace("\x00", "\ufffd")], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        found = line.split(separator)
    return [cell.strip() for cell in found]


def _columns(cells: list[str]) -> dict[str, int]:
    """Which column holds what, when the first line says so; a line with an address is no head."""
    if any("@" in cell for cell in cells):
        return {}
    known = [(_HEADS.get(_plain(cell)), at) for at, cell in enumerate(cells)]
    columns: dict[str, int] = {}
    for name, at in known:
        if name is not None:
            columns.setdefault(name, at)
    return columns if "email" in columns else {}


def _plain(head: str) -> str:
    """A head without accents, case and everything but letters."""
    parts = unicodedata.normalize("NFKD", head.casefold())
    return "".join(letter for letter in parts if letter.isalpha())


def _people(number: int, line: str, cells: list[str], columns: Mapping[str, int]) -> Iterator[ListedPerson]:
    if columns and ("@" in _cell(cells, columns["email"]) or "@" not in line):
        at = {name: _cell(cells, place) for name, place in columns.items()}
        _name, email = _address(at["email"])
        yield ListedPerson(
            number, line, email, at.get("first_name", ""), at.get("last_name", ""), at.get("ends_on", "")
        )
        return
    addressed = [cell for cell in cells if "@" in cell]
    if len(addressed) == 1:
        name, email = _address(addressed[0])
        others = [cell for cell in cells if cell and "@" not in cell]
        days = [cell for cell in others if _DAY.fullmatch(cell)]
        names = [cell for cell in others if cell not in days]
        yield ListedPerson(number, line, email, *(_two(names) if names else _names(name)), next(iter(days), ""))
        return
    if not addressed:
        yield ListedPerson(number, line, "")
    for cell in addressed:  # several addresses in one line, as mail programs copy them
        name, email = _address(cell)
        yield ListedPerson(number, cell, email, *_names(name))


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _address(cell: str) -> tuple[str, str]:
    """Name and address of `Anna Keller <anna@example.ch>`, or of the bare address."""
    before, opens, rest = cell.rpartition("<")
    if opens and rest.endswith(">"):
        return before.strip().strip("\"'").strip(), rest[:-1].strip()
    return "", cell.strip().removeprefix("mailto:")


def _names(name: str) -> tuple[str, str]:
    """First and last name of `Anna Keller` or `Keller, Anna`."""
    last, has_comma, first = name.partition(",")
    return (first.strip(), last.strip()) if has_comma else _two(name.rsplit(" ", 1))


def _two(names: list[str]) -> tuple[str, str]:
    first, last = [*names, "", ""][:_ADDRESS_PARTS]
    return first, last
