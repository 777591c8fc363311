"""Endpoints that exist for tests only: each shows one behaviour of the door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from django.http import HttpResponse
from pydantic import Field

from stellwerk.api import commands, document, handbook
from stellwerk.foundation.decisions import deny, require
from stellwerk.foundation.edge.api import ApiRequest, Day, Id, Input, Listing, Output, Router, listed, sees, success
from stellwerk.foundation.errors import Conflict, Gone, NotFound, RuleBroken
from stellwerk.organisations.models import Team

router = Router("Probes")
KNOWN_PROBE_ID = 7


class ProbeOut(Output):
    id: int
    name: str


class Part(Input):
    size: int = Field(ge=1)


class NewProbe(Input):
    name: str = Field(min_length=1, max_length=20)
    color: Literal["blue", "green"] = "blue"
    is_loud: bool = False
    starts_on: Day | None = None
    owner_id: Id | None = None
    parts: list[Part] = []


@sees("probe_id")
def _probe(actor: Any, probe_id: int, known: Mapping[str, Any]) -> Any:
    if probe_id != KNOWN_PROBE_ID:
        raise NotFound
    return actor


ROWS = [{"id": number, "name": f"probe {number}"} for number in range(1, 121)]
LISTING = Listing(
    filters={"name": str, "ids": list[int], "is_loud": bool, "since": Day, "owner_id": Id},
    order=("id", "name"),
    include=("status", "users"),
)


@router.get("accounts/{organisation_id}/probes", scope="products", answer=ProbeOut, listing=LISTING)
def probes(request: ApiRequest, organisation_id: int) -> HttpResponse:
    rows = ROWS
    if "ids" in request.asked.filters:
        rows = [row for row in rows if row["id"] in request.asked.filters["ids"]]
    if "name" in request.asked.filters:
        rows = [row for row in rows if row["name"] == request.asked.filters["name"]]
    if request.asked.include:
        rows = [{**row, "with": sorted(request.asked.include)} for row in rows]
    return listed(request, rows)


@router.post("accounts/{organisation_id}/probes", scope="products", answer=ProbeOut, status=201)
def create_probe(request: ApiRequest, organisation_id: int, entries: NewProbe) -> HttpResponse:
    """Writes a team of that name, then does what the name says."""
    if entries.name == "manager":
        require(deny("manager_required", granted_by=("owner",)))
    team = Team.objects.create(
        organisation_id=organisation_id,
        name=entries.name,
        created_at="2026-01-01T00:00Z",
        updated_at="2026-01-01T00:00Z",
    )
    outcomes = {
        "rule": RuleBroken("probe_refused", number=7),
        "conflict": Conflict("object_already_exists"),
        "gone": Gone("probe_gone"),
        "boom": RuntimeError("boom"),
    }
    if entries.name in outcomes:
        raise outcomes[entries.name]
    return success({"id": team.pk, "name": entries.name}, status=201)


@router.delete("accounts/{organisation_id}/probes/{probe_id}", scope="products")
def delete_probe(request: ApiRequest, organisation_id: int, probe_id: int) -> HttpResponse:
    return success(True)


@router.patch("accounts/{organisation_id}/probes/{probe_id}", scope="products", answer=ProbeOut)
def change_probe(request: ApiRequest, organisation_id: int, probe_id: int, entries: NewProbe) -> HttpResponse:
    return success({"id": probe_id, "name": entries.name})


@router.get("whoami", answer=dict)
def whoami(request: ApiRequest) -> HttpResponse:
    actor = request.actor
    return success({"account_id": actor.account_id, "has_user": hasattr(request, "user"), "address": actor.address})


@router.get("whoami", version=2, answer=dict)
def whoami_2(request: ApiRequest) -> HttpResponse:
    return success({"version": request.version})


@contextmanager
def mounted() -> Iterator[None]:
    """The probes stand beside the real commands until the block ends."""
    before = commands.ROUTERS
    commands.ROUTERS = (*before, router)
    _forget()
    try:
        yield
    finally:
        commands.ROUTERS = before
        _forget()


def _forget() -> None:
    for remembered in (
        commands.documented, commands.commands, commands._trees, document.openapi, handbook.sections,
    ):  # fmt: skip
        remembered.cache_clear()
