"""Which kinds this instance has: found by entry point, checked, remembered for the life of the process."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import structlog

from stellwerk.catalogue.kinds.base import BrokenKind, ProductKind, Texts, Universe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

GROUP = "stellwerk.product_kinds"
_NEEDED = {"code": str, "universe": Universe, "name": Texts, "icon": str, "offers": tuple}

log = structlog.get_logger(__name__)


def kinds() -> Mapping[str, ProductKind]:
    """Every working kind by its code, universe by universe."""
    return _found()[0]


def kind(code: str) -> ProductKind:
    """Raises LookupError for a code whose package is not installed (any more)."""
    try:
        return kinds()[code]
    except KeyError:
        raise LookupError(f"No product kind “{code}” is installed") from None


def kind_name(code: str) -> str:
    """In the reader's language; the bare code of a kind that is not installed (any more)."""
    found = kinds().get(code)
    return str(found.name) if found else code


def broken_kinds() -> tuple[BrokenKind, ...]:
    """Installed kinds that could not be loaded, for `stellwerk doctor` and the operator."""
    return _found()[1]


def forget() -> None:
    """Look again at the next question: for tests, and after a package was installed into a running process."""
    _found.cache_clear()


@cache
def _found() -> tuple[Mapping[str, ProductKind], tuple[BrokenKind, ...]]:
    working: dict[str, ProductKind] = {}
    broken: list[BrokenKind] = []
    for entry_point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            found = _loaded(entry_point)
            if found.code in working:
                raise ValueError(f"A kind “{found.code}” is installed already")
        except Exception as fault:  # noqa: BLE001  the code of strangers: whatever it raises, the others go on
            log.warning("product_kind_broken", entry_point=entry_point.value, reason=str(fault))
            broken.append(BrokenKind(entry_point.value, f"{type(fault).__name__}: {fault}"))
        else:
            working[found.code] = found
    order = list(Universe)
    in_order = sorted(working.values(), key=lambda each: (order.index(each.universe), each.code))
    return {each.code: each for each in in_order}, tuple(broken)


def _loaded(entry_point: EntryPoint) -> ProductKind:
    found = entry_point.load()
    if not (isinstance(found, type) and issubclass(found, ProductKind)):
        raise TypeError("It is not a subclass of ProductKind")
    for name, needed in _NEEDED.items():
        if not isinstance(getattr(found, name, None), needed):
            raise TypeError(f"Its attribute “{name}” is missing or no {needed.__name__}")
    return found()
