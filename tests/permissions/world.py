"""One organisation with somebody in every role, another one next door, and one thing of each kind in both.

A new path parameter joins MAKERS: a function of the Place that makes (or names) one such thing and gives its id.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from allauth.usersessions.models import UserSession

from stellwerk.billing.models import CartLine
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.address_book.builders import an_address
from stellwerk.billing.tests.builders import a_withdrawal, an_open_invoice
from stellwerk.foundation import clock, secrets
from stellwerk.foundation.actor import Actor, Role
from stellwerk.identity import queries as identity
from stellwerk.identity.models import Account, ApplicationConsent, ApprovalDevice, KnownBrowser, Passkey
from stellwerk.identity.services import NewApplicationPassword, create_application_password, create_token
from stellwerk.identity.services.approve import open_link
from stellwerk.identity.services.oauth.applications import NewApplication, register_application
from stellwerk.identity.services.pictures import set_picture
from stellwerk.identity.services.sign_in_data import start_phone_change, start_recovery_email_change
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.identity.tests.uploads import an_upload
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.queries import invited_people
from stellwerk.organisations.rules.invitation_lists import listed_people
from stellwerk.organisations.services.invitations import NewInvitation, invite, invite_many
from stellwerk.organisations.services.logo import set_logo
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests import builders as people
from stellwerk.products.models import ProductGrant
from stellwerk.products.rules import WHOLE, Right
from stellwerk.products.services import EVERYTHING, Holder, create_tag, set_access
from stellwerk.products.services.transfers import NewTransfer, start_transfer
from stellwerk.products.tests.builders import a_product_of, granted

ROLES = ("owner", "admin", "billing", "normal", "external", "outsider", "anonymous")


@dataclass(frozen=True)
class Place:
    """Where a thing is made: an organisation with its legal representative, and the person who calls.

    `number` sets things of one kind apart that are made in one place.
    """

    organisation: Organisation
    owner: Account
    caller: Account | None
    number: int = 1

    @property
    def acting_owner(self) -> Actor:
        return people.acting(self.owner, self.organisation)

    @property
    def acting_caller(self) -> Actor:
        return people.a_stranger_actor(self.caller) if self.caller else Actor()


def a_token_id(place: Place) -> int:
    token, _raw = create_token(
        actor=place.acting_caller, account_id=place.caller.pk, name="of the matrix", scopes=["products:read"]
    )
    return token.pk


def an_application_password_id(place: Place) -> int:
    stored, _raw = create_application_password(
        actor=place.acting_caller,
        account_id=place.caller.pk,
        entries=NewApplicationPassword(name="of the matrix"),
    )
    return stored.pk


def an_application_id(place: Place) -> str:
    entries = NewApplication(name="Of the matrix", description="An application.", scopes=("openid",))
    return register_application(actor=place.acting_caller, account_id=place.caller.pk, entries=entries).client_id


def a_consent_id(place: Place) -> int:
    return ApplicationConsent.objects.create(
        account=place.caller, client_id=an_application_id(place), granted_at=clock.now()
    ).pk


def a_device_link_id(place: Place) -> int:
    return open_link(actor=place.acting_caller, account_id=place.caller.pk).id


def a_device_id(place: Place) -> int:
    key = f"of the matrix {place.caller.pk} {place.number}"
    return ApprovalDevice.objects.create(
        account=place.caller, handle=uuid.uuid4(), name="Phone", kind="phone", public_key=key, sealed_seed="-",
        created_at=clock.now(),
    ).pk  # fmt: skip


def a_session_id(place: Place) -> int:
    return UserSession.objects.create(
        user=place.caller,
        session_key=f"of the matrix {place.caller.pk} {place.number}",
        ip="192.0.2.1",
        user_agent="Browser",
    ).pk


def an_email_id(place: Place) -> int:
    """A recovery address that waits for its code."""
    me = place.caller
    start_recovery_email_change(
        actor=place.acting_caller, account_id=me.pk, new_email=f"r{me.pk}@example.org", current_password=people.PASSWORD
    )
    return identity.sign_in_data(me.pk).pending["recovery_email"].id


def a_phone_id(place: Place) -> int:
    """A number that waits for its code."""
    me = place.caller
    start_phone_change(
        actor=place.acting_caller, account_id=me.pk, new_phone=f"+4179{me.pk:07}", current_password=people.PASSWORD
    )
    return identity.sign_in_data(me.pk).pending["phone"].id


def a_factor_id(place: Place) -> int:
    return a_totp_app_of(place.caller).pk


def a_browser_id(place: Place) -> int:
    return KnownBrowser.objects.create(
        account=place.caller,
        digest=secrets.digest(secrets.new_secret("browser")),
        first_seen_at=place.caller.created_at,
    ).pk


def a_passkey_id(place: Place) -> int:
    return Passkey.objects.create(
        account=place.caller, name="Key", credential_id=secrets.new_secret("matrix"), credential_data=b"",
        user_handle="aGFuZGxl", aaguid="", created_at=clock.now(),
    ).pk  # fmt: skip


def a_logo(place: Place) -> str:
    """The last part of the address of the organisation's logo."""
    drawn = an_upload(size=(50 + place.organisation.pk % 97, 30))  # two organisations, two logos
    shown = set_logo(actor=place.acting_owner, organisation_id=place.organisation.pk, content=drawn)
    return f"{shown.logo_sha256}.webp"


