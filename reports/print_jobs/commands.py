"""``lasspar report municipality``: the pages of all schools of a municipality, an order that workers share.

Broken off it stays: the same command goes on where it was, and so does any worker.
"""

from pathlib import Path

import click
import sqlalchemy as sa

from assessments import windows
from assessments.access import audit
from assessments.clock import day_of
from assessments.database import db
from assessments.jobs import doorbell
from assessments.jobs.following import follow
from assessments.jobs.models import Job, JobPart, PartState
from assessments.jobs.ordering import OPEN
from assessments.models import AssessmentWindow
from assessments.refusals import Refused
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.words import counted
from reports.finding import find_municipality
from reports.print_jobs import folder
from reports.print_jobs.models import PrintOrder, Purpose
from reports.print_jobs.ordering import Wanted, cancel, order_prints
from reports.print_jobs.queries import printed_pupils, whole_file
from reports.print_jobs.zipped import files_of, zipped
from reports.writing_out import write_out

only_ready_option = click.option(
    "--only-ready", is_flag=True, help="Håll inne blad som väntar på ett samtal (nästa steg saknas)."
)
covers_option = click.option(
    "--covers", is_flag=True,
    help="Lägg ett försättsblad för fönsterkuvert före varje blad. Bara tillsammans med --only-ready.",
)  # fmt: skip


measured_option = click.option(
    "--measured", is_flag=True, help="Hoppa över blad utan resultat: de säger bara att vi inte har mätt ännu."
)


def refuse_covers_for_talks(covers: bool, only_ready: bool) -> None:
    if covers and not only_ready:
        raise click.UsageError("--covers är till för blad som skickas hem: skriv också --only-ready.")


@click.command("municipality")
@click.argument("municipality", metavar="KOMMUN")
@only_ready_option
@covers_option
@measured_option
@click.option("--window", "code", required=True, help="Perioden, till exempel 2026/27-autumn.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Filen som skrivs: en PDF, eller en fil per klass där namnet slutar på .zip.",
)  # fmt: skip
def report_municipality(
    municipality: str, only_ready: bool, covers: bool, measured: bool, code: str, out: Path
) -> None:
    """Skriv ut alla blad hem i KOMMUN, skola för skola och klass för klass.

    Arbetet delas med andra som kör `lasspar worker`. Avbryts det fortsätter samma kommando där det slutade.
    """
    refuse_covers_for_talks(covers, only_ready)
    window, here = windows.find(code), find_municipality(municipality)
    purpose = Purpose.HOME if only_ready else Purpose.TALK
    order = _order(window, here, purpose, has_covers=covers, is_measured_only=measured)
    order_id, job_id, classes = order.id, order.job_id, len(order.classes)
    db.session.commit()
    doorbell.ring(classes)
    follow(job_id, "Skriver ut")
    order = db.session.get_one(PrintOrder, order_id)
    _refuse_what_failed(order)
    content = _content(order, is_zip=out.suffix.lower() == ".zip")
    printed = printed_pupils([one.id for one in order.classes])
    for pupil, _place in printed:
        audit.note("report:printed", pupil, municipality_id=here.id, window=window.id, document="class_set")
    write_out((out, content))
    cancel(order)
    db.session.commit()
    click.echo(f"{counted(len(printed), 'elevs blad', 'elevers blad')} hem, {classes} klasser: {out}")


def _order(
    window: AssessmentWindow,
    here: Municipality,
    purpose: Purpose,
    *,
    has_covers: bool,
    is_measured_only: bool,
) -> PrintOrder:
    """The one that was broken off, else a new one."""
    left = db.session.scalars(
        sa.select(PrintOrder)
        .join(Job, Job.id == PrintOrder.job_id)
        .where(
            *(Job.municipality_id == here.id, Job.account_id.is_(None), Job.state.in_(OPEN)),
            *(PrintOrder.window_id == window.id, PrintOrder.purpose == purpose),
        )
        .order_by(PrintOrder.id)
    )
    for order in left:
        if (order.has_covers, order.is_measured_only) == (has_covers, is_measured_only):
            return order
    classes = db.session.scalars(
        sa.select(SchoolClass)
        .join(School)
        .where(School.municipality_id == here.id, SchoolClass.academic_year == window.academic_year)
    )
    wanted = [Wanted(one) for one in classes]
    return order_prints(
        window, wanted, purpose, has_covers=has_covers, is_measured_only=is_measured_only,
        municipality_id=here.id,
    )  # fmt: skip


def _refuse_what_failed(order: PrintOrder) -> None:
    """Every class that could not be printed, and why. The files go: the next time begins anew."""
    places = {one.position: one.school_class for one in order.classes}
    failed = sa.select(JobPart).filter_by(job_id=order.job_id, state=PartState.FAILED)
    reasons = [
        f"{places[one.subject_id].school.name}, {places[one.subject_id].name}: {one.fault}"
        for one in db.session.scalars(failed)
        if one.subject_id in places
    ]
    if reasons:
        cancel(order)
        db.session.commit()
        raise Refused(reasons)


def _content(order: PrintOrder, *, is_zip: bool) -> bytes:
    made = [one for one in order.classes if one.sheets]
    if not made:
        or_result = " eller resultat" if order.is_measured_only else ""
        raise Refused(f"Inget är utskrivet: alla blad väntar på samtal{or_result}.")
    if is_zip:
        return b"".join(zipped(files_of(order, made), day_of(order.created_at)))
    number = whole_file(order)
    if number is None:
        raise Refused("Bladen är för många för en fil. Låt filens namn sluta på .zip: en fil per klass.")
    return folder.file_of(order.folder, number).read_bytes()
