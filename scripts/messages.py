"""Translation files without GNU gettext: extract, compile, check.

    python scripts/messages.py update    bring every django.po up to date with code and templates
    python scripts/messages.py compile   write the .mo files that Django reads (`make setup` does it)
    python scripts/messages.py check     say what is missing or wrong; status 1 if anything is

English is the msgid. Each room has its own files, src/stellwerk/<room>/locale/<language>/LC_MESSAGES/django.po,
sorted by msgid and without line numbers, so that a diff shows texts only. A translation that really is the same
word in both languages carries the comment "# same as English" above it.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, generate_po, read_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message

SOURCE = Path(__file__).resolve().parent.parent / "src/stellwerk"
LANGUAGES = ("de", "fr", "it", "es")
# The names of languages in the settings are Django's own texts, translated by Django.
ROOMS_WITHOUT_TEXTS = {"config"}
SAME = "same as English"
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
TEMPLATES = {".html", ".txt", ".xml", ".svg"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"</?[a-z][^>]*>")
WORD = re.compile(r"[^\W\d_]{2,}")

Key = tuple[str, "str | None"]  # msgid (the singular one) and context


@dataclass(frozen=True)
class File:
    """One language of one room."""

    room: str
    language: str

    @property
    def path(self) -> Path:
        return SOURCE / self.room / "locale" / self.language / "LC_MESSAGES/django.po"

    def read(self) -> Catalog:
        """What is translated already; empty when there is no file yet."""
        if not self.path.exists():
            return Catalog(locale=self.language)
        with self.path.open("rb") as text:
            return read_po(text, locale=self.language, ignore_obsolete=True, abort_invalid=True)

    def write(self, catalog: Catalog) -> bool:
        """Whether the file changed. Babel's own header would carry a date, and every update a diff."""
        header = [
            'msgid ""',
            'msgstr ""',
            f'"Language: {self.language}\\n"',
            '"Content-Type: text/plain; charset=UTF-8\\n"',
            f'"Plural-Forms: {catalog.plural_forms}\\n"',
        ]
        entries = "".join(generate_po(catalog, omit_header=True, sort_by="message", include_lineno=False, width=0))
        text = "\n".join(header) + "\n\n" + entries.strip() + "\n"
        if self.path.exists() and self.path.read_text(encoding="utf-8") == text:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        return True


def rooms() -> list[str]:
    """Every room that may hold texts."""
    return sorted({path.parent.name for path in SOURCE.glob("*/__init__.py")} - ROOMS_WITHOUT_TEXTS)


def texts_of(room: str) -> Catalog:
    """The texts in the room's code and templates, each with the files it stands in."""
    catalog = Catalog()
    folder = SOURCE / room
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        if not path.is_file() or inner[0] in {"tests", "migrations"}:
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in inner):
            for message, comments, context in texts_in(path):
                location = (str(path.relative_to(SOURCE.parent)), 0)
                catalog.add(message, locations=[location], auto_comments=comments, context=context)
    return catalog


def texts_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """Message, translator comments and context of every text marked in the file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Templates become calls between runs of X; what is left of their indentation is not Python's.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    found = extract("python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
    for _line, message, comments, context in found:
        if message and message != ("", ""):
            yield message, comments, context


def key_of(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def strings_of(message: Message) -> tuple[str, ...]:
    """The translation: one string, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def ids_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def entries_of(catalog: Catalog) -> list[Message]:
    """The messages without the header."""
    return [message for message in catalog if message.id]


def is_translated(message: Message) -> bool:
    return all(strings_of(message))


def update() -> list[str]:
    """Write every file anew. Returns the files that changed.

    A translation stays as long as its msgid stays; a text that another room translates already starts with that
    translation, because Django keeps one translation of a text for all rooms.
    """
    changed = []
    found = {room: texts_of(room) for room in rooms()}
    for language in LANGUAGES:
        known = {room: File(room, language).read() for room in found}
        for room, texts in found.items():
            file = File(room, language)
            new = renewed(texts, language, [known[room], *(known[other] for other in known if other != room)])
            if not entries_of(new):
                file.path.unlink(missing_ok=True)
            elif file.write(new):
                changed.append(str(file.path.relative_to(SOURCE.parent.parent)))
    return changed


def renewed(texts: Catalog, language: str, known: list[Catalog]) -> Catalog:
    """The texts with the first translation found in `known`; what is in no text any more is dropped."""
    catalog = Catalog(locale=language)
    for text in entries_of(texts):
        old = next((message for message in candidates(text, known) if is_translated(message)), None)
        catalog.add(
            text.id,
            string=old.string if old else None,
            locations=sorted(set(text.locations)),
            auto_comments=text.auto_comments,
            user_comments=old.user_comments if old else [],
            flags=old.flags if old else [],
            context=text.context,
        )
    return catalog


def candidates(text: Message, known: list[Catalog]) -> Iterator[Message]:
    for catalog in known:
        message = catalog.get(key_of(text)[0], text.context)
        if message is not None and len(ids_of(message)) == len(ids_of(text)):
            yield message