def a_picture(place: Place) -> str:
    """The last part of the address of a member's picture."""
    member = people.a_member_of(place.organisation)
    shown = set_picture(actor=people.a_stranger_actor(member), account_id=member.pk, content=an_upload())
    return f"{member.pk}-{shown.picture_sha256}.webp"


def an_invitation_id(place: Place) -> int:
    entries = NewInvitation(email=f"invited-{place.number}@example.ch", role=Role.COLLABORATOR)
    return invite(actor=place.acting_owner, organisation_id=place.organisation.pk, entries=entries).pk


def an_invitation_list_id(place: Place) -> int:
    owner, here = place.acting_owner, place.organisation.pk
    people = invited_people(owner, here, people=listed_people(f"listed-{place.number}@example.ch"))
    settings = NewInvitation(email="", role=Role.COLLABORATOR)
    return invite_many(actor=owner, organisation_id=here, people=people, settings=settings).pk


def a_team_id(place: Place) -> int:
    """Everybody who is there already is in it."""
    here = {"actor": place.acting_owner, "organisation_id": place.organisation.pk}
    team = create_team(**here, name=f"Team of the matrix {place.number}", color="blue")
    members = place.organisation.memberships.values_list("account_id", flat=True)
    add_to_team(**here, team_id=team.pk, account_ids=list(members))
    return team.pk


def a_product_id(place: Place) -> int:
    """A product that the collaborator with billing access may change and the external may look at."""
    product = a_product_of(place.organisation)
    grants = {Role.COLLABORATOR: Right.TECHNICAL, Role.EXTERNAL: Right.STATISTIC}
    for membership in place.organisation.memberships.filter(role__in=grants).order_by("pk"):
        if membership.role == Role.EXTERNAL or membership.has_billing_access:
            granted(place.acting_owner, product, to=membership.account_id, rights=[grants[Role(membership.role)]])
    return product.pk


def a_grant_id(place: Place) -> int:
    """A right of a collaborator on everything."""
    member = people.a_member_of(place.organisation)
    set_access(
        actor=place.acting_owner, organisation_id=place.organisation.pk, holder=Holder(account_id=member.pk),
        target=EVERYTHING, rights=[WHOLE],
    )  # fmt: skip
    return ProductGrant.objects.get(account=member).pk


def a_transfer_id(place: Place) -> int:
    """Open, with its link in a mail."""
    entries = NewTransfer(
        product_ids=(a_product_of(place.organisation).pk,), way="email", email=f"receiver-{place.number}@example.ch",
        accepts_terms=True, confirms_warnings=True,
    )  # fmt: skip
    return start_transfer(actor=place.acting_owner, organisation_id=place.organisation.pk, entries=entries).pk


def a_tag_id(place: Place) -> int:
    return create_tag(actor=place.acting_owner, organisation_id=place.organisation.pk, name=f"Shop {place.number}")


def a_cart_line_id(place: Place) -> int:
    entries = NewCartLine(
        offer_code="domain-ch", period_months=12, target=f"cart-{place.number}-{place.organisation.pk}.ch"
    )
    return add_to_cart(actor=place.acting_owner, organisation_id=place.organisation.pk, entries=entries)


def an_order_id(place: Place) -> int:
    """Unpaid, by bank transfer: its invoice is open. An order takes the whole cart, whose line is put back."""
    waiting = list(CartLine.objects.filter(cart__organisation=place.organisation))
    entries = NewCartLine(
        offer_code="domain-ch", period_months=12, target=f"order-{place.number}-{place.organisation.pk}.ch"
    )
    add_to_cart(actor=place.acting_owner, organisation_id=place.organisation.pk, entries=entries)
    last_word = Checkout(means="bank_transfer", accepts_terms=True)
    order = place_order(actor=place.acting_owner, organisation_id=place.organisation.pk, entries=last_word)
    CartLine.objects.bulk_create(waiting)
    return order.pk


def an_invoice_id(place: Place) -> int:
    return an_open_invoice(place.organisation).pk


def a_top_up_id(place: Place) -> int:
    owner, organisation = place.acting_owner, place.organisation
    return request_top_up(actor=owner, organisation_id=organisation.pk, amount_minor=5000, currency="CHF").pk


def an_address_id(place: Place) -> int:
    return an_address(place.organisation, f"Branch {place.number}", actor=place.acting_owner)


def a_withdrawal_id(place: Place) -> int:
    return a_withdrawal(place.organisation, actor=place.acting_owner).pk


