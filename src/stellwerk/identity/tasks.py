"""Clockwork of the identity room."""

from __future__ import annotations

from datetime import timedelta

from stellwerk.foundation import jobs
from stellwerk.identity.services import (  # noqa: F401  their jobs
    approve,
    find_login,
    help_requests,
    password_reset,
    pictures,
)
from stellwerk.identity.services.browsers import forget_strangers
from stellwerk.identity.services.confirmations import forget_old_confirmations
from stellwerk.identity.services.idle_tokens import deactivate_idle_tokens, tell_of_tokens_going_idle
from stellwerk.identity.services.oauth.devices import forget_old_devices
from stellwerk.identity.services.oauth.endings import forget_expired_tokens
from stellwerk.identity.services.sessions import forget_old_sessions


@jobs.recurring("17 * * * *")
@jobs.task("identity.forget_old_confirmations")
def forget_unanswered_confirmations() -> None:
    """Entries of people who never answered their code are kept for a day at most."""
    forget_old_confirmations()


@jobs.recurring("41 3 * * *")
@jobs.task("identity.forget_old_sessions")
def forget_sessions_that_ran_out() -> None:
    """Nobody is signed out by it: only what no browser can use any more goes."""
    forget_old_sessions()
    forget_strangers()


@jobs.recurring("7 4 * * *")
@jobs.task("identity.forget_expired_access")
def forget_expired_access() -> None:
    """Tokens of applications go some days after their end; until then they answer with the reason."""
    forget_expired_tokens(kept_for=timedelta(days=7))
    forget_old_devices()


@jobs.recurring("29 5 * * *")
@jobs.task("identity.end_idle_tokens")
def end_idle_tokens() -> None:
    """Tokens without a use for a year end; owners hear of it a month before (API-007)."""
    while deactivate_idle_tokens():
        pass
    while tell_of_tokens_going_idle():
        pass


@jobs.recurring("33 4 * * *")
@jobs.task("identity.sweep_pictures")
def sweep_pictures_nobody_shows() -> None:
    """Files whose row was never written, because a process died in between."""
    pictures.sweep_pictures()


@jobs.recurring("23 * * * *")
@jobs.task("identity.forget_old_help_requests")
def forget_undecided_help_requests() -> None:
    """The evidence of people who asked for help lives 72 hours."""
    help_requests.forget_old_help_requests()


@jobs.recurring("52 3 * * *")
@jobs.task("identity.forget_old_approvals")
def forget_approvals_nobody_needs() -> None:
    """Links that ran out, and requests older than 90 days."""
    approve.forget_old_approvals()
