"""What is ticked on To pay, over all of its pages: read from a form or an address, and written back. No query.

A form carries the rows it shows (`here`, each with its own duration), the ticks among them (`item`) and what is ticked
elsewhere (`marked`). With `everything` all pages are ticked and `marked` names what is left out; so a selection of
thousands is as short as one of none. Keys: p7 is a product, i7 an invoice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stellwerk.billing.queries.due_rows import Pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

_WORD = re.compile(r"([pi][1-9][0-9]{0,17})(?:-([1-9][0-9]{0,3}))?")
_MONTHS = re.compile(r"[1-9][0-9]{0,3}")
MONTHS = "months-"
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Ticked:
    """The keys that are ticked, or with `is_everything` those that are not; durations that differ from a row's own."""

    is_everything: bool = False
    marked: frozenset[str] = frozenset()
    months: Mapping[str, int] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        return (key in self.marked) is not self.is_everything

    def pick(self) -> Pick:
        return Pick(
            is_everything=self.is_everything,
            product_ids=_ids("p", self.marked),
            invoice_ids=_ids("i", self.marked),
            months={int(key[1:]): months for key, months in self.months.items() if key.startswith("p")},
        )

    def fields(self, *, without: Iterable[str] = ()) -> dict[str, str]:
        """The fields that say the same, but for rows that speak for themselves."""
        left_out = frozenset(without)
        marked = ".".join(sorted(self.marked - left_out))
        durations = ".".join(f"{key}-{each}" for key, each in sorted(self.months.items()) if key not in left_out)
        said = {EVERYTHING: "yes" if self.is_everything else "", "marked": marked, "durations": durations}
        return {name: value for name, value in said.items() if value}


def ticked(sent: QueryDict) -> Ticked:
    """What a form or an address says. Nonsense in it ticks nothing."""
    here = _words(sent.get("here", ""))
    months = {**_chosen_elsewhere(sent, here), **_chosen_here(sent, here)}
    asked = sent.get("select", "")
    if asked in ("all", "none"):
        return Ticked(asked == "all", frozenset(), months)
    ticks = frozenset(_words(".".join(sent.getlist("item"))))
    elsewhere = frozenset(_words(sent.get("marked", ""))) - here.keys()
    is_everything = sent.get(EVERYTHING) == "yes"
    return Ticked(is_everything, elsewhere | ((here.keys() - ticks) if is_everything else ticks), months)


def _chosen_elsewhere(sent: QueryDict, here: Mapping[str, int]) -> dict[str, int]:
    return {key: each for key, each in _words(sent.get("durations", "")).items() if each and key not in here}


def _chosen_here(sent: QueryDict, here: Mapping[str, int]) -> dict[str, int]:
    """Every row sends its duration; only one that is not its own says something."""
    fields = ((name.removeprefix(MONTHS), str(sent[name])) for name in sent if name.startswith(MONTHS))
    return {
        key: int(raw)
        for key, raw in fields
        if _WORD.fullmatch(key) and _MONTHS.fullmatch(raw) and int(raw) != here.get(key)
    }


def _words(raw: str) -> dict[str, int]:
    """Keys with the months behind them, 0 for none."""
    found = (_WORD.fullmatch(word) for word in raw.split("."))
    return {each[1]: int(each[2] or 0) for each in found if each}


def _ids(letter: str, keys: Iterable[str]) -> frozenset[int]:
    return frozenset(int(key[1:]) for key in keys if key.startswith(letter))
