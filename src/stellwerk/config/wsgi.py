"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")

application = get_wsgi_application()

from stellwerk.foundation.logs import configure_logging  # noqa: E402  after Django, which sets up its own handlers

configure_logging()
