"""Lists on pages: 50 rows, then pages; the state is in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Rows(Generic[T]):
    """What a paginator asks of a list: its length and one slice."""

    total: Callable[[], int]
    rows: Callable[[int, int], list[T]]

    def __len__(self) -> int:
        return self.total()

    def __getitem__(self, part: slice) -> list[T]:
        first, last = part.start or 0, part.stop or 0
        return self.rows(last - first, first)


def paged(
    request: HttpRequest, *, total: Callable[[], int], rows: Callable[[int, int], list[T]], size: int = PAGE_SIZE
) -> Page[T]:
    """The page that `?page=` asks for, the nearest one for nonsense. `rows` takes limit and skip."""
    listing: Paginator[T] = Paginator(_Rows(total, rows), size)  # type: ignore[arg-type]  # sliced only, never indexed
    return listing.get_page(request.GET.get("page"))


def search_words(request: HttpRequest, name: str = "q") -> str:
    """What was typed into the search field, without characters that a database refuses."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH]
