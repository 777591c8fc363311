"""Applications that people register, and the access they end again (API-031…033)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.identity import policy
from stellwerk.identity.events import (
    ApplicationAccessEnded,
    ApplicationDeleted,
    ApplicationRegistered,
    ApplicationSecretRenewed,
)
from stellwerk.identity.events.programs import ApplicationChanged
from stellwerk.identity.models import ApplicationConsent
from stellwerk.identity.rules import CLIENT_SECRET_PREFIX, SCOPES, RedirectRefused, checked_redirect
from stellwerk.identity.services.entries import checked_name
from stellwerk.identity.services.oauth.endings import end, end_access
from stellwerk.identity.services.oauth.exchange import DEVICE_GRANT

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_MOST_REDIRECTS = 10
_LONGEST_DESCRIPTION = 500
_GRANTS = {
    True: ("authorization_code", "refresh_token", DEVICE_GRANT),
    False: ("authorization_code", "refresh_token", "client_credentials"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """`is_public`: it runs on the devices of its users and can keep no secret."""

    name: str
    description: str = ""
    redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    is_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationChange:
    """The whole of what may change."""

    name: str
    description: str = ""
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisteredApplication:
    """`secret` exists only in this answer, and is empty for a public application."""

    client_id: str
    secret: str


@transaction.atomic
def register_application(*, actor: Actor, account_id: int, entries: NewApplication) -> RegisteredApplication:
    """A new application of a person (API-031).

    Refusals in order: policy, then Invalid for name, description, scopes or redirect addresses. Publishes
    ApplicationRegistered.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    name = checked_name("name", entries.name)
    description = checked_name("description", entries.description, longest=_LONGEST_DESCRIPTION)
    if not entries.scopes or set(entries.scopes) - set(SCOPES):
        raise Invalid(FieldError("scopes", "in", _("Choose at least one of the offered scopes."), tuple(SCOPES)))
    secret = "" if entries.is_public else secrets.new_secret(CLIENT_SECRET_PREFIX)
    client = Client(
        name=name,
        owner_id=account_id,
        type=Client.Type.PUBLIC if entries.is_public else Client.Type.CONFIDENTIAL,
        secret=secrets.digest(secret) if secret else "",
        created_at=clock.now(),
        data={"description": description},
    )
    client.set_scopes([scope for scope in SCOPES if scope in entries.scopes])
    client.set_grant_types(list(_GRANTS[entries.is_public]))
    client.set_redirect_uris(_checked_redirects("redirect_uris", entries.redirect_uris, is_public=entries.is_public))
    client.save(force_insert=True)
    events.publish(ApplicationRegistered(client_id=client.pk, name=name), actor=actor)
    return RegisteredApplication(client.pk, secret)


@transaction.atomic
def change_application(*, actor: Actor, account_id: int, client_id: str, entries: ApplicationChange) -> None:
    """Another name, description or other addresses; what people allowed stays. The same again changes nothing.

    Refusals in order: policy, NotFound for another person's, then Invalid for name, description or addresses.
    Publishes ApplicationChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    client = _own(account_id, client_id)
    is_public = client.type == Client.Type.PUBLIC
    before = (client.name, client.data, client.get_redirect_uris())
    client.name = checked_name("name", entries.name)
    client.data = {
        **(client.data or {}),
        "description": checked_name("description", entries.description, longest=_LONGEST_DESCRIPTION),
        "post_logout_redirect_uris": _checked_redirects(
            "post_logout_redirect_uris", entries.post_logout_redirect_uris, is_public=is_public
        ),
    }
    client.set_redirect_uris(_checked_redirects("redirect_uris", entries.redirect_uris, is_public=is_public))
    if before != (client.name, client.data, client.get_redirect_uris()):
        client.save(update_fields=["name", "data", "redirect_uris"])
        events.publish(ApplicationChanged(client_id=client.pk, name=client.name), actor=actor)


@transaction.atomic
def renew_application_secret(*, actor: Actor, account_id: int, client_id: str) -> str:
    """A new secret; the old one and all tokens of the application for itself are refused from now on.

    Refusals in order: policy, NotFound for another person's or a public application. Publishes
    ApplicationSecretRenewed.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    client = _own(account_id, client_id)
    if client.type == Client.Type.PUBLIC:
        raise NotFound
    secret = secrets.new_secret(CLIENT_SECRET_PREFIX)
    client.secret = secrets.digest(secret)
    client.save(update_fields=["secret"])
    end(Token.objects.filter(client=client, user=None))
    events.publish(ApplicationSecretRenewed(client_id=client.pk, name=client.name), actor=actor)
    return secret


@transaction.atomic
def delete_application(*, actor: Actor, account_id: int, client_id: str) -> None:
    """The application with all its tokens and consents is gone. Refusals as above. Publishes ApplicationDeleted."""
    require(policy.can_manage_secrets_of(actor, account_id))
    client = _own(account_id, client_id)
    events.publish(ApplicationDeleted(client_id=client.pk, name=client.name), actor=actor)
    client.delete()


@transaction.atomic
def end_application_access(*, actor: Actor, account_id: int, consent_id: int) -> None:
    """Take back what a person allowed an application (API-033); its tokens end at once.

    Refusals in order: policy, NotFound for another person's. Publishes ApplicationAccessEnded.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    rows = ApplicationConsent.objects.select_for_update(of=("self",)).select_related("client")
    consent = rows.filter(pk=consent_id, account_id=account_id).first()
    if consent is None:
        raise NotFound
    end_access(consent.client_id, account_id)
    events.publish(ApplicationAccessEnded(client_id=consent.client_id, name=consent.client.name), actor=actor)
    consent.delete()


@transaction.atomic
def end_all_application_access(*, actor: Actor, account_id: int) -> int:
    """Take back what a person allowed every application; answers how many they were (ID-064).

    Refusals: policy. A second call finds none. Publishes ApplicationAccessEnded for each.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    rows = ApplicationConsent.objects.select_for_update(of=("self",)).select_related("client")
    consents = list(rows.filter(account_id=account_id).order_by("pk"))
    for consent in consents:
        end_access(consent.client_id, account_id)
    ended = [ApplicationAccessEnded(client_id=each.client_id, name=each.client.name) for each in consents]
    events.publish_many(ended, actor=actor)
    ApplicationConsent.objects.filter(pk__in=[each.pk for each in consents]).delete()
    return len(consents)


def _own(account_id: int, client_id: str) -> Client:
    client = Client.objects.select_for_update().filter(pk=client_id, owner_id=account_id).first()
    if client is None:
        raise NotFound
    return client


def _checked_redirects(field: str, entries: tuple[str, ...], *, is_public: bool) -> list[str]:
    addresses = list(dict.fromkeys(raw.strip() for raw in entries if raw.strip()))
    try:
        checked = [checked_redirect(raw, is_public=is_public) for raw in addresses]
    except RedirectRefused as refused:
        text = _("Enter complete addresses that begin with https://, one per line, without * and #.")
        raise Invalid(FieldError(field, "url", text)) from refused
    if len(checked) > _MOST_REDIRECTS:
        raise Invalid(FieldError(field, "max_items", _("This is too long. Shorten it.")))
    return checked
