"""What every page has: the header's window, filters for dates and numbers, security headers, error pages."""

from flask import Flask

from assessments import header, words


def init_app(app: Flask) -> None:
    """Connect to the app."""
    words.init_app(app)
    header.init_app(app)
