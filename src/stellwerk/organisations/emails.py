"""One function per mail. Nothing is sent to people or organisations that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from stellwerk.foundation import clock, notify
from stellwerk.foundation.actor import Role
from stellwerk.identity import queries as identity_queries
from stellwerk.organisations import queries
from stellwerk.organisations.events import coordinate_names
from stellwerk.organisations.queries.closing_statement import closing_statement
from stellwerk.organisations.services.deletion import LINK_HOURS, stop_token

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta
    from stellwerk.identity.queries import AccountRow
    from stellwerk.organisations.events import (
        InvitationDeclined,
        MemberJoined,
        MemberRemoved,
        OrganisationChanged,
        OrganisationDeleted,
        RoleChanged,
        SecurityAlertSent,
        ServicesStopped,
        ServicesStopRequested,
    )
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.organisations.queries.planned_ends import EndNotice

MOST_ENDS = 50  # of other people in one mail
MOST_MANAGERS = 5


def invitation(invitation_id: int, meta: Meta) -> None:
    """The link, with organisation, inviter, offered role and validity (ORG-037). Answered meanwhile: no mail."""
    row = queries.invitation_for_mail(invitation_id)
    if row is None:
        return
    with translation.override(row.language):
        role = row.role_name
    notify.send(
        "organisations/email/invitation",
        recipient=row.email,
        language=row.language,
        context={
            "name": f"{row.first_name} {row.last_name}".strip(),
            "organisation": row.organisation_name,
            "inviter": meta.actor_name,
            "role": role,
            "link": row.link,
            "ends_on": notify.date_in_words(row.ends_on, language=row.language) if row.ends_on else "",
            "last_day": notify.date_in_words(
                row.expires_at.astimezone(clock.operator_zone()).date(), language=row.language
            ),
        },
        organisation_id=row.organisation_id,
        unique_key=f"invitation:{meta.event_id}",
    )


def invitation_accepted(event: MemberJoined, meta: Meta) -> None:
    """To the person who invited, as long as that person is a member."""
    row = queries.invitation_row(event.organisation_id or 0, event.invitation_id or 0)
    if row is None:
        return
    joined = identity_queries.account_row(event.account_id)
    more = {"person": event.person, "email": joined.email if joined else "", "invited": row.email, "role": event.role}
    _to_member("invitation_accepted", row.invited_by_id, event.organisation_id, meta, **more)


def newcomer(event: MemberJoined, meta: Meta) -> None:
    """To managers who wish it; the newcomer knows, and the inviter has a message of their own."""
    organisation = queries.organisation_row(event.organisation_id or 0)
    row = queries.invitation_row(event.organisation_id or 0, event.invitation_id or 0)
    if organisation is None or row is None:
        return
    known = {event.account_id, row.invited_by_id}
    readers = [
        each.account_id
        for each in queries.product_recipients(organisation.id)
        if each.is_manager and each.account_id not in known
    ]
    for account in identity_queries.account_rows(readers).values():
        _send("newcomer", account, organisation, meta, person=event.person, role=event.role)


def invitation_declined(event: InvitationDeclined, meta: Meta) -> None:
    row = queries.invitation_row(event.organisation_id or 0, event.invitation_id)
    if row is not None:
        _to_member("invitation_declined", row.invited_by_id, event.organisation_id, meta, invited=event.email)


def role_changed(event: RoleChanged, meta: Meta) -> None:
    """Organisation, old and new role, who did it and when (ORG-030)."""
    roles = {"old_role": event.old_role, "new_role": event.new_role}
    _to_member("role_changed", event.account_id, event.organisation_id, meta, **roles)


def member_removed(event: MemberRemoved, meta: Meta) -> None:
    organisation = queries.organisation_row(event.organisation_id or 0)
    account = identity_queries.account_row(event.account_id)
    if organisation is not None and account is not None:
        _send("member_removed", account, organisation, meta)


def organisation_changed(event: OrganisationChanged, meta: Meta) -> None:
    """A summary to every legal representative (ORG-013)."""
    organisation = queries.organisation_row(event.organisation_id or 0)
    if organisation is None:
        return
    only = queries.MemberFilter(role=Role.LEGAL_REPRESENTATIVE)
    members = queries.member_rows(organisation.id, only=only, limit=500)
    accounts = identity_queries.account_rows(member.account_id for member in members)
    for account in accounts.values():
        with translation.override(account.language):
            names = coordinate_names()
            changes = [(names[name], event.before[name], event.after[name]) for name in event.fields]
        _send("organisation_changed", account, organisation, meta, changes=changes)


def organisation_deleted(event: OrganisationDeleted, meta: Meta) -> None:
    """To whoever deleted it, with the closing statement: the organisation has nobody else (ORG-067, DEL-009)."""
    account = identity_queries.account_row(meta.account_id or 0)
    if account is None:
        return
    with translation.override(account.language):
        sections = closing_statement(event.organisation_id or 0)
    notify.send(
        "organisations/email/organisation_deleted",
        recipient=account.email,
        language=account.language,
        context={
            "name": account.display_name,
            "organisation": event.name,
            "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            "sections": sections,
            "wants_invoices": event.wants_invoices,
        },
        organisation_id=event.organisation_id,
        account_id=account.id,
        unique_key=f"organisation_deleted:{meta.event_id}",
    )


def stop_requested(event: ServicesStopRequested, meta: Meta) -> None:
    """The link that ends all services, to whoever asked for it (ORG-069)."""
    place, person = event.organisation_id or 0, meta.account_id or 0
    link = reverse("organisations:stop-services", args=[place, stop_token(organisation_id=place, account_id=person)])
    more = {"link": f"{settings.SITE_URL.rstrip('/')}{link}", "names": event.names, "hours": LINK_HOURS}
    _to_member("stop_requested", person, place, meta, **more)


def services_stopped(event: ServicesStopped, meta: Meta) -> None:
    """To every other manager (ORG-069)."""
    place = event.organisation_id or 0
    for role in (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR):
        members = queries.member_rows(place, only=queries.MemberFilter(role=role), limit=500)
        for member in members:
            if member.account_id != meta.account_id:
                _to_member("services_stopped", member.account_id, place, meta, names=event.names)


def ends_soon(notice: EndNotice) -> None:
    """All that ends on one day, to somebody who holds it or can set a later day. Each notice once."""
    reader, language = notice.reader, notice.reader.language
    with translation.override(language):
        own = [end.words() for end in notice.own]
        others = [(end.holder, end.words(), end.path) for end in notice.others[:MOST_ENDS]]
    notify.send(
        "organisations/email/ends_soon",
        recipient=reader.email,
        language=language,
        context={
            "name": reader.name,
            "organisation": reader.organisation_name,
            "organisation_id": reader.organisation_id,
            "day": notify.date_in_words(notice.ends_on, language=language),
            "own": own,
            "own_path": notice.own[0].path if notice.own else "",
            "others": others,
            "more": max(0, len(notice.others) - MOST_ENDS),
            "managers": ", ".join(notice.managers[:MOST_MANAGERS]),
        },
        organisation_id=reader.organisation_id,
        account_id=reader.account_id,
        unique_key=notice.key,
    )


def security_alert(event: SecurityAlertSent, meta: Meta) -> None:
    """What the person should look after, judged when the mail is written (SEC-043). No links in it (SEC-058)."""
    profile = identity_queries.profile_row(event.account_id)
    has_factor = identity_queries.has_second_factor(event.account_id)
    login = profile.email if profile else ""
    _to_member("security_alert", event.account_id, event.organisation_id, meta, login=login, has_factor=has_factor)


def _to_member(template: str, account_id: int, organisation_id: int | None, meta: Meta, **more: Any) -> None:
    organisation = queries.organisation_row(organisation_id or 0)
    account = identity_queries.account_row(account_id)
    if organisation is None or account is None or queries.member_row(organisation.id, account_id) is None:
        return
    _send(template, account, organisation, meta, **more)


def _send(template: str, account: AccountRow, organisation: OrganisationRow, meta: Meta, **more: Any) -> None:
    with translation.override(account.language):
        words = {name: Role(value).label if name.endswith("role") else value for name, value in more.items()}
    notify.send(
        f"organisations/email/{template}",
        recipient=account.email,
        language=account.language,
        context={
            "name": account.display_name,
            "organisation": organisation.name,
            "organisation_id": organisation.id,
            "actor": meta.actor_name,
            "when": notify.moment_in_words(meta.occurred_at, language=account.language),
            **words,
        },
        organisation_id=organisation.id,
        account_id=account.id,
        unique_key=f"{template}:{meta.event_id}:{account.id}",
    )
