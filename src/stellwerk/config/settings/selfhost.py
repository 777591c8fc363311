"""How a provider runs Stellwerk: the base settings as they are. `stellwerk serve` uses this module."""

from stellwerk.config.settings.base import *  # noqa: F403  one place lists the settings
