"""Boxes and selects drawn in one go look exactly as Django draws them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from stellwerk.foundation.edge.choices import FormRenderer

LATE = gettext_lazy("None")
CHOICES = [("a", "Anna & <b>"), (2, "Zwei"), ('"q"', mark_safe("<i>Quote</i>")), ("", LATE)]
ATTRIBUTES = {"title": 'a "b" & <c>', "size": 3, "data-x": LATE, "autofocus": True, "hidden": False}
GROUPS = [("First", CHOICES[:2]), ("Other <i>", CHOICES[2:]), ("plain", "Plain")]


class Everything(forms.Form):
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple, help_text="Several.")
    one = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(ATTRIBUTES))
    select = forms.ChoiceField(choices=GROUPS, required=False)
    many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.SelectMultiple(ATTRIBUTES))
    switch = forms.NullBooleanField()
    text = forms.CharField(initial="<x>")


SENT = {"boxes": ["a", "2"], "one": '"q"', "select": "2", "many": ["a", '"q"'], "switch": "true"}


@pytest.mark.parametrize("sent", [None, {}, SENT])
def test_every_choice_is_the_same_html(sent):
    ours, django = (Everything(sent, renderer=renderer()) for renderer in (FormRenderer, DjangoTemplates))

    for name in Everything.base_fields:
        assert parse_html(str(ours[name])) == parse_html(str(django[name])), name
    for mine, theirs in zip(ours["boxes"], django["boxes"], strict=True):
        assert parse_html(mine.tag()) == parse_html(theirs.tag())
        assert parse_html(str(mine)) == parse_html(str(theirs))
