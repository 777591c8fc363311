"""What the codes of this room mean to a person, and the refusals that more than one file raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.errors import Gone, RuleBroken, describe, described

describe(
    {
        "already_member": _("This person is a member already."),
        "already_invited": _("This address has an open invitation already. Send it again instead."),
        "last_legal_representative": _(
            "This is the only legal representative. Appoint a second one first, then repeat this step."
        ),
        "last_member": _("This is the only member. An organisation without people cannot be reached by anybody."),
        "terms_not_accepted": _("Read the general terms and tick the box."),
        "sole_legal_must_receive": _(
            "The only legal representative receives the billing messages. With a second one, either may do without."
        ),
        "invitation_withdrawn": _(
            "This invitation was withdrawn, or replaced by a newer one. Look for a newer e-mail, or ask the person who "
            "invited you."
        ),
        "invitation_expired": _("This invitation has expired. Ask the person who invited you to send it again."),
        "invitation_last_day_over": _(
            "What this invitation offers has ended by its last day. A new invitation with a later day is needed."
        ),
        "invitation_accepted": _("This invitation was accepted already."),
        "invitation_declined": _("This invitation was declined. Ask the person who invited you for a new one."),
        "invitation_for_other_address": _("This invitation is for %(email)s. Confirm that this account may accept it."),
        "invitation_is_personal": _("This invitation is for %(email)s only. Sign in with that address."),
        "invitation_answered": _("Only an open invitation can be sent again or deleted."),
        "account_exists_for_invitation": _("This address has an account. Sign in with it and accept the invitation."),
        "managers_have_no_end": _("Legal representatives and administrators stay until somebody decides otherwise."),
        "billing_access_not_given": _("This person has no access to invoices that could end."),
        "nobody_to_invite": _("Nobody on this list can be invited. Correct the list, then check it again."),
        "too_many_to_invite": _("At most %(most)s people can be invited in one step. Split the list."),
        "organisation_not_empty": _("The organisation still contains: %(names)s. Settle this first."),
        "personal_suite_organisation": _(
            "This organisation belongs to a personal Suite. It ends when the personal Suite is closed."
        ),
        "stop_link_expired": _("This link has expired. Ask for a new one on the page “Delete the organisation”."),
        "token_limited": _("This token is limited to one organisation. Use one that is not."),
        "team_exists": _("A team of this name exists already."),
    }
)


CHOICE_MISSING = _("Decide what happens to it.")


class LastLegalRepresentative(RuleBroken):
    """ORG-031: removed, demoted or leaving, the last one stays."""

    code = "last_legal_representative"


class InvitationOver(Gone):
    """The link leads to an invitation that can no longer be answered; the code says why (410)."""


def reason_in_words(code: str) -> str:
    """Why one person of a list was not invited, in the active language."""
    known = _REASONS.get(code) or described().get(code)
    return str(known or _REASONS["administrator_required"])


_REASONS = {
    "administrator_required": _("Whoever sent this list may no longer invite people."),
    "legal_role_required": _("Only a legal representative gives this role or replaces such an invitation."),
    "invalid_ends_on": _("The last day is over, or does not go with this role."),
    "invalid_teams": _("A team of the invitation was deleted meanwhile."),
    "invalid_products": _("A product of the invitation has ended meanwhile."),
}
