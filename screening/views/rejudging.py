"""Judging everybody again, followed and ordered: a page that says how far it has come."""

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from assessments.access import audit
from assessments.access.permissions import Permission, duties_giving, municipalities_open_to, needs
from assessments.collation import swedish_key
from assessments.database import db
from assessments.jobs import doorbell, ordering
from assessments.jobs.models import Job
from assessments.jobs.progress import progress_of
from assessments.roster.models import Municipality
from screening.queries.rejudging_pages import job_page, latest_jobs
from screening.rejudging import order_rejudging as order
from screening.rejudging_reach import rejudgings_open_to, schools_followed
from screening.views.room import bp

P = Permission
ADDRESS = "/benchmarks/rejudging/<int(max=9223372036854775807):rejudging_id>"


@bp.get("/benchmarks/rejudging")
@needs(P.MANAGE_WINDOWS)
def rejudgings() -> str:
    return render_template(
        "screening/rejudgings.html",
        jobs=latest_jobs(rejudgings_open_to(P.MANAGE_WINDOWS)),
        places=_places(),
        is_everywhere=_is_everywhere(),
    )


@bp.post("/benchmarks/rejudging")
@needs(P.MANAGE_WINDOWS)
def order_rejudging() -> Any:
    """Everybody who goes or has gone at schools this person coordinates, or in one municipality of them."""
    told, places = request.form.get("municipality", ""), _places()
    chosen = next((one for one in places if str(one.id) == told), None)
    if chosen is None and (told or not _is_everywhere()):
        abort(404)
    job = order(chosen, account_id=g.account.id, duty_id=_duty_id())
    audit.note("rejudging:ordered", job, municipality_id=chosen.id if chosen else None)
    return _ordered(job)


@bp.get(ADDRESS)
@needs(P.MANAGE_WINDOWS, of="rejudging")
def rejudging_job(rejudging: Job) -> str:
    """How far it has come, with the schools that the person follows."""
    return render_template("screening/rejudging.html", page=job_page(rejudging, schools_followed()))


@bp.post(f"{ADDRESS}/again")
@needs(P.MANAGE_WINDOWS, of="rejudging")
def rejudge_again(rejudging: Job) -> Any:
    """Those of the schools that could not be judged which the person follows."""
    if ordering.try_again(rejudging, schools_followed()):
        audit.note("rejudging:tried_again", rejudging)
    return _ordered(rejudging)


def _ordered(job: Job) -> Any:
    job_id, parts = job.id, progress_of([job.id])[job.id].parts
    db.session.commit()
    doorbell.ring(parts)
    return redirect(url_for("screening.rejudging_job", rejudging_id=job_id), code=303)


def _places() -> list[Municipality]:
    found = db.session.scalars(municipalities_open_to(P.MANAGE_WINDOWS))
    return sorted(found, key=lambda one: swedish_key(one.name))


def _is_everywhere() -> bool:
    return any(duty.municipality_id is None for duty in duties_giving(P.MANAGE_WINDOWS))


def _duty_id() -> int:
    return duties_giving(P.MANAGE_WINDOWS)[0].id
