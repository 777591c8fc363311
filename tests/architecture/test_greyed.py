"""What somebody may not do stays visible, grey, with the reason and the name of who can (UI-015, ORG-048)."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import templates

_IF = re.compile(r"\{% if (?:not )?((?:may|can)_\w+)[^%]*%\}")
_BRANCH = re.compile(r"\{% (if|elif|else|endif)\b[^%]*%\}")
_ACTION = re.compile(r"<(?:a|button|form)\b")
_GREY = r"\{{% denied {name}\b|who_can {name}\.|aria-disabled"

# (template, decision) → why nothing is greyed there
EXCEPTIONS = {
    ("identity/second_factor/_sms.html", "can_send_sms"): "a fact of the house, nobody's right",
    ("products/_rows.html", "may_order"): "the page around it greys the same control",
    ("web/second_factor_required.html", "may_leave"): "the others cannot be helped by anybody here",
}


def hidden_actions(template: str) -> set[str]:
    """The decisions of the template that show an action to some and nothing to the others."""
    names = {match[1] for match in _IF.finditer(template) if _ACTION.search(_first_branch(template, match.end()))}
    return {name for name in names if not re.search(_GREY.format(name=name), template)}


def _first_branch(template: str, start: int) -> str:
    depth = 1
    for tag in _BRANCH.finditer(template, start):
        depth += {"if": 1, "endif": -1}.get(tag[1], 0)
        if depth == 0 or (depth == 1 and tag[1] in ("elif", "else")):
            return template[start : tag.start()]
    return template[start:]


def test_no_template_hides_what_somebody_may_not_do_ui_015():
    found = {
        (path.as_posix().split("/templates/")[1], name)
        for path in templates()
        for name in hidden_actions(path.read_text(encoding="utf-8"))
    }

    assert found - EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() - found == set(), "no exception outlives its reason"


@pytest.mark.parametrize(
    ("template", "hidden"),
    [
        ('{% if may_edit %}<a href="">Edit</a>{% endif %}', {"may_edit"}),
        ('{% if may_edit %}<a href="">Edit</a>{% else %}{% denied may_edit label %}{% endif %}', set()),
        ("{% if may_edit %}{% if more %}x{% endif %}<form></form>{% else %}<p>No.</p>{% endif %}", {"may_edit"}),
        ("{% if may_edit %}wide{% else %}<a>Narrow</a>{% endif %}", set()),
    ],
)
def test_the_rule_knows_good_from_bad(template, hidden):
    assert hidden_actions(template) == hidden