def bound(text: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """French signs with a space that does not break, so that none begins a line: narrow before ; ! ? (Imprimerie
    nationale). People who translate type plain spaces.
    """
    if not isinstance(text, str):
        return tuple(str(bound(each)) for each in text)
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", text)


def compile_all() -> int:
    """Write a .mo beside every .po that is newer. Returns how many."""
    written = 0
    for path in sorted(SOURCE.glob("*/locale/*/LC_MESSAGES/django.po")):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with path.open("rb") as text:
            catalog = read_po(text, locale=path.parts[-3], abort_invalid=True)
        for message in catalog if path.parts[-3] == "fr" else ():
            message.string = bound(message.string)
        waiting = compiled.with_suffix(f".{os.getpid()}.new")
        with waiting.open("wb") as binary:
            write_mo(binary, catalog)
        waiting.replace(compiled)  # a running server reads the old file or the new one, never half of it
        written += 1
    return written


def problems() -> list[str]:
    """One line for everything that is missing or wrong, in the order of the files."""
    said = []
    translations: dict[tuple[str, Key], dict[tuple[str, ...], str]] = {}
    for room in rooms():
        texts = {key_of(message): message for message in entries_of(texts_of(room))}
        for language in LANGUAGES:
            file = File(room, language)
            try:
                entries = {key_of(message): message for message in entries_of(file.read())}
            except PoFileError as broken:
                said.append(f"{room}/{language}: {broken}")
                continue
            said += [f"{room}/{language}: {line}" for line in problems_of_file(texts, entries, language)]
            for key, message in entries.items():
                translations.setdefault((language, key), {}).setdefault(strings_of(message), room)
    return [*said, *contradictions(translations)]


def problems_of_file(texts: dict[Key, Message], entries: dict[Key, Message], language: str) -> Iterator[str]:
    """What is wrong with one file, given the texts that it should translate."""
    for key in sorted(texts.keys() - entries.keys(), key=str):
        yield f"not in the file, run make messages: {key[0]!r}"
    for key in sorted(entries.keys() - texts.keys(), key=str):
        yield f"no longer in use, run make messages: {key[0]!r}"
    for key in sorted(texts.keys() & entries.keys(), key=str):
        for line in problems_of_entry(entries[key], language):
            yield f"{line}: {key[0]!r}"


def problems_of_entry(message: Message, language: str) -> Iterator[str]:
    """What is wrong with one translation."""
    if not is_translated(message):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    ids, strings = ids_of(message), strings_of(message)
    if SAME not in message.user_comments and strings[0] == ids[0] and has_words(ids[0]):
        yield f"equal to English (if it is right, say “# {SAME}” above it)"
    for index, string in enumerate(strings):
        # A singular may leave out the number ("one day"); every other form must keep what its source has.
        source = ids[min(index, len(ids) - 1)]
        allowed = set().union(*(PLACEHOLDER.findall(one) for one in ids))
        used = PLACEHOLDER.findall(string)
        if set(used) - allowed or (index == len(strings) - 1 and sorted(set(used)) != sorted(_placeholders(source))):
            yield f"other placeholders in {string!r}"
        if sorted(MARKUP.findall(string)) != sorted(MARKUP.findall(source)):
            yield f"other markup in {string!r}"
        if (string[:1].isspace(), string[-1:].isspace()) != (source[:1].isspace(), source[-1:].isspace()):
            yield f"other space at the ends of {string!r}"
        if language == "de" and "ß" in string:
            yield f"ß in Swiss German {string!r}"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def has_words(text: str) -> bool:
    """Whether the text holds more than placeholders, markup, signs and names in capitals (IBAN, QR)."""
    bare = MARKUP.sub(" ", PLACEHOLDER.sub(" ", text))
    return any(not word.isupper() for word in WORD.findall(bare))


def contradictions(translations: dict[tuple[str, Key], dict[tuple[str, ...], str]]) -> Iterable[str]:
    """Texts that two rooms translate differently: Django would show one of the two in both rooms."""
    for (language, key), versions in sorted(translations.items(), key=str):
        shown = {strings: room for strings, room in versions.items() if all(strings)}
        if len(shown) > 1:
            rivals = ", ".join(f"{room} {strings[0]!r}" for strings, room in shown.items())
            yield f"{language}: {key[0]!r} has several translations: {rivals}"


def main(arguments: list[str]) -> int:
    """Exit status: 0, or 1 when `check` found something, or 2 for a command that does not exist."""
    match arguments:
        case ["update"]:
            changed = update()
            print("\n".join([*changed, f"messages: {len(changed)} files changed"]))
            return 0
        case ["compile"]:
            print(f"messages: {compile_all()} files compiled")
            return 0
        case ["check"]:
            found = problems()
            print("\n".join([*found, f"messages: {len(found)} problems" if found else "messages: complete"]))
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
