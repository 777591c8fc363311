"""The closing statement: what rooms above still have to say once an organisation is deleted (DEL-009)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines in the active language. `more` counts what was left out."""

    title: str
    lines: tuple[str, ...]
    more: int = 0


_authors: list[Callable[[int], Iterable[Section]]] = []


def register_sections(author: Callable[[int], Iterable[Section]]) -> Callable[[int], Iterable[Section]]:
    """Let a function write sections about deleted organisations. System-only."""
    _authors.append(author)
    return author


def closing_statement(organisation_id: int) -> tuple[Section, ...]:
    """In the active language; sections without a line are left out. System-only: a read for the mail."""
    return tuple(each for author in _authors for each in author(organisation_id) if each.lines)
