"""What happens to organisations and their members."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import notify
from stellwerk.foundation.actor import Role
from stellwerk.foundation.events import DomainEvent
from stellwerk.foundation.labels import as_label


def _day(stored: str) -> str:
    """A stored date as people read it in the active language."""
    return notify.date_in_words(date.fromisoformat(stored), language=get_language() or "en")


def coordinate_names() -> dict[str, str]:
    """The coordinates of an organisation in the active language."""
    return {
        "name": gettext("Name"),
        "kind": gettext("Kind"),
        "attention": gettext("Attention of"),
        "street": gettext("Street"),
        "building_number": gettext("Number"),
        "postal_code": gettext("Postal code"),
        "town": gettext("Town"),
        "country": gettext("Country"),
        "phone": gettext("Telephone"),
        "language": gettext("Language"),
        "vat_number": gettext("VAT number"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFounded(DomainEvent):
    sentence: ClassVar = _("%(actor)s founded the organisation %(name)s")
    kind: ClassVar = "organisation"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(DomainEvent):
    """`fields` are the names of the changed coordinates, `before` and `after` their values (ORG-013, ORG-102)."""

    sentence: ClassVar = _("%(actor)s changed the organisation's data: %(fields)s")
    kind: ClassVar = "organisation"
    fields: list[str]
    before: dict[str, str]
    after: dict[str, str]

    def words(self) -> dict[str, Any]:
        labels = {code: as_label(name) for code, name in coordinate_names().items()}
        told = (f"{labels[each]} {self.before[each] or '–'} → {self.after[each] or '–'}" for each in self.fields)
        return {"fields": "; ".join(told)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoSet(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the organisation's logo")
    kind: ClassVar = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoRemoved(DomainEvent):
    sentence: ClassVar = _("%(actor)s removed the organisation's logo")
    kind: ClassVar = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDeleted(DomainEvent):
    """It had no product, nobody else, no debt and no money left (ORG-064)."""

    sentence: ClassVar = _("%(actor)s deleted the organisation %(name)s")
    kind: ClassVar = "organisation"
    name: str
    wants_invoices: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesStopRequested(DomainEvent):
    """Nothing has ended yet: the link in the mail does that (ORG-069)."""

    sentence: ClassVar = _("%(actor)s asked for the end of all services: %(names)s")
    kind: ClassVar = "product"
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesStopped(DomainEvent):
    sentence: ClassVar = _("%(actor)s ended all services: %(names)s")
    kind: ClassVar = "product"
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(DomainEvent):
    sentence: ClassVar = _("%(person)s joined as %(role)s")
    kind: ClassVar = "members"
    account_id: int
    person: str
    role: str
    invitation_id: int | None = None

    def words(self) -> dict[str, Any]:
        return {"person": self.person, "role": Role(self.role).label}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the role of %(person)s from %(old_role)s to %(new_role)s")
    kind: ClassVar = "members"
    account_id: int
    person: str
    old_role: str
    new_role: str

    def words(self) -> dict[str, Any]:
        return {"person": self.person, "old_role": Role(self.old_role).label, "new_role": Role(self.new_role).label}


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAccessGiven(DomainEvent):
    sentence: ClassVar = _("%(actor)s gave %(person)s access to invoices")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAccessTaken(DomainEvent):
    sentence: ClassVar = _("%(actor)s took the access to invoices from %(person)s")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPreferencesChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed which messages %(person)s receives")
    kind: ClassVar = "members"
    account_id: int
    person: str
    receives_billing_messages: bool
    receives_product_messages: bool
    receives_billing_texts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(DomainEvent):
    sentence: ClassVar = _("%(actor)s removed %(person)s from the organisation")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUnlocked(DomainEvent):
    sentence: ClassVar = _("%(actor)s unlocked the account of %(person)s")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(DomainEvent):
    sentence: ClassVar = _("%(person)s left the organisation")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEnded(DomainEvent):
    """The last day of a collaborator or an external is over; nobody removed them."""

    sentence: ClassVar = _("The time of %(person)s in the organisation ended as planned")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingAccessEnded(DomainEvent):
    sentence: ClassVar = _("The access of %(person)s to invoices ended as planned")
    kind: ClassVar = "members"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDayEvent(DomainEvent):
    """`ends_on` is an ISO date, "" for no end. Abstract: only its children are published."""

    kind: ClassVar = "members"
    account_id: int
    person: str
    ends_on: str

    def words(self) -> dict[str, Any]:
        return {**asdict(self), "day": _day(self.ends_on) if self.ends_on else gettext("without end")}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDaySet(LastDayEvent):
    sentence: ClassVar = _("%(actor)s set the last day of %(person)s in the organisation: %(day)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingLastDaySet(LastDayEvent):
    sentence: ClassVar = _("%(actor)s set the last day of the access of %(person)s to invoices: %(day)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLastDaySet(LastDayEvent):
    sentence: ClassVar = _("%(actor)s set the last day of %(person)s in the team %(name)s: %(day)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRequired(DomainEvent):
    sentence: ClassVar = _("%(actor)s required a second factor from everybody in the organisation")
    kind: ClassVar = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReleased(DomainEvent):
    sentence: ClassVar = _("%(actor)s no longer requires a second factor in the organisation")
    kind: ClassVar = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityAlertSent(DomainEvent):
    sentence: ClassVar = _("%(actor)s sent %(person)s a security alert")
    kind: ClassVar = "security"
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(DomainEvent):
    sentence: ClassVar = _("%(actor)s invited %(email)s as %(role)s")
    kind: ClassVar = "members"
    invitation_id: int
    email: str
    role: str
    is_silent: bool = False

    def words(self) -> dict[str, Any]:
        return {"email": self.email, "role": Role(self.role).label}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleInvited(DomainEvent):
    """A list was begun; each of its people follows as PersonInvited."""

    sentence: ClassVar = _("%(actor)s started to invite %(people)s people from a list")
    kind: ClassVar = "members"
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationResent(DomainEvent):
    sentence: ClassVar = _("%(actor)s sent the invitation to %(email)s again")
    kind: ClassVar = "members"
    invitation_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWithdrawn(DomainEvent):
    sentence: ClassVar = _("%(actor)s deleted the invitation to %(email)s")
    kind: ClassVar = "members"
    invitation_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDeclined(DomainEvent):
    sentence: ClassVar = _("%(email)s declined the invitation")
    kind: ClassVar = "members"
    invitation_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the team %(name)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged(DomainEvent):
    sentence: ClassVar = _("%(actor)s changed the team %(name)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDeleted(DomainEvent):
    sentence: ClassVar = _("%(actor)s deleted the team %(name)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamJoined(DomainEvent):
    sentence: ClassVar = _("%(actor)s added %(person)s to the team %(name)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLeft(DomainEvent):
    sentence: ClassVar = _("%(actor)s removed %(person)s from the team %(name)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMembershipEnded(DomainEvent):
    """The person's last day in the team is over; nobody took them out."""

    sentence: ClassVar = _("The time of %(person)s in the team %(name)s ended as planned")
    kind: ClassVar = "teams"
    team_id: int
    name: str
    account_id: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLeaderChanged(DomainEvent):
    """`person` is "" where the team has no leader any more (ORG-074)."""

    sentence: ClassVar = _("%(actor)s named the leader of the team %(name)s: %(person)s")
    kind: ClassVar = "teams"
    team_id: int
    name: str
    account_id: int | None
    person: str

    def words(self) -> dict[str, Any]:
        return {**asdict(self), "person": self.person or gettext("nobody")}
