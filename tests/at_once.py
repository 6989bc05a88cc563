"""Deeds done at once, each in a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from assessments.database import db

TOGETHER_SECONDS = 0.3  # how long one waits in the middle for the other to come there too
Deed = Callable[[], object]


def faults_of(app: Flask, *deeds: Deed) -> list[Exception]:
    """What went wrong when all of them were done at once, each in a transaction of its own."""
    db.session.rollback()

    def done(deed: Deed) -> Exception | None:
        with app.app_context():
            try:
                deed()
                db.session.commit()
            except Exception as error:
                return error
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [error for error in pool.map(done, deeds) if error]