# Things of an organisation: another organisation's must not exist for us.
OF_AN_ORGANISATION: dict[str, Callable[[Place], object]] = {
    "organisation_id": lambda place: place.organisation.pk,
    "user_id": lambda place: people.a_member_of(place.organisation).pk,
    "picture": a_picture,
    "logo": a_logo,
    "invitation_id": an_invitation_id,
    "list_id": an_invitation_list_id,
    "team_id": a_team_id,
    "product_id": a_product_id,
    "grant_id": a_grant_id,
    "tag_id": a_tag_id,
    "transfer_id": a_transfer_id,
    "line_id": a_cart_line_id,
    "order_id": an_order_id,
    "invoice_id": an_invoice_id,
    "top_up_id": a_top_up_id,
    "withdrawal_id": a_withdrawal_id,
    "address_id": an_address_id,
}
# Things of one person: another person's must not exist for us.
OF_A_PERSON: dict[str, Callable[[Place], object]] = {
    "token_id": a_token_id,
    "application_id": an_application_id,
    "consent_id": a_consent_id,
    "password_id": an_application_password_id,
    "session_id": a_session_id,
    "browser_id": a_browser_id,
    "passkey_id": a_passkey_id,
    "email_id": an_email_id,
    "phone_id": a_phone_id,
    "factor_id": a_factor_id,
    "link_id": a_device_link_id,
    "device_id": a_device_id,
}
# Facts of the world and words of an address: the same for everybody.
OF_EVERYBODY: dict[str, object] = {
    "offer_code": "web-hosting",
    "file_id": "SW-2026-000001",
    "place": 0,  # of a choice in the session at hand
    "change": "recovery-email",
    "help_secret": "forged",  # whoever holds the real one sees its state
    "email_type": "recovery",
    "method": "totp",
    "country_id": 756,
    "link": secrets.new_secret("stw_inv"),  # whoever holds a link may open it; this one is over (410)
    "transfer_link": secrets.new_secret("stw_mov"),  # the same
    "kind": "billing",
    "size": "192",
    "uuid": "00000000-0000-4000-8000-000000000000",  # the key of a device decides who sees a request, not a person
    "language_id": 1,
    "topic": "teams",
    "destination": "members",
    "kind_code": "domain-name",
    "token": "forged",  # a link to a document shows nothing but that document, to whoever holds it
    "timezone_id": zlib.crc32(b"Europe/Zurich"),
    "action_id": zlib.crc32(b"token_created"),
}


@dataclass
class World:
    """Acme, whose people call, and Fremde, whose things they must not find."""

    acme: Organisation
    fremde: Organisation
    people: dict[str, Account]
    fremde_owner: Account
    _made: dict[tuple[str, int | None, bool], object] = field(default_factory=dict)

    def own(self, parameter: str, role: str) -> object:
        """The value of a path parameter for a caller in this role: a thing of Acme, or one of the caller's own."""
        return self._value(
            parameter, Place(self.acme, self.people["owner"], self.people.get(role)), role == "anonymous"
        )

    def foreign(self, parameter: str) -> object:
        """A thing of the other organisation, or of its owner."""
        return self._value(parameter, Place(self.fremde, self.fremde_owner, self.fremde_owner), is_stranger=False)

    def remember(self, parameter: str, place: Place, value: object) -> None:
        """The value to use from now on, made elsewhere."""
        self._made[
            parameter, (place.caller if parameter in OF_A_PERSON else place.organisation).pk, parameter in OF_A_PERSON
        ] = value

    def _value(self, parameter: str, place: Place, is_stranger: bool) -> object:  # noqa: FBT001
        if parameter in OF_EVERYBODY:
            return OF_EVERYBODY[parameter]
        if parameter in OF_A_PERSON:
            if is_stranger:
                return 1
            key, make = (parameter, place.caller.pk, True), OF_A_PERSON[parameter]
        else:
            key, make = (parameter, place.organisation.pk, False), OF_AN_ORGANISATION[parameter]
        if key not in self._made:
            self._made[key] = make(place)
        return self._made[key]


def known_parameters() -> set[str]:
    return {*OF_AN_ORGANISATION, *OF_A_PERSON, *OF_EVERYBODY}


def build() -> World:
    owner, outsider = people.a_person("Olga", "Owner"), people.a_person("Otto", "Aussen")
    acme, fremde = people.an_organisation("Acme AG", of=owner), people.an_organisation("Fremde AG", of=outsider)
    everybody = {
        "owner": owner,
        "admin": people.a_member_of(acme, Role.ADMINISTRATOR),
        "billing": people.a_member_of(acme, Role.COLLABORATOR, billing=True),
        "normal": people.a_member_of(acme, Role.COLLABORATOR),
        "external": people.a_member_of(acme, Role.EXTERNAL),
        "outsider": outsider,
    }
    return World(acme, fremde, everybody, outsider)
