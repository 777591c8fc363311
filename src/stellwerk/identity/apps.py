from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "stellwerk.identity"
    label = "identity"

    def ready(self) -> None:
        from allauth.account import signals as allauth
        from allauth.usersessions.signals import on_user_logged_in
        from django.contrib.auth import signals as django

        from stellwerk.identity import handlers, tasks  # noqa: F401  subscribe and enter the schedule

        # Django would write the time of the machine; ours travels. allauth would load every session of the person at
        # each sign-in, three queries apiece; the adapter writes the one row and a task clears away the old ones.
        django.user_logged_in.disconnect(dispatch_uid="update_last_login")
        allauth.user_logged_in.disconnect(on_user_logged_in)
