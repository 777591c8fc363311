"""A product comes to life: once for each source, whoever asks how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.kinds import Provisioned
from stellwerk.foundation import clock, events
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.foundation.months import months_later
from stellwerk.foundation.orm import insert
from stellwerk.organisations.services.locks import hold_open
from stellwerk.products.errors import IllegalStep, ProvisioningRefused
from stellwerk.products.events import ProductActivated, ProvisioningFailed
from stellwerk.products.models import Product
from stellwerk.products.queries.owned import refuse_duplicates
from stellwerk.products.rules import ENDLESS_MONTHS, State

if TYPE_CHECKING:
    from stellwerk.catalogue.kinds import ProductKind
    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """What was bought and paid. `source` names it once and for ever, e.g. `order-line:17`; `name` is the target."""

    organisation_id: int
    offer_code: str
    period_months: int
    quantity: int
    source: str
    name: str = ""
    renews_automatically: bool = False


@transaction.atomic
def activate_product(*, actor: Actor, entries: NewProduct) -> int:
    """Create the product and set it up through its kind; answers its id. System-only: after full payment (ORD-022).

    The period begins today (ORD-024). A second call with the same `source` answers the first product and does
    nothing. Publishes ProductActivated, unless the kind goes on outside (state provisioning).

    Raises ProvisioningRefused, and leaves nothing behind, when it can never succeed: the name is taken
    (`domain_name_taken`), the organisation has its only one (`suite_already_exists`), or the kind's own reason. The
    caller's transaction stays usable, so that the other lines go on (ORD-023).
    """
    known = _id_of(entries.source)
    if known is not None:
        return known
    kind = _kind_of(entries)
    try:
        # A savepoint: neither a rival's index hit nor the kind's refusal takes the caller's transaction with it.
        with transaction.atomic():
            product = _inserted(kind, entries)
            _provision(kind, product, actor)
    except (RuleBroken, IntegrityError) as lost:
        won = _id_of(entries.source)
        if won is not None:
            return won
        raise _refusal(lost) from lost
    return int(product.pk)


@transaction.atomic
def finish_provisioning(*, actor: Actor, product_id: int) -> None:
    """A product that was being set up outside is ready: its period begins today. System-only: its kind reports.

    A second call does nothing. Publishes ProductActivated. Raises IllegalStep for an ended product.
    """
    product = Product.objects.locked(product_id)
    if product.state in (State.ACTIVE, State.SUSPENDED):
        return
    if product.state != State.PROVISIONING:
        raise IllegalStep
    _begin_today(product)
    _announce(product, actor)


@transaction.atomic
def refuse_provisioning(*, actor: Actor, product_id: int, reason: str) -> None:
    """A product that was being set up outside will never be ready. System-only: its kind reports.

    A second call does nothing. Publishes ProvisioningFailed. Raises IllegalStep for a product that ran already.
    """
    product = Product.objects.locked(product_id)
    if product.state == State.CANCELLED:
        return
    if product.state != State.PROVISIONING:
        raise IllegalStep
    product.state, product.ended_on = State.CANCELLED, clock.today()
    product.save(update_fields=["state", "ended_on"])
    events.publish(ProvisioningFailed(**product.identity, source=product.source, reason=reason), actor=actor)


def _id_of(source: str) -> int | None:
    return Product.objects.filter(source=source).values_list("pk", flat=True).first()


def _kind_of(entries: NewProduct) -> ProductKind:
    sold = catalogue.offer(entries.offer_code)
    try:
        if sold is None:
            raise LookupError(entries.offer_code)
        return sold.kind
    except LookupError as gone:
        text = _("The offer %(offer)s is not sold any more.") % {"offer": entries.offer_code}
        raise ProvisioningRefused("offer_unknown", text=text) from gone


def _inserted(kind: ProductKind, entries: NewProduct) -> Product:
    _require_organisation(entries.organisation_id)
    refuse_duplicates(kind, entries.organisation_id, name=entries.name)
    today = clock.today()
    return insert(
        Product(
            organisation_id=entries.organisation_id,
            kind_code=kind.code,
            offer_code=entries.offer_code,
            name=entries.name,
            quantity=entries.quantity,
            period_months=entries.period_months,
            started_on=today,
            expires_on=months_later(today, entries.period_months),
            anchor_day=today.day,
            state=State.PROVISIONING,
            renews_automatically=entries.renews_automatically,
            source=entries.source,
            is_unique_per_organisation=kind.unique_per_organisation is not None,
            has_unique_name=kind.unique_name is not None,
            created_at=clock.now(),
        )
    )


def _require_organisation(organisation_id: int) -> None:
    """It is neither deleted now nor while this goes on (ORG-064)."""
    try:
        hold_open(organisation_id)
    except NotFound as deleted:
        raise ProvisioningRefused("organisation_deleted", text=_("The organisation was deleted.")) from deleted


def _refusal(lost: RuleBroken | IntegrityError) -> ProvisioningRefused:
    if isinstance(lost, ProvisioningRefused):
        return lost
    if isinstance(lost, RuleBroken):
        return ProvisioningRefused(lost.code, text=lost.sentence())
    return ProvisioningRefused("already_owned", text=_("Somebody was faster: it has been taken in the meantime."))


def _provision(kind: ProductKind, product: Product, actor: Actor) -> None:
    if kind.provision(product.facts) is Provisioned.READY:
        product.state = State.ACTIVE
        product.save(update_fields=["state"])
        _announce(product, actor)


def _begin_today(product: Product) -> None:
    today = clock.today()
    product.state = State.ACTIVE
    product.started_on, product.anchor_day = today, today.day
    product.expires_on = months_later(today, product.period_months)
    product.save(update_fields=["state", "started_on", "anchor_day", "expires_on"])


def _announce(product: Product, actor: Actor) -> None:
    events.publish(
        ProductActivated(
            **product.identity,
            source=product.source,
            offer_code=product.offer_code,
            expires_on=product.expires_on.isoformat(),
            is_endless=product.period_months >= ENDLESS_MONTHS,
        ),
        actor=actor,
    )
