"""What follows from the events of the room: mails. Each runs at least once; the event's number makes it once.

And what rooms below ask: which organisations require a second factor of somebody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.events import subscribes
from stellwerk.identity.events import (
    AccountClosed,
    AccountSwitched,
    LoginChanged,
    PasswordChanged,
    PasswordReset,
    SignedIn,
    SignInFailed,
)
from stellwerk.identity.services import pictures, workplaces
from stellwerk.identity.services.second_factor.demands import Demand, register
from stellwerk.organisations import emails, queries
from stellwerk.organisations.events import (
    InvitationDeclined,
    InvitationResent,
    MemberJoined,
    MemberRemoved,
    OrganisationChanged,
    OrganisationDeleted,
    PersonInvited,
    RoleChanged,
    SecurityAlertSent,
    ServicesStopped,
    ServicesStopRequested,
)
from stellwerk.organisations.events.member_news import (
    MemberLoginChanged,
    MemberPasswordChanged,
    MemberPasswordReset,
    MemberSignedIn,
    MemberSignInFailed,
    MemberSwitchedIn,
)
from stellwerk.organisations.services.account_closing import leave_everywhere
from stellwerk.organisations.services.member_news import note_for_organisations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.events import Meta


@subscribes(PersonInvited)
def mail_the_invitation(event: PersonInvited, meta: Meta) -> None:
    """ORG-037. A silent invitation is handed over by whoever made it."""
    if not event.is_silent:
        emails.invitation(event.invitation_id, meta)


@subscribes(InvitationResent)
def mail_the_invitation_again(event: InvitationResent, meta: Meta) -> None:
    """ORG-039."""
    emails.invitation(event.invitation_id, meta)


@subscribes(MemberJoined)
def tell_the_inviter(event: MemberJoined, meta: Meta) -> None:
    """ORG-042: the inviter sees which account accepted."""
    if event.invitation_id is not None:
        emails.invitation_accepted(event, meta)


@subscribes(MemberJoined)
def tell_of_the_newcomer(event: MemberJoined, meta: Meta) -> None:
    """ORG-054: a new user is news for those who wish the messages about products."""
    if event.invitation_id is not None:
        emails.newcomer(event, meta)


@subscribes(InvitationDeclined)
def tell_the_inviter_of_the_refusal(event: InvitationDeclined, meta: Meta) -> None:
    emails.invitation_declined(event, meta)


@subscribes(RoleChanged)
def tell_the_member(event: RoleChanged, meta: Meta) -> None:
    """ORG-030."""
    emails.role_changed(event, meta)


@subscribes(MemberRemoved)
def tell_the_removed(event: MemberRemoved, meta: Meta) -> None:
    emails.member_removed(event, meta)


@subscribes(OrganisationChanged)
def tell_the_legal_representatives(event: OrganisationChanged, meta: Meta) -> None:
    """ORG-013."""
    emails.organisation_changed(event, meta)


@subscribes(OrganisationDeleted)
def confirm_the_deletion(event: OrganisationDeleted, meta: Meta) -> None:
    """ORG-067."""
    emails.organisation_deleted(event, meta)


@subscribes(ServicesStopRequested)
def mail_the_link_that_stops(event: ServicesStopRequested, meta: Meta) -> None:
    """ORG-069: a wish becomes final by e-mail only."""
    emails.stop_requested(event, meta)


@subscribes(ServicesStopped)
def tell_the_other_managers(event: ServicesStopped, meta: Meta) -> None:
    """ORG-069."""
    emails.services_stopped(event, meta)


@subscribes(AccountClosed)
def take_the_closed_account_out(event: AccountClosed, _meta: Meta) -> None:
    """ID-088: nobody is left who could use the membership."""
    leave_everywhere(account_id=event.account_id)


@subscribes(SecurityAlertSent)
def send_the_security_alert(event: SecurityAlertSent, meta: Meta) -> None:
    """SEC-043."""
    emails.security_alert(event, meta)


@subscribes(SignedIn)
def note_the_sign_in(event: SignedIn, meta: Meta) -> None:
    """ORG-101, as all that follow here: the organisations of a member see it in their own log."""
    note_for_organisations(kind=MemberSignedIn, account_id=event.account_id, meta=meta)


@subscribes(AccountSwitched)
def note_the_switch(event: AccountSwitched, meta: Meta) -> None:
    note_for_organisations(kind=MemberSwitchedIn, account_id=event.account_id, meta=meta)


@subscribes(SignInFailed)
def note_the_failed_sign_in(event: SignInFailed, meta: Meta) -> None:
    if event.account_id is not None:
        note_for_organisations(kind=MemberSignInFailed, account_id=event.account_id, meta=meta)


@subscribes(PasswordChanged)
def note_the_new_password(event: PasswordChanged, meta: Meta) -> None:
    note_for_organisations(kind=MemberPasswordChanged, account_id=event.account_id, meta=meta)


@subscribes(PasswordReset)
def note_the_password_set_by_code(event: PasswordReset, meta: Meta) -> None:
    note_for_organisations(kind=MemberPasswordReset, account_id=event.account_id, meta=meta)


@subscribes(LoginChanged)
def note_the_new_login(event: LoginChanged, meta: Meta) -> None:
    note_for_organisations(kind=MemberLoginChanged, account_id=event.account_id, meta=meta)


@pictures.register
def people_of_one_organisation(account_id: int, other_id: int) -> bool:
    """ID-047: whoever works together sees each other's picture."""
    return queries.share_an_organisation(account_id, other_id)


@workplaces.register
def organisations_of_a_person(account_id: int) -> Iterable[workplaces.Workplace]:
    """A token may be limited to one of them."""
    return [workplaces.Workplace(row.organisation_id, row.name) for row in queries.membership_rows(account_id)]


@register
def organisations_that_require_a_second_factor(account_id: int) -> Iterable[Demand]:
    """SEC-008: the last factor stays while one of these requires it."""
    return [Demand(row.organisation, row.managers[:5]) for row in queries.second_factor_demands(account_id)]
