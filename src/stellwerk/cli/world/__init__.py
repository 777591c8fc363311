"""The demo world: two years of history, made by the real services while the clock travels through them."""

from stellwerk.cli.world.story import CastAccount, make_world

__all__ = ["CastAccount", "make_world"]
