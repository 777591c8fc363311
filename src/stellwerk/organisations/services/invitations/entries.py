"""The entries of an invitation, judged once for one person and for many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock
from stellwerk.foundation.actor import MANAGERS, Role
from stellwerk.foundation.errors import FieldError, Invalid, described
from stellwerk.identity.services.entries import LANGUAGES, checked_name, normalised_login
from stellwerk.organisations.models import Team
from stellwerk.organisations.services.entries import checked_role
from stellwerk.organisations.services.invitations.product_rights import are_offerable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """The offer. Nothing of it is granted before acceptance (ORG-037)."""

    email: str
    role: str
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    has_billing_access: bool = False
    # Last days, for collaborators and externals: of the membership, of the right to invoices, of the places in teams.
    ends_on: date | None = None
    billing_ends_on: date | None = None
    teams_end_on: date | None = None
    receives_billing_messages: bool = True
    receives_billing_texts: bool = False
    receives_product_messages: bool = True
    team_ids: tuple[int, ...] = ()
    # The codes of the rights by product; managers see every product, for them this stays empty.
    product_rights: Mapping[int, Sequence[str]] = field(default_factory=dict)
    is_strict: bool = False
    is_silent: bool = False


def columns_of(entries: NewInvitation) -> dict[str, object]:
    is_collaborator = entries.role == Role.COLLABORATOR
    return {
        "first_name": entries.first_name,
        "last_name": entries.last_name,
        "role": entries.role,
        "language": entries.language,
        "has_billing_access": entries.has_billing_access and is_collaborator,
        "ends_on": entries.ends_on,
        "billing_ends_on": entries.billing_ends_on,
        "teams_end_on": entries.teams_end_on,
        "receives_billing_messages": entries.receives_billing_messages,
        "receives_billing_texts": entries.receives_billing_texts,
        "receives_product_messages": entries.receives_product_messages,
        "is_strict": entries.is_strict,
        "teams": list(entries.team_ids),
        "product_rights": [] if entries.role in MANAGERS else _as_columns(entries.product_rights),
    }


def _as_columns(product_rights: Mapping[int, Sequence[str]]) -> list[list[object]]:
    return [[product_id, sorted(set(rights))] for product_id, rights in sorted(product_rights.items()) if rights]


def checked_invitation(actor: Actor, organisation_id: int, *, entries: NewInvitation) -> NewInvitation:
    refused: list[FieldError] = []

    def checked(check: Callable[[], str]) -> str:
        try:
            return check()
        except Invalid as bad:
            refused.extend(bad.errors)
            return ""

    tidy = replace(
        entries,
        email=checked(lambda: normalised_login(entries.email)),
        role=checked(lambda: checked_role(entries.role)),
        first_name=checked(lambda: entries.first_name.strip() and checked_name("first_name", entries.first_name)),
        last_name=checked(lambda: entries.last_name.strip() and checked_name("last_name", entries.last_name)),
    )
    refused.extend(_faults_of_the_offer(actor, organisation_id, entries))
    if refused:
        raise Invalid(*refused)
    return tidy


def _faults_of_the_offer(actor: Actor, organisation_id: int, entries: NewInvitation) -> Iterator[FieldError]:
    if entries.language not in LANGUAGES:
        yield FieldError("language", "in", _("Choose one of the offered values."), LANGUAGES)
    known = Team.objects.filter(organisation_id=organisation_id, pk__in=entries.team_ids).count()
    if known != len(set(entries.team_ids)):
        yield FieldError("teams", "exists", _("One of these teams does not exist."))
    yield from _faults_of_the_days(entries)
    if not are_offerable(actor, organisation_id, offered=entries.product_rights):
        yield FieldError("products", "exists", _("One of these products does not exist or does not offer this right."))


def _faults_of_the_days(entries: NewInvitation) -> Iterator[FieldError]:
    for name in ("ends_on", "billing_ends_on", "teams_end_on"):
        day: date | None = getattr(entries, name)
        if day is not None and day < clock.today():
            yield FieldError(name, "after", _("Choose today or a later day."))
    if entries.ends_on is not None and entries.role in MANAGERS:
        yield FieldError("ends_on", "missing", described()["managers_have_no_end"])
    has_switch = entries.has_billing_access and entries.role == Role.COLLABORATOR
    if entries.billing_ends_on is not None and not has_switch:
        yield FieldError("billing_ends_on", "missing", described()["billing_access_not_given"])
    if entries.teams_end_on is not None and not entries.team_ids:
        yield FieldError("teams_end_on", "missing", _("Choose a team first."))


def check_offer(actor: Actor, organisation_id: int, *, entries: NewInvitation) -> None:
    """System-only: judges what is the same for many people. Raises Invalid with every refused field."""
    refused = list(_faults_of_the_offer(actor, organisation_id, entries))
    if refused:
        raise Invalid(*refused)
