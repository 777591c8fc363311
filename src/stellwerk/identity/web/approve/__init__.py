"""Pages of Approve: the app itself, linking it, waiting for its answer."""

from django.urls import path

from stellwerk.identity.web.approve import app, link, step

urls = [
    path("approve", app.app, name="approve"),
    path("approve/app.webmanifest", app.manifest, name="approve-manifest"),
    path("approve/service-worker.js", app.service_worker, name="approve-worker"),
    path("approve/icon-<slug:size>.png", app.picture, name="approve-picture"),
    path("approve/advice", app.advice, name="approve-advice"),
    path("approve/connect", link.connect, name="approve-connect"),
    path("profile/second-factor/approve", link.devices, name="approve-devices"),
    path("profile/second-factor/approve/linked", link.linked, name="approve-linked"),
    path("profile/second-factor/approve/links/<int:link_id>", link.link_state, name="approve-link"),
    path("sign-in/second-factor/approve", step.step, name="second-factor-approve"),
    path("sign-in/second-factor/approve/state", step.state, name="second-factor-approve-state"),
    path("sign-in/second-factor/approve/rejected", step.rejected, name="sign-in-rejected"),
    path("sign-in/second-factor/approve/again", step.again, name="second-factor-approve-again"),
]

__all__ = ["urls"]
