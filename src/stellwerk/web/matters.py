"""What needs attention, from every room, the most pressing first: suspended and expiring products, open invoices,
invitations and products offered that wait for the person, and whether the own data are still right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stellwerk.billing.queries.invoices import InvoiceFilter, Status, invoice_rows
from stellwerk.foundation import clock
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products
from stellwerk.web import formats, navigation
from stellwerk.web.shell import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stellwerk.billing.queries.invoices import InvoiceRow
    from stellwerk.billing.queries.renewals import Announcement
    from stellwerk.organisations.queries import InvitationRow
    from stellwerk.products.queries import AttentionRow, TransferOffer
    from stellwerk.web.house import House

_INVOICES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One line: what it is, what more there is to say, and the one thing to do about it."""

    title: str
    detail: str
    tone: Tone
    url: str = ""
    action: str = ""
    action_label: str = ""  # the action with the name of the thing, for whoever hears only the button


def matters(house: House, *, email: str, is_check_due: bool = False) -> list[Matter]:
    """`email` is the login that invitations and transfers are addressed to; with `is_check_due` the person should look
    through the own data. Four queries, three for whoever does not pay; one more where something expires.
    """
    found = [*_products(house), *_invoices(house), *map(_invitation, organisations.open_invitations_of(email))]
    found += map(_offer, products.transfers_offered_to(email))
    if is_check_due:
        found.append(_data_check())
    return sorted(found, key=lambda matter: matter.tone is not Tone.BAD)


def _data_check() -> Matter:
    """From time to time (ID-048)."""
    return Matter(
        title=_("Are your data still right?"),
        detail=_("Rights follow the named holder: look through your personal data and those of your organisations."),
        tone=Tone.INFO,
        url=navigation.address("identity:profile"),
        action=_("Check"),
        action_label=_("Check your data"),
    )


def _products(house: House) -> Iterator[Matter]:
    pays = house.actor.has_billing_access
    page = navigation.address("billing:to-pay", house.organisation_id) if pays else ""
    for row in house.attention:
        matter = Matter(
            title=_expiry(row),
            detail=f"{row.kind_name} · " + _("Paid until %(day)s.") % {"day": formats.date_long(row.last_on)},
            tone=Tone.BAD if row.is_suspended or row.days_left <= 0 else Tone.WARN,
            url=_ticked(page, f"p{row.product_id}"),
            action=_("Renew"),
            action_label=_("Renew %(name)s") % {"name": row.name},
        )
        invoice = house.announced.get(row.product_id)
        yield _announced(matter, invoice, house.organisation_id) if invoice else matter


def _announced(matter: Matter, invoice: Announcement, organisation_id: int | None) -> Matter:
    """Renewed once is enough: what is left to do is to pay the invoice that stands for it (BIL-012)."""
    values = {"number": invoice.number, "amount": formats.money(invoice.open_minor, invoice.currency)}
    text = _("Renewal announced: invoice %(number)s over %(amount)s must still be paid.") % values
    return replace(
        matter,
        detail=text,
        url=reverse("billing:invoice", args=[organisation_id, invoice.invoice_id]),
        action=_("Pay"),
        action_label=_("Pay invoice %(number)s") % {"number": invoice.number},
    )


def _expiry(row: AttentionRow) -> str:
    days, name = row.days_left, row.name
    if row.is_suspended:
        return _("%(name)s is suspended") % {"name": name}
    if days == 0:
        return _("%(name)s expires today") % {"name": name}
    if days > 0:
        text = ngettext("%(name)s expires tomorrow", "%(name)s expires in %(days)s days", days)
        return text % {"name": name, "days": days}
    text = ngettext("%(name)s expired yesterday", "%(name)s expired %(days)s days ago", -days)
    return text % {"name": name, "days": -days}


def _invoices(house: House) -> Iterator[Matter]:
    """Open invoices for whoever may pay them (GEN-002)."""
    if house.organisation_id is None or not house.actor.has_billing_access:
        return
    open_ones = InvoiceFilter(status=Status.OPEN)
    told = {each.invoice_id for each in house.announced.values()}  # with the products they renew
    for row in invoice_rows(house.actor, house.organisation_id, filters=open_ones, limit=_INVOICES):
        if row.id in told:
            continue
        page = navigation.address("billing:to-pay", house.organisation_id)
        yield _invoice(row, _ticked(page, f"i{row.id}"))


def _ticked(page: str, key: str) -> str:
    """To pay with one row ticked already: what expires first stands on its first page."""
    return page and f"{page}?filter=all&item={key}"


def _invoice(row: InvoiceRow, url: str) -> Matter:
    amount = formats.money(row.open_minor, row.currency)
    values = {"number": row.number, "amount": amount}
    is_overdue = row.due_on is not None and row.due_on < clock.today()
    overdue, due = _("Invoice %(number)s over %(amount)s is overdue"), _("Invoice %(number)s over %(amount)s is open")
    day = _("Due on %(day)s.") % {"day": formats.date_long(row.due_on)} if row.due_on else ""
    return Matter(
        title=(overdue if is_overdue else due) % values,
        detail=" · ".join(part for part in (row.summary, day) if part),
        tone=Tone.BAD if is_overdue else Tone.WARN,
        url=url,
        action=_("Pay"),
        action_label=_("Pay invoice %(number)s") % {"number": row.number},
    )


def _invitation(row: InvitationRow) -> Matter:
    """An invitation to the address of the account (ORG-062)."""
    return Matter(
        title=_("%(organisation)s invites you") % {"organisation": row.organisation_name},
        detail=_("Open until %(day)s.") % {"day": formats.date_long(row.expires_at)},
        tone=Tone.INFO,
        url=navigation.address("organisations:mine"),
        action=_("Answer"),
        action_label=_("Answer the invitation of %(organisation)s") % {"organisation": row.organisation_name},
    )


def _offer(row: TransferOffer) -> Matter:
    """Products offered to the address of the account (ORG-098, TRF-004)."""
    count = len(row.names)
    title = ngettext("%(giver)s offers you %(name)s", "%(giver)s offers you %(count)s products", count)
    return Matter(
        title=title % {"giver": row.giver, "name": row.names[0] if row.names else "", "count": count},
        detail=_("Open until %(day)s.") % {"day": formats.date_long(row.expires_at)},
        tone=Tone.INFO,
        url=reverse("products:transfer-offer", args=[row.link]),
        action=_("Accept or decline"),
        action_label=_("Accept or decline what %(giver)s offers") % {"giver": row.giver},
    )
