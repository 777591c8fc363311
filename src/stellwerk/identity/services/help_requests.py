"""Help for people without any way in, decided by hand until identity checks exist (CHK-002, SEC-036…038)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, jobs, notify, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Gone, Invalid, NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy
from stellwerk.identity.events import AccountSecured, HelpRequestDecided
from stellwerk.identity.models import FACTORS, Account, HelpRequest
from stellwerk.identity.rules import is_mobile, is_withdrawn
from stellwerk.identity.services import browsers, throttle
from stellwerk.identity.services.confirmations import open_confirmation
from stellwerk.identity.services.entries import checked_name, normalised_login
from stellwerk.identity.services.logins import Knock, checked_key, knock
from stellwerk.identity.services.password_reset import finish_password_reset
from stellwerk.identity.services.second_factor.recovery_codes import forget_set
from stellwerk.identity.services.sessions import end_sessions_of

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

KEPT = timedelta(hours=72)  # Q7
_PREFIX = "stw_help"
_LONGEST_STORY = 2_000


@dataclass(frozen=True, slots=True)
class NewHelpRequest:
    """`asked` is password or factors; `contact` an address at which the decision is told."""

    asked: str
    login: str
    name: str
    contact: str
    story: str
    # Whoever has shown the password is known, even where the login was withdrawn (Q16).
    account_id: int | None = None


def open_help_request(*, actor: Actor, entries: NewHelpRequest, language: str) -> str:
    """Keep the request, encrypted, for 72 hours; answers the secret of its status page.

    System-only: everybody may ask; for `factors` the page has checked the password. Known and unknown logins get the
    same answer after the same work (ID-070); the holder of a known one is told by a job. Raises Invalid,
    TooManyAttempts per network address, `verification_already_open` (SEC-038).
    """
    tidy = _checked(entries)
    throttle.count(throttle.HELP_PER_ADDRESS, actor.address or "")
    visitor = _visitor(tidy)
    subject = salted_hmac("help request", visitor.key, algorithm="sha256").hexdigest()
    now, secret = clock.now(), secrets.new_secret(_PREFIX)
    content = {"name": tidy.name, "contact": tidy.contact, "story": tidy.story, "language": language}
    with transaction.atomic():
        overdue = HelpRequest.objects.filter(subject_digest=subject, state="open", expires_at__lte=now)
        overdue.update(state="expired", sealed="")
        row = insert(
            HelpRequest(
                asked=tidy.asked,
                account_id=visitor.account.pk if visitor.account else None,
                subject_digest=subject,
                digest=secrets.digest(secret),
                sealed=secrets.encrypt(json.dumps(content)),
                created_at=now,
                expires_at=now + KEPT,
            )
        )
        jobs.enqueue(tell_the_holder, {"request_id": row.pk})
    return secret


@jobs.task("identity.tell_of_help_request")
def tell_the_holder(request_id: int) -> None:
    """Everybody stored for the account learns that somebody asked for help. System-only: a job."""
    row = HelpRequest.objects.select_related("account").filter(pk=request_id).first()
    if row is not None and row.account is not None:
        _tell(row.account, "identity/email/help_requested", asked=row.asked)


@transaction.atomic
def decide_help_request(*, actor: Actor, is_operator: bool, request_id: int, approves: bool, note: str) -> None:
    """Decide by hand, with a note (SEC-037). Approval ends all sessions and tells all stored addresses.

    `factors` takes every second factor and recovery code away; where an organisation demands one, its own rule asks
    for a new set-up. `password` mails a code to the contact, good for 72 hours on the status page; second factors
    stay (ID-075). Refusals in order: policy, NotFound, Gone for a decided or expired one, Invalid without a note,
    `help_request_unknown_login`. Publishes HelpRequestDecided and, on approval, AccountSecured.
    """
    require(policy.can_decide_help(actor, is_operator=is_operator))
    row = HelpRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound
    if row.state != HelpRequest.State.OPEN or row.expires_at <= clock.now():
        raise Gone("help_request_over")
    if not note.strip():
        raise Invalid(FieldError("note", "required", _("Fill in this field.")))
    if approves and row.account_id is None:
        raise RuleBroken("help_request_unknown_login")
    row.state = HelpRequest.State.APPROVED if approves else HelpRequest.State.REFUSED
    row.note, row.decided_by_id, row.decided_at = note.strip()[:_LONGEST_STORY], actor.account_id, clock.now()
    content = _content(row)
    if approves and row.account_id is not None:
        account = Account.objects.select_for_update().get(pk=row.account_id)
        _approve(row, account, content)
        end_sessions_of(account.pk)
        _tell(account, "identity/email/help_approved", asked=row.asked)
        _tell_by_text_message(account)
        events.publish(AccountSecured(account_id=account.pk), actor=actor)
    else:
        _write(content, "identity/email/help_refused", account_id=row.account_id)
    row.sealed = ""
    row.save()
    events.publish(HelpRequestDecided(request_id=row.pk, is_approved=approves), actor=actor)


def set_password_by_help(*, actor: Actor, secret: str, code: str, new_password: str) -> None:
    """The end of an approved request for a password. System-only: secret and code are the right.

    Raises NotFound for another secret; otherwise as `finish_password_reset`.
    """
    row = HelpRequest.objects.filter(digest=secrets.digest(secret), state="approved").first()
    if row is None or row.confirmation_id is None:
        raise NotFound
    finish_password_reset(actor=actor, confirmation_id=row.confirmation_id, code=code, new_password=new_password)


def forget_old_help_requests() -> int:
    """What nobody decided within 72 hours is over, and its evidence gone. System-only: clockwork."""
    overdue = HelpRequest.objects.filter(state="open", expires_at__lte=clock.now())
    return overdue.update(state="expired", sealed="")


def _visitor(entries: NewHelpRequest) -> Knock:
    if entries.account_id is None:
        return knock(entries.login)
    account = Account.objects.get(pk=entries.account_id)
    return Knock(account.email, account)


def _approve(row: HelpRequest, account: Account, content: dict[str, Any]) -> None:
    if row.asked == HelpRequest.Asked.FACTORS:
        for factor in FACTORS.values():
            factor.rows.filter(account_id=account.pk).delete()
        forget_set(account_id=account.pk)
        browsers.forget_trust(account.pk)
        return
    opened = open_confirmation(
        purpose="password_reset",
        email=content["contact"],
        payload={"account_id": account.pk},
        account_id=account.pk,
        valid_for=KEPT,
    )
    row.confirmation_id = opened.id
    _write(content, "identity/email/help_code", account_id=account.pk, code=opened.code)


def _tell(account: Account, template: str, *, asked: str) -> None:
    login = "" if is_withdrawn(account.email) else account.email
    context = {"name": account.display_name, "asked": asked}
    for reader in sorted({login, account.recovery_email} - {""}):
        notify.send(template, recipient=reader, language=account.language, context=context, account_id=account.pk)


def _tell_by_text_message(account: Account) -> None:
    """The number is one of the addresses that are told (SEC-037)."""
    if account.phone and is_mobile(account.phone) and notify.can_send_sms():
        notify.send_sms(
            "identity/sms/help_approved",
            recipient=account.phone,
            language=account.language,
            context={},
            account_id=account.pk,
        )


def _write(content: dict[str, Any], template: str, *, account_id: int | None, **more: str) -> None:
    context = {"name": content["name"], **more}
    notify.send(
        template,
        recipient=content["contact"],
        language=content["language"],
        context=context,
        account_id=account_id,
    )


def _content(row: HelpRequest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(secrets.decrypt(row.sealed))
    return content


def _checked(entries: NewHelpRequest) -> NewHelpRequest:
    try:
        contact = normalised_login(entries.contact)
    except Invalid as bad:
        raise Invalid(*(FieldError("contact", each.rule, each.text) for each in bad.errors)) from bad
    return NewHelpRequest(
        entries.asked if entries.asked == "factors" else "password",
        checked_key(entries.login) if entries.account_id is None else "",
        checked_name("name", entries.name),
        contact,
        entries.story[:_LONGEST_STORY],
        entries.account_id,
    )
