"""Pages in a real Chromium: phone, tablet and desk, light and dark, with nothing but our own server."""
