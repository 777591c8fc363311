"""Teams and who is in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.edge.forms import offer, text_field
from stellwerk.organisations.forms.fields import last_day_field

COLOR_NAMES = {
    "blue": _("Blue"),
    "green": _("Green"),
    "amber": _("Amber"),
    "purple": _("Purple"),
    "teal": _("Teal"),
    "red": _("Red"),
}


class TeamForm(forms.Form):
    name = text_field(_("Name"), "off", longest=100)
    color = forms.ChoiceField(label=_("Colour"), choices=list(COLOR_NAMES.items()))
    leader = forms.TypedChoiceField(
        label=_("Leader"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("The contact for what the team does. It gives no further rights."),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people:
            offer(self, "leader", choices=[("", _("Nobody")), *people])
        else:
            self.fields["leader"].widget = forms.HiddenInput()


class TeamLastDayForm(forms.Form):
    """Until when somebody is in a team."""

    ends_on = last_day_field(label=_("In the team until"), help_text=_("Empty: without end."))


class TeamsForm(forms.Form):
    """All teams of one person."""

    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, teams: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "teams", choices=list(teams.items()))


class TeamMembersForm(forms.Form):
    """Who else joins a team."""

    people = forms.MultipleChoiceField(label=_("Add people"), widget=forms.CheckboxSelectMultiple)
    ends_on = last_day_field(
        label=_("Until"), help_text=_("The last day. Without one it holds until somebody decides otherwise.")
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "people", choices=people)

    def chosen(self) -> list[int]:
        return [int(raw) for raw in self.cleaned_data["people"]]
