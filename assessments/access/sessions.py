"""Who is signed in: server-side sessions."""

from flask import Flask, g


def init_app(app: Flask) -> None:
    """Connect to the app."""

    @app.before_request
    def nobody() -> None:
        g.account, g.duties = None, []
