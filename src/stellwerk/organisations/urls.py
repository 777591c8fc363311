"""Addresses of the organisations room. `account_signup` is the name django-allauth asks for."""

from django.urls import URLPattern, URLResolver, include, path

from stellwerk.organisations.web import (
    activity,
    answers,
    deletion,
    invitation_lists,
    invitations,
    people,
    places,
    preferences,
    removal,
    representatives,
    settings,
    sign_ins,
    sign_up,
    switching,
    teams,
)

inside: list[URLPattern | URLResolver] = [
    path("members", people.members, name="members"),
    path("members/removal", removal.remove_several, name="remove-several"),
    path("members/<int:user_id>", people.member, name="member"),
    path("members/<int:user_id>/preferences/<str:kind>", preferences.switch, name="preferences"),
    path("members/<int:user_id>/removal", removal.remove, name="remove"),
    path("members/<int:user_id>/last-days", places.set_last_days, name="last-days"),
    path("members/<int:user_id>/teams", places.teams_of_person, name="member-teams"),
    path("members/<int:user_id>/unlocking", people.unlock, name="unlock-member"),
    path("members/<int:user_id>/security-alert", sign_ins.alert, name="security-alert"),
    path("security", sign_ins.security, name="security"),
    path("messages", preferences.own, name="my-messages"),
    path("legal-representative", representatives.guide, name="representatives"),
    path("legal-representative/appointment", representatives.appoint, name="appoint-representative"),
    path("legal-representative/<int:user_id>/demotion", representatives.demote, name="demote-representative"),
    path("departure", removal.leave, name="leave"),
    path("invitations", invitations.invitation_list, name="invitations"),
    path("invitations/new", invitations.invite, name="invite"),
    path("invitations/list", invitation_lists.invite_many, name="invite-many"),
    path("invitations/lists/<int:list_id>", invitation_lists.invitation_list_progress, name="invitation-list"),
    path("invitations/resending", invitations.resend_several, name="resend-invitations"),
    path("invitations/withdrawal", invitations.withdraw_several, name="withdraw-invitations"),
    path("invitations/<int:invitation_id>/resending", invitations.resend, name="resend-invitation"),
    path("invitations/<int:invitation_id>/withdrawal", invitations.withdraw, name="withdraw-invitation"),
    path("teams", teams.team_list, name="teams"),
    path("teams/new", teams.create, name="new-team"),
    path("teams/<int:team_id>", teams.team, name="team"),
    path("teams/<int:team_id>/members", teams.add, name="add-to-team"),
    path("teams/<int:team_id>/members/<int:user_id>/removal", teams.take_out, name="remove-from-team"),
    path("teams/<int:team_id>/deletion", teams.delete, name="delete-team"),
    path("organisation", settings.organisation, name="organisation"),
    path("organisation/deletion", deletion.delete, name="delete"),
    path("organisation/deletion/services", deletion.request_stop, name="request-stop"),
    path("organisation/deletion/services/<str:token>", deletion.stop, name="stop-services"),
    path("activity", activity.activity_log, name="activity"),
    path("activity.csv", activity.activity_csv, name="activity-csv"),
    path("activity.jsonl", activity.activity_json_lines, name="activity-json-lines"),
]

own: list[URLPattern | URLResolver] = [
    path("", switching.start, name="start"),
    path("sign-up/code", sign_up.sign_up_code, name="sign-up-code"),
    path("organisations", switching.mine, name="mine"),
    path("organisations/new", switching.found, name="found"),
    path("organisations/switch", switching.switch, name="switch"),
    path("invitations/<str:link>", answers.offer, name="invitation"),
    path("invitations/<str:link>/acceptance", answers.accept, name="accept-invitation"),
    path("invitations/<str:link>/refusal", answers.decline, name="decline-invitation"),
    path("invitations/<str:link>/sign-up", answers.sign_up, name="invitation-sign-up"),
    path("o/<int:organisation_id>/", include(inside)),
]

urlpatterns = [
    path("sign-up", sign_up.sign_up, name="account_signup"),
    path("", include((own, "organisations"))),
]
