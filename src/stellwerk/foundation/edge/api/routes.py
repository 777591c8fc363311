"""How a room declares its endpoints. The api room mounts them below `/api` and does everything around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import ninja

from stellwerk.foundation.edge.api.inputs import Output
from stellwerk.foundation.edge.api.naming import wire_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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

    `is_for_devices`: the key of an approval device signs the call; tokens open nothing here. `more_statuses` are
    refusals beside those that every command may answer.
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
    media: str = "application/json"
    more_statuses: tuple[int, ...] = ()

    @property
    def writes(self) -> bool:
        return self.method != "GET"


class Router:
    """The endpoints of one room. `tag` is their heading in the documentation, `version` the version they stand in.

    `names` tells what the wire calls a field for which the services have another word: refusals name it so.
    """

    def __init__(self, tag: str, *, version: int = 1, names: Mapping[str, str] | None = None) -> None:
        self.tag = tag
        self.version = version
        self.names = dict(names or {})
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
        waits: bool = False,
        media: str = "application/json",
        more_statuses: tuple[int, ...] = (),
        version: int | None = None,
        summary: str | None = None,
    ) -> Callable[[View], View]:
        """Declare one method of one path, without leading slash and version: `accounts/{organisation_id}/tags`.

        `answer` describes `data` (with `listing`, one row of it). Parameters named `…_id` are numbers, all others
        texts. A parameter that carries a schema (`entries: NewTag`) is the JSON body. `waits`: the same answer comes
        with 202 while something is waited for.
        """

        def register(view: View) -> View:
            served = version or self.version
            self.endpoints.append(
                Endpoint(
                    method=method, path=path, version=served, view=self._naming(view), scope=scope,
                    is_public=is_public, listing=listing, status=status, is_for_devices=by_device,
                    media=media, more_statuses=more_statuses,
                )
            )  # fmt: skip
            envelope: Any = Listed[answer] if listing is not None and not listing.is_one else Success[answer]
            self._document(view, self.endpoints[-1], {status: envelope, **({202: envelope} if waits else {})}, summary)
            return view

        return register

    def _document(self, view: View, endpoint: Endpoint, answers: dict[int, Any], summary: str | None) -> None:
        self.documented.add_api_operation(
            f"/{endpoint.version}/{endpoint.path}",
            [endpoint.method],
            view,
            response=answers,
            operation_id=_operation_id(endpoint.method, endpoint.version, endpoint.path),
            summary=summary or view.__name__.replace("_", " ").capitalize(),
        )

    def _naming(self, view: View) -> View:
        @wraps(view)
        def named(*args: Any, **values: Any) -> HttpResponse:
            with wire_names(**self.names):
                return view(*args, **values)

        return named if self.names else view


def _operation_id(method: str, version: int, path: str) -> str:
    """Unique by construction: `get_1_accounts_organisation_id_tags`."""
    return f"{method.lower()}_{version}_{path.replace('{', '').replace('}', '').replace('/', '_').replace('-', '_')}"
