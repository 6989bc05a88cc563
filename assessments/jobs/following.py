"""A job from the command line: worked on here, beside any other worker, until it has ended."""

import sys
import time

import click

from assessments.database import db
from assessments.jobs.progress import Progress, progress_of
from assessments.jobs.running import me, work_off

LOOKS_AFTER_SECONDS = 0.5  # while another worker has the last parts


def follow(job_id: int, label: str) -> Progress:
    """Work until the job has ended, with a bar of its parts on a terminal; returns how it went."""
    holder = me()
    with click.progressbar(
        length=_look(job_id).parts, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def show(_done: int = 0) -> None:
            bar.update(_look(job_id).ended - bar.pos)

        while True:
            work_off(holder, job_id, show)
            show()
            if not (found := _look(job_id)).is_open:
                return found
            time.sleep(LOOKS_AFTER_SECONDS)


def _look(job_id: int) -> Progress:
    found = progress_of([job_id])[job_id]
    db.session.rollback()  # nobody's save waits for a look
    return found
