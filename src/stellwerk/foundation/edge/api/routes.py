"""How a room declares its endpoints. The api room mounts them below `/api` and does everything around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import ninja

from stellwerk.foundation.edge.api.inputs import Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stellwerk.foundation.edge.api.listing import Listing

    View = Callable[..., HttpResponse]
    Declare = Callable[..., Callable[[View], View]]

T = TypeVar("T")
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


class Success(Output, Generic[T]):
    """The envelope of an answer, for the documentation."""

    result: Literal["success"]
    data: T


class Listed(Output, Generic[T]):
    """The envelope of a list; the counts are there when the list was asked with `page`."""

    result: Literal["success"]
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    items_per_page: int | None = None
    data: list[T] | int  # a number when `return=total` was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one command. `scope` covers `scope:read` for GET; None asks for no particular scope.

    `is_for_devices`: the key of an approval device signs the call; tokens open nothing here.
    """

    method: str
    path: str
    version: int
    view: View
    scope: str | None
    is_public: bool
    listing: Listing | None
    status: int
    is_for_devices: bool = False

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Router:
    """The endpoints of one room. `tag` is their heading in the documentation, `version` the version they stand in."""

    def __init__(self, tag: str, *, version: int = 1) -> None:
        self.tag = tag
        self.version = version
        self.endpoints: list[Endpoint] = []
        self.documented = ninja.Router(tags=[tag])
        self.get: Declare = partial(self.endpoint, "GET")
        self.post: Declare = partial(self.endpoint, "POST")
        self.patch: Declare = partial(self.endpoint, "PATCH")
        self.put: Declare = partial(self.endpoint, "PUT")
        self.delete: Declare = partial(self.endpoint, "DELETE")

    def endpoint(  # noqa: PLR0913  keyword options of one declaration
        self,
        method: str,
        path: str,
        *,
        answer: Any = bool,
        scope: str | None = None,
        is_public: bool = False,
        by_device: bool = False,
        listing: Listing | None = None,
        status: int = 200,
        version: int | None = None,
        summary: str | None = None,
    ) -> Callable[[View], View]:
        """Declare one method of one path, without leading slash and version: `accounts/{organisation_id}/tags`.

        `answer` describes `data` (with `listing`, one row of it). Parameters named `…_id` are numbers, all others
        texts. A parameter that carries a schema (`entries: NewTag`) is the JSON body.
        """

        def register(view: View) -> View:
            served = version or self.version
            self.endpoints.append(
                Endpoint(
                    method=method, path=path, version=served, view=view, scope=scope,
                    is_public=is_public, listing=listing, status=status, is_for_devices=by_device,
                )
            )  # fmt: skip
            envelope: Any = Listed[answer] if listing is not None and not listing.is_one else Success[answer]
            self.documented.add_api_operation(
                f"/{served}/{path}",
                [method],
                view,
                response={status: envelope},
                operation_id=_operation_id(method, served, path),
                summary=summary or view.__name__.replace("_", " ").capitalize(),
            )
            return view

        return register


def _operation_id(method: str, version: int, path: str) -> str:
    """Unique by construction: `get_1_accounts_organisation_id_tags`."""
    return f"{method.lower()}_{version}_{path.replace('{', '').replace('}', '').replace('/', '_').replace('-', '_')}"
