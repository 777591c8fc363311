"""Rights, targets and sources in words, for pages and for what other rooms show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from stellwerk.catalogue.kinds import kind_name, kinds
from stellwerk.products.rules import WHOLE, Right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.products.queries.holdings import Source


def right_name(right: str, kind_code: str = "") -> str:
    """What a right lets people do; rights that a kind adds bring their own words (ORG-047)."""
    names = {
        WHOLE: _("All rights"),
        Right.TECHNICAL: _("May change it"),
        Right.STATISTIC: _("Sees the figures"),
        Right.CHECK: _("Checks tickets"),
        Right.SALE: _("Controls the sale"),
    }
    kind = kinds().get(kind_code)
    return names.get(right) or str(kind.right_names.get(right, right) if kind else right)


def rights_in_words(rights: Iterable[str], kind_code: str = "") -> str:
    """In the order in which the kind names them."""
    kind = kinds().get(kind_code)
    order = [WHOLE, *(kind.rights if kind else ()), *Right]
    known = sorted(rights, key=lambda right: (order.index(right) if right in order else len(order), right))
    return ", ".join(right_name(right, kind_code) for right in known)


def target_in_words(kind_code: str) -> str:
    """What a grant wider than a product is on."""
    return _("All of the kind %(kind)s") % {"kind": kind_name(kind_code)} if kind_code else _("Everything")


def source_in_words(source: Source) -> str:
    """Where a right comes from: directly or through a team, alone or with a whole kind (ORG-050)."""
    through = _("Team %(name)s") % {"name": source.team_name} if source.team_id else _("Directly")
    if source.product_id is not None:
        return through
    return f"{through} · {target_in_words(source.kind_code)}"
