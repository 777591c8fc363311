"""Messages to people. One template per message; the default driver keeps them on the outbox page.

A template `room/email/name.txt` begins with the subject on its first line, then an empty line, then the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from babel.dates import format_date
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, jobs
from stellwerk.foundation.errors import DomainError
from stellwerk.foundation.events import DomainEvent
from stellwerk.foundation.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet


_SECONDS_FOR_THE_GATEWAY = 10
_KEYS_AT_ONCE = 500
_LOCALES = {"de": "de_CH", "fr": "fr_CH", "it": "it_CH", "en": "en_GB", "es": "es_ES"}


class SmsUnavailable(DomainError):
    code = "sms_unavailable"
    status = 503
    text = _("This instance sends no text messages. Choose another way.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(DomainEvent):
    """An automatic e-mail of an organisation (ORG-101). The text stays in the message, not in the log."""

    sentence: ClassVar = _("The e-mail “%(subject)s” was sent to %(person)s")
    kind: ClassVar = "messages"
    message_id: int
    template: str
    subject: str
    person: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message as the outbox page shows it."""

    id: int
    channel: str
    recipient: str
    subject: str
    body: str
    created_at: datetime
    handed_over_at: datetime | None


def send(  # noqa: PLR0913  a message has this many facts
    template: str,
    *,
    recipient: str,
    language: str,
    context: Mapping[str, Any],
    organisation_id: int | None = None,
    account_id: int | None = None,
    unique_key: str | None = None,
) -> None:
    """Render in the reader's language and store, in the caller's transaction; a driver hands it over afterwards.

    A second call with the same `unique_key` adds nothing: handlers use the event's id in it.
    """
    subject, _break, body = _text(template, language, context).partition("\n")
    message = Message(
        template=template,
        language=language,
        recipient=_one_line(recipient),
        subject=_one_line(subject)[:300],
        body=re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n",  # a part left out leaves no hole
        organisation_id=organisation_id,
        account_id=account_id,
        unique_key=unique_key,
        created_at=clock.now(),
    )
    if not _keep(message):
        return
    if organisation_id is not None:
        _note(message, person=str(context.get("name") or message.recipient))
    if settings.NOTIFICATION_DRIVER == "smtp":
        jobs.enqueue(hand_over, {"message_id": message.pk}, unique_key=f"message:{message.pk}")


def known_keys(unique_keys: Iterable[str]) -> set[str]:
    """Those under which a message exists already: clockwork that repeats itself asks before it renders."""
    keys = list(unique_keys)
    found: set[str] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        rows = Message.objects.filter(unique_key__in=keys[start : start + _KEYS_AT_ONCE])
        found.update(key for key in rows.values_list("unique_key", flat=True) if key is not None)
    return found


def can_send_sms() -> bool:
    """Whether this instance reaches telephones; what needs one is hidden otherwise (Q23)."""
    return settings.SMS_DRIVER != "none"


def send_sms(
    template: str,
    *,
    recipient: str,
    language: str,
    context: Mapping[str, Any],
    account_id: int | None = None,
    unique_key: str | None = None,
) -> None:
    """A text message to the number `recipient` (E.164), stored in the caller's transaction like `send`.

    The template `room/sms/name.txt` is the text, without a subject; keep it within 160 characters. Raises
    SmsUnavailable where the instance has no way to send one.
    """
    if not can_send_sms():
        raise SmsUnavailable
    message = Message(
        channel=Message.Channel.SMS,
        template=template,
        language=language,
        recipient=_one_line(recipient),
        subject="",
        body=_one_line(_text(template, language, context)),
        account_id=account_id,
        unique_key=unique_key,
        created_at=clock.now(),
    )
    if _keep(message) and settings.SMS_DRIVER == "http":
        jobs.enqueue(hand_over_sms, {"message_id": message.pk}, unique_key=f"message:{message.pk}")


def _text(template: str, language: str, context: Mapping[str, Any]) -> str:
    with translation.override(language):
        return render_to_string(f"{template}.txt", {**context, "language": language, "site_url": settings.SITE_URL})


def _keep(message: Message) -> bool:
    """Whether the message is new; a known unique key adds nothing."""
    if message.unique_key is not None and Message.objects.filter(unique_key=message.unique_key).exists():
        return False
    message.save(force_insert=True)
    return True


def _note(message: Message, *, person: str) -> None:
    sent = MessageSent(
        organisation_id=message.organisation_id,
        message_id=message.pk,
        template=message.template,
        subject=message.subject,
        person=person,
        account_id=message.account_id,
    )
    with transaction.atomic(savepoint=False):  # the caller's, or one of its own
        events.publish(sent)


@jobs.external_task("foundation.hand_over_message")
def hand_over(message_id: int) -> None:
    """Give one message to the mail server. The Message-ID is fixed, so that a repetition is recognised as one."""
    message = Message.objects.get(pk=message_id)
    if message.handed_over_at is not None:
        return
    EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.recipient],
        headers={"Message-ID": f"<message-{message.pk}@stellwerk>", "Content-Language": message.language},
    ).send()
    Message.objects.filter(pk=message.pk).update(handed_over_at=clock.now())


@jobs.external_task("foundation.hand_over_sms")
def hand_over_sms(message_id: int) -> None:
    """Give one text message to the operator's gateway: a JSON POST with `to`, `text` and the id that makes it one.

    An answer other than 2xx raises, and the job is tried again later.
    """
    import httpx  # only the worker that sends needs it

    message = Message.objects.get(pk=message_id)
    if message.handed_over_at is not None:
        return
    answer = httpx.post(
        settings.SMS_GATEWAY_URL,
        json={"id": f"message-{message.pk}", "to": message.recipient, "text": message.body},
        headers={"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"} if settings.SMS_GATEWAY_TOKEN else {},
        timeout=_SECONDS_FOR_THE_GATEWAY,
    )
    answer.raise_for_status()
    Message.objects.filter(pk=message.pk).update(handed_over_at=clock.now())


def date_in_words(day: date, *, language: str) -> str:
    """A date for a sentence of a mail: 20 November 2026, 20 de noviembre de 2026."""
    return format_date(day, "long", locale=_LOCALES[language])


def moment_in_words(moment: datetime, *, language: str) -> str:
    """Date and time in the operator's zone: 20 November 2026, 09:14; in German with "Uhr", in French with "à"."""
    local = moment.astimezone(clock.operator_zone())
    with translation.override(language):
        # Translators: a moment inside a sentence, for example "20 November 2026, 09:14".
        pattern = gettext("%(long_date)s, %(time)s")
    return pattern % {"long_date": date_in_words(local.date(), language=language), "time": f"{local:%H:%M}"}


def outbox_rows(*, search: str = "", limit: int = 50, skip: int = 0) -> list[OutboxRow]:
    """The newest messages first."""
    rows = _found(search).order_by("-pk")
    columns = ("pk", "channel", "recipient", "subject", "body", "created_at", "handed_over_at")
    return [OutboxRow(*row) for row in rows.values_list(*columns)[skip : skip + limit]]


def outbox_total(*, search: str = "") -> int:
    return _found(search).count()


def _found(search: str) -> QuerySet[Message]:
    if not search:
        return Message.objects.all()
    return Message.objects.filter(Q(recipient__icontains=search) | Q(subject__icontains=search))


def _one_line(text: str) -> str:
    """Header values never carry a line break, whatever a name or address contains."""
    return " ".join(text.split())
