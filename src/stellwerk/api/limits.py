"""How much one account may ask (API-019): the figure is a promise and cannot be raised."""

LIMIT = 60
WINDOW_SECONDS = 60
