"""Clockwork of the organisations room."""

from __future__ import annotations

from stellwerk.foundation import jobs, notify
from stellwerk.organisations import emails
from stellwerk.organisations.queries.planned_ends import end_notices
from stellwerk.organisations.services import last_days
from stellwerk.organisations.services.invitations import forget_old_lists


@jobs.recurring("11 1 * * *")
@jobs.task("organisations.clear_what_has_ended")
def clear_what_has_ended() -> None:
    """What is over has given nothing since midnight; here it goes, with an entry in the activity log."""
    for clear in (
        last_days.clear_ended_places,
        last_days.clear_ended_billing_access,
        last_days.clear_ended_memberships,
    ):
        while clear():
            pass


@jobs.recurring("31 6 * * *")
@jobs.task("organisations.tell_what_ends_soon")
def tell_what_ends_soon() -> None:
    """A fortnight and three days before; a missed day is caught up, and each mail is written once."""
    notices = {notice.key: notice for notice in end_notices()}
    for key in notices.keys() - notify.known_keys(notices):
        emails.ends_soon(notices[key])


@jobs.recurring("14 4 * * *")
@jobs.task("organisations.forget_old_invitation_lists")
def forget_old_invitation_lists() -> None:
    forget_old_lists()
