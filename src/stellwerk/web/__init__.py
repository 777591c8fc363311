"""The delivery room of pages: shell, design system, formats, error pages. No business rules."""
