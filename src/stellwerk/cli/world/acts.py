"""What people of the demo world do: each act calls the service a page would call."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from stellwerk.billing.queries.expected_transfers import expected_transfers
from stellwerk.billing.services.addresses import NewAddress, add_address, choose_product_address
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_out import finish_withdrawal, send_withdrawals
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.services.withdraw import NewWithdrawal, request_withdrawal
from stellwerk.cli.world.bank import Credit, statement
from stellwerk.cli.world.cast import PASSWORD
from stellwerk.foundation import clock, jobs, notify
from stellwerk.foundation.actor import Actor, Through
from stellwerk.identity.services import create_account
from stellwerk.identity.services.create_account import NewAccount
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services import NewOrganisation, found_organisation
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.cli.world.cast import Person, Post

BANK = Actor(through=Through.OPERATOR, name="Stellwerk")


def comes_along(person: Person, *, is_operator: bool = False) -> Actor:
    """An account; answers its owner."""
    account = create_account(
        actor=Actor(through=Through.COMMAND_LINE),
        entries=NewAccount(
            email=person.email,
            password=PASSWORD,
            first_name=person.first_name,
            last_name=person.last_name,
            phone="+41313000000",
            language=person.language,
            is_operator=is_operator,
        ),
        is_confirmed=True,
    )
    return Actor(account_id=account.pk, name=account.display_name)


def founds(founder: Actor, entries: NewOrganisation) -> int:
    """The id of a new organisation with `founder` as legal representative."""
    return int(found_organisation(actor=founder, entries=entries).pk)


def founds_home(founder: Actor, person: Person) -> int:
    """The private organisation that everybody gets who signs up without an invitation (ID-004)."""
    entries = NewOrganisation(
        name=f"{person.first_name} {person.last_name}", kind="individual", street="Quellenweg", building_number="4",
        postal_code=person.postal_code, town=person.town, country="CH", phone="+41313000000",
        language=person.language,
    )  # fmt: skip
    return founds(founder, entries)


def brings_in(inviter: Actor, organisation_id: int, *, post: Post, invited: Actor) -> None:
    """Invite by mail; the invited person follows the link of that mail."""
    entries = NewInvitation(
        email=post.person.email, role=post.role, first_name=post.person.first_name, last_name=post.person.last_name,
        language=post.person.language, has_billing_access=post.has_billing_access,
    )  # fmt: skip
    invite(actor=standing(inviter, organisation_id), organisation_id=organisation_id, entries=entries)
    jobs.run_due_jobs()
    accept_invitation(actor=invited, raw_link=_link_mailed_to(post.person.email))


def orders(
    buyer: Actor, organisation_id: int, *, lines: Iterable[NewCartLine], means: str = "bank_transfer",
    renews_automatically: bool = False,
) -> None:  # fmt: skip
    """Fill the cart and order it."""
    actor = standing(buyer, organisation_id)
    for line in lines:
        add_to_cart(actor=actor, organisation_id=organisation_id, entries=line)
    checkout = Checkout(
        means=means, accepts_terms=True, wants_immediate_start=True, renews_automatically=renews_automatically
    )
    place_order(actor=actor, organisation_id=organisation_id, entries=checkout)
    jobs.run_due_jobs()


def tops_up(buyer: Actor, organisation_id: int, *, amount_minor: int, currency: str) -> None:
    """Announce a deposit."""
    actor = standing(buyer, organisation_id)
    request_top_up(actor=actor, organisation_id=organisation_id, amount_minor=amount_minor, currency=currency)


def adds_address(buyer: Actor, organisation_id: int, *, entries: NewAddress) -> int:
    """A further billing address."""
    return add_address(actor=standing(buyer, organisation_id), organisation_id=organisation_id, entries=entries)


def withdraws(person: Actor, organisation_id: int, *, amount_minor: int, currency: str, iban: str) -> None:
    """Prepaid money goes back to the organisation's bank; the operator sends it, and the bank has paid it."""
    holder = organisations.organisation_row(organisation_id)
    made = request_withdrawal(
        actor=standing(person, organisation_id),
        organisation_id=organisation_id,
        entries=NewWithdrawal(
            amount_minor=amount_minor, currency=currency, holder=holder.name if holder else "", iban=iban
        ),
        current_password=PASSWORD,
    )
    send_withdrawals(actor=BANK, withdrawal_ids=[made.pk])
    finish_withdrawal(actor=BANK, withdrawal_id=made.pk)
    jobs.run_due_jobs()


def invoices_product_to(buyer: Actor, organisation_id: int, *, name: str, address_id: int) -> None:
    """The renewals of what is called so go to this address from now on."""
    called = products.due_terms(organisation_id, narrowed=products.DueFilter(until=date.max, search=name))
    choose_product_address(
        actor=standing(buyer, organisation_id),
        organisation_id=organisation_id,
        product_ids=[each.id for each in called if each.id],
        address_id=address_id,
    )


def pays_everything(organisation_id: int) -> None:
    """The organisation's bank pays each open document exactly; the operator imports the statement of that day."""
    payer = organisations.organisation_row(organisation_id)
    for due in expected_transfers(organisation_id):
        credit = Credit(
            iban=due.iban, amount_minor=due.amount_minor, currency=due.currency, reference=due.reference,
            debtor_name=payer.name if payer else "", booked_on=clock.today(),
        )  # fmt: skip
        import_bank_file(actor=BANK, content=statement(credit), file_name=f"{due.number}.xml")
    jobs.run_due_jobs()


def standing(person: Actor, organisation_id: int) -> Actor:
    """The person at work in this organisation, with the role held there today."""
    return organisations.standing(person, organisation_id)


def _link_mailed_to(email: str) -> str:
    message = notify.outbox_rows(search=email, limit=1)[0]
    found = re.search(r"/invitations/([\w-]+)", message.body)
    if found is None:
        raise LookupError(f"No invitation link in the mail to {email}")
    return found[1]
