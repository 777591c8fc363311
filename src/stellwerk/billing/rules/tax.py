"""Which VAT a supply bears, and why (TAX-001…018, EX-13).

Input: who sells, who is invoiced, what kind of supply, on which day. Output: the EN 16931 category, the rate, the
reason for not charging, the place of supply, and the key under which the tax is booked and reported.
None of it asks VIES: whether a number is valid is an input.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.tax_rates import STANDARD_RATES, RateTable
from stellwerk.billing.rules.territories import MEMBER_STATES, VatTerritory, vat_territory

if TYPE_CHECKING:
    from datetime import date


class TaxCategory(StrEnum):
    """EN 16931 (UNTDID 5305) codes."""

    STANDARD = "S"
    REVERSE_CHARGE = "AE"
    OUTSIDE_SCOPE = "O"
    EXEMPT = "E"


class Mention(StrEnum):
    """What a document must say about the tax; its renderer has the official words of each language (INV-031)."""

    NONE = ""
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE_SCOPE = "outside_scope"
    EXEMPT = "exempt"


class Supply(StrEnum):
    """Electronic services follow the consumer (art. 58); others stay with an EU supplier (art. 45)."""

    ELECTRONIC = "electronic"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Operator:
    """The selling entity. `country` is CH or a member state.

    `is_oss_registered` means the non-Union scheme for CH, the Union scheme for a member state. `is_below_threshold`
    lets an EU operator keep its home rate for consumers elsewhere (art. 59c, TAX-007). `sells_untaxed_without_oss`
    sells untaxed to EU consumers instead of refusing. `reverse_charge_as_outside_scope` codes Swiss supplies to EU
    companies as O instead of AE.
    """

    country: str
    is_oss_registered: bool = False
    is_below_threshold: bool = False
    sells_untaxed_without_oss: bool = False
    reverse_charge_as_outside_scope: bool = False

    def __post_init__(self) -> None:
        if self.country != "CH" and self.country not in MEMBER_STATES:
            raise ValueError(f"No VAT rules for an operator in {self.country}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The invoiced party (TAX-002). Only a company's number confirmed by VIES counts as valid.

    `exemption_reason` is set by the operator's staff with proof, for diplomatic missions and the like (TAX-018).
    """

    country: str
    postal_code: str = ""
    is_company: bool = False
    has_valid_vat_number: bool = False
    exemption_reason: str = ""


@dataclass(frozen=True, slots=True)
class TaxTreatment:
    """What a line bears. `rate_bp` is in basis points; `place` is the territory the tax belongs to.

    `ledger_key` is `vat:CH` for tax owed at home, `oss:DE` for tax declared through the one-stop shop, and
    `reverse_charge:DE`, `outside_scope:US`, `exempt:CH` for turnover without tax, so that each return can be read
    from the bookings (TAX-017).
    """

    category: TaxCategory
    rate_bp: int
    place: str
    ledger_key: str
    exemption_code: str = ""
    mention: Mention = Mention.NONE
    exemption_reason: str = ""


def tax_treatment(
    operator: Operator,
    recipient: Recipient,
    *,
    on: date,
    supply: Supply = Supply.ELECTRONIC,
    rates: RateTable = STANDARD_RATES,
) -> TaxTreatment:
    """The treatment of a supply on the day `on` (TAX-011).

    Raises BillingRefused: oss_not_registered when an EU consumer would have to be taxed at home and the operator is
    in no one-stop shop (nothing may be sold silently untaxed); vat_rate_unknown when the table has no rate.
    """
    territory = vat_territory(recipient.country, postal_code=recipient.postal_code)
    treatment = (_from_switzerland if operator.country == "CH" else _from_the_union)(
        operator, recipient, territory, supply=supply, on=on, rates=rates
    )
    if recipient.exemption_reason and treatment.category is TaxCategory.STANDARD:
        return TaxTreatment(
            TaxCategory.EXEMPT,
            0,
            place=treatment.place,
            ledger_key=f"exempt:{treatment.place}",
            mention=Mention.EXEMPT,
            exemption_reason=recipient.exemption_reason,
        )
    return treatment


def _from_switzerland(
    operator: Operator, recipient: Recipient, territory: VatTerritory, *, supply: Supply, on: date, rates: RateTable
) -> TaxTreatment:
    """Swiss rule: services are supplied where the recipient is, company or not (MWSTG art. 8 (1); TAX-003)."""
    if territory.is_swiss:
        return _domestic("CH", on=on, rates=rates)
    if not territory.is_union:
        return _outside_scope(territory.code)
    if recipient.is_company and recipient.has_valid_vat_number:
        if operator.reverse_charge_as_outside_scope:
            return _outside_scope(territory.member_state)
        return _reverse_charge(territory.member_state)
    # General services to consumers are taxed at the supplier's seat (art. 45), which lies outside the Union.
    if supply is Supply.GENERAL:
        return _outside_scope(territory.code)
    return _consumer_elsewhere(operator, territory, on=on, rates=rates)


def _from_the_union(
    operator: Operator, recipient: Recipient, territory: VatTerritory, *, supply: Supply, on: date, rates: RateTable
) -> TaxTreatment:
    """Union rule: companies where they are (arts. 44, 196), consumers of electronic services too (art. 58)."""
    if territory.member_state == operator.country:
        return _domestic(territory.code, on=on, rates=rates)
    if not territory.is_union:
        return _outside_scope(territory.code)
    if recipient.is_company and recipient.has_valid_vat_number:
        return _reverse_charge(territory.member_state)
    if supply is Supply.GENERAL or operator.is_below_threshold:
        return _domestic(operator.country, on=on, rates=rates)
    return _consumer_elsewhere(operator, territory, on=on, rates=rates)


def _consumer_elsewhere(operator: Operator, territory: VatTerritory, *, on: date, rates: RateTable) -> TaxTreatment:
    if operator.is_oss_registered:
        return TaxTreatment(
            TaxCategory.STANDARD,
            rates.rate_bp(territory.code, on=on),
            place=territory.code,
            ledger_key=f"oss:{territory.member_state}",
        )
    if operator.sells_untaxed_without_oss:
        return _outside_scope(territory.code)
    raise BillingRefused("oss_not_registered", country=territory.member_state, operator_country=operator.country)


def _domestic(place: str, *, on: date, rates: RateTable) -> TaxTreatment:
    return TaxTreatment(
        TaxCategory.STANDARD, rates.rate_bp(place, on=on), place=place, ledger_key=f"vat:{place.partition('-')[0]}"
    )


def _reverse_charge(state: str) -> TaxTreatment:
    return TaxTreatment(
        TaxCategory.REVERSE_CHARGE,
        0,
        place=state,
        ledger_key=f"reverse_charge:{state}",
        exemption_code="VATEX-EU-AE",
        mention=Mention.REVERSE_CHARGE,
    )


def _outside_scope(place: str) -> TaxTreatment:
    return TaxTreatment(
        TaxCategory.OUTSIDE_SCOPE,
        0,
        place=place,
        ledger_key=f"outside_scope:{place}",
        exemption_code="VATEX-EU-O",
        mention=Mention.OUTSIDE_SCOPE,
    )
