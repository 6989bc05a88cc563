"""Ekbacken in the middle of the autumn's window, for those who walk through its pages with a browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from bearer import token_for
from cast import TERM_START, TODAY, Ekbacken
from click.testing import Result
from coordinating import a_counted_goal

from assessments.access.programs.scopes import TokenScope
from assessments.calendar_editing import add
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.import_models import ScoreFile
from assessments.models import LateEntry
from assessments.recording import Recorder
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass, TeamFunction
from assessments.school_days import Span, SpanKind
from reports.print_jobs.models import Purpose
from reports.print_jobs.ordering import Wanted, order_prints
from screening.benchmarks.drafting import Author, change_limit, draft_from_set
from screening.benchmarks.plan_drafting import add_composite
from screening.facts.queries import Within, facts_of
from screening.grouping import NEUTRAL_NAMES
from screening.handovers.making import Making, make_handover
from screening.handovers.models import HandoverKind
from screening.models import BenchmarkSet, Flag, NextStep, StartFrom
from screening.notes.keeping import Zone, write_note
from screening.reading_groups import Chosen, save_groups
from screening.rejudging import order_rejudging
from screening.requests import asking as help_wanted
from screening.requests.events import Answer, answer
from screening.requests.models import EventKind, Said
from screening.steps.consulting import Asking, ask
from screening.support.functions import Function
from screening.support.planning import Plan, Way, start_periods
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind

PUPILS = [
    ("Abdi", "Åberg", "64"), ("Bo", "Ärlig", "58"), ("Cilla", "Öman", "71"), ("Disa", "Nyqvist", "40"),
    ("Elif", "Yıldız", "22"), ("Fatma", "Al-Hassan", "35"), ("Göran", "Wik", "18"), ("Hà", "Nguyễn", "49"),
    ("Iwona", "Wiśniewska", "f"), ("Jon", "Ánnesen", "28b"), ("Kajsa", "Lind", "55"), ("Liv", "Moe", ""),
]  # fmt: skip


@dataclass(frozen=True)
class LivingSchool:
    """Plain values, so that no test holds the database while a page is asked."""

    site: str
    class_1a: int
    class_2b: int
    window: str
    kim: int
    places: dict[str, object]
    """What stands for each part of an address that a page may have, in 2B."""


def bring_to_life(cast: Ekbacken, site: str, lasspar: Callable[..., Result], folder: Path) -> LivingSchool:
    """1A waits for its scores; 2B next door, with names from many places, has been assessed and handed in."""
    class_2b = SchoolClass(name="2B", academic_year="2026/27", school=cast.school)
    db.session.add(class_2b)
    codes = [f"21{number:02}" for number in range(len(PUPILS))]
    for code, (given, family, _score) in zip(codes, PUPILS, strict=True):
        cast.pupil(given, family, code, school_class=class_2b, year=2)
    teaches = Duty(role=Role.TEACHER, starts_on=TERM_START, school_class=class_2b)
    teaches.staff_member = cast.astrid.staff_member
    db.session.add(teaches)
    db.session.commit()
    rows = [f"{code};{score}" for code, (_given, _family, score) in zip(codes, PUPILS, strict=True)]
    take_in(lasspar, folder / "resultat.csv", ["elev-id;ord_per_minut", *rows], cast.autumn.code)
    hand_in(class_2b, cast.autumn, cast.astrid.id)
    db.session.commit()
    work_to_do(cast)
    token_for(cast.astrid, [TokenScope.SCORES_READ])
    goran = db.session.scalars(sa.select(Pupil).where(Pupil.given_name == "Göran")).one()
    school = LivingSchool(
        site=site,
        class_1a=cast.class_1a.id,
        class_2b=class_2b.id,
        window=cast.autumn.slug,
        kim=cast.kim.id,
        places=places(cast, class_2b, goran),
    )
    db.session.rollback()
    return school


def take_in(lasspar: Callable[..., Result], file: Path, lines: list[str], window: str) -> None:
    file.write_text("\n".join(lines), encoding="utf-8")
    done = lasspar("scores", "import", file, "--window", window)
    assert done.exit_code == 0, done.output


def work_to_do(cast: Ekbacken) -> None:
    """Elif's adaptations are late and she is reported to the principal; samråd about Fatma waits."""
    special = cast.birgitta.staff_member.duties[0].id
    elif_yildiz, fatma = (
        db.session.scalars(sa.select(Pupil).where(Pupil.given_name == name)).one()
        for name in ("Elif", "Fatma")
    )
    [signal] = db.session.scalars(sa.select(Flag).filter_by(pupil_id=elif_yildiz.id, family="need"))
    for kind, due_on in (("adaptations", date(2026, 10, 10)), ("report_to_principal", None)):
        db.session.add(
            NextStep(flag_id=signal.id, kind=kind, taken_on=date(2026, 9, 20), due_on=due_on, duty_id=special)
        )
    ask(fatma, Asking("adaptations", Role.SPECIAL_TEACHER, "Vad hjälper?"), Recorder(cast.astrid.id))
    db.session.commit()


def groups_of(cast: Ekbacken, class_2b: SchoolClass) -> int:
    """Three in a group, saved."""
    mates = sa.select(Enrolment.pupil_id).filter_by(school_class_id=class_2b.id).order_by(Enrolment.pupil_id)
    chosen = Chosen(NEUTRAL_NAMES[0], ("fluency",), tuple(db.session.scalars(mates.limit(3))))
    saved = save_groups(class_2b, cast.autumn, [chosen], Recorder(cast.astrid.id))
    db.session.commit()
    return saved.id


def asked_late(cast: Ekbacken) -> int:
    """A request to fill 1A in afterwards, waiting."""
    request = LateEntry(school_class=cast.class_1a, window=cast.autumn, line="Många var sjuka")
    db.session.add(request)
    db.session.commit()
    return request.id


def sports_break(cast: Ekbacken) -> int:
    """Week 9 in Ekby."""
    span = Span(SpanKind.SPORTS_BREAK, date(2027, 3, 1), date(2027, 3, 5))
    row = add(cast.municipality.id, "2026/27", span)
    db.session.commit()
    return row.id


def a_draft(cast: Ekbacken) -> int:
    """The next version of the benchmarks, with one limit moved and a weighted sum more."""
    default = db.session.scalars(sa.select(BenchmarkSet)).first()
    draft = draft_from_set(default, cast.cecilia.id)
    limits = {"goal_from": 50, "status": "N", "near_status": "N", "source": "En studie"}
    change_limit(draft, ("ord_per_minut", 2, "autumn"), limits, Author(cast.cecilia.id, 1, "Ny studie"))
    weighted = {"weights": {"ord_per_minut": 2}, **dict.fromkeys(("mean", "sd", "scale", "constant"), 1)}
    add_composite(draft, ("lasindex", 2, "autumn"), weighted, limits, Author(cast.cecilia.id, 2))
    db.session.commit()
    return draft.id


def a_rejudging() -> int:
    """Ordered, and nobody works on it."""
    job = order_rejudging()
    db.session.commit()
    return job.id


def a_print(cast: Ekbacken, class_2b: SchoolClass) -> int:
    """Both classes, ordered by Astrid; nobody works on it."""
    duties = cast.astrid.staff_member.duties
    wanted = [Wanted(one, duty.id) for one, duty in zip((cast.class_1a, class_2b), duties, strict=True)]
    who = {"account_id": cast.astrid.id, "duty_id": duties[0].id}
    order = order_prints(cast.autumn, wanted, Purpose.TALK, **who)
    db.session.commit()
    return order.id


def a_support_period(pupil: Pupil, cast: Ekbacken) -> int:
    """Five weeks old, with a result a week."""
    function = Function(Role.SPECIAL_TEACHER, cast.school.id)
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, date(2026, 11, 9), function, 20, 4)
    way = Way(Decimal(18), StartFrom.GIVEN, Decimal(32))
    starts_on = date(2026, 9, 14)
    (period,) = start_periods("ord_per_minut", starts_on, plan, {pupil.id: way}, Recorder(cast.birgitta.id))
    days = [starts_on + timedelta(weeks=week) for week in range(5)]
    record_results(
        [Write(period.id, day, None, Decimal(18 + week), False, "0:") for week, day in enumerate(days)],
        Recorder(cast.birgitta.id),
    )
    db.session.commit()
    return period.id


def asked_for_help(cast: Ekbacken, pupil: Pupil) -> int:
    """Of the social team by Birgitta, with the guardian's yes, and sent; it has got a next step."""
    by, due_on = Recorder(cast.birgitta.id, cast.birgitta.staff_member.duties[0].id), date(2026, 11, 2)
    team_of, question = TeamFunction.SOCIAL_TEAM, "Hur läser vi vidare hemma?"
    asked = help_wanted.Asking(team_of, None, question, ["results"], 1, due_on)
    request = help_wanted.write_request(pupil, cast.school.id, asked, by)
    help_wanted.note_consent(request, 1, Said.YES, TODAY, ["results"], by)
    help_wanted.send(request, facts_of(pupil, ["results"], Within()), by)
    team = Recorder(cast.teo.id, cast.teo.staff_member.duties[0].id)
    answer(request, Answer(EventKind.NEXT_STEP, "Möte med hemmet", "kurator", due_on), team)
    write_note(pupil, Zone(Role.SPECIAL_TEACHER, cast.school.id), "Samtal om kvällsläsning.", by)
    db.session.commit()
    return request.id


def handed_over(cast: Ekbacken, pupil: Pupil) -> int:
    """To next year's teacher."""
    making = Making(HandoverKind.NEXT_TEACHER, ["results", "support", "steps"], "Läser gärna högt.")
    content = {"class": "2B", "year": "åk 2", **facts_of(pupil, making.parts, Within())}
    handover = make_handover(pupil, pupil.enrolments[0], making, content, Recorder(cast.birgitta.id))
    db.session.commit()
    return handover.id


def places(cast: Ekbacken, class_2b: SchoolClass, pupil: Pupil) -> dict[str, object]:
    return {
        "class_id": class_2b.id,
        "pupil_id": pupil.id,
        "school_id": cast.school.id,
        "municipality_id": cast.municipality.id,
        "account_id": cast.astrid.id,
        "duty_id": cast.astrid.staff_member.duties[0].id,
        "window": cast.autumn.slug,
        "slug": "score-sheet",
        "template": "supplier-agreement",
        "measure": "ord_per_minut",
        "late_entry_id": asked_late(cast),
        "calendar_id": cast.municipality.id,
        "year": "2026-27",
        "range_id": sports_break(cast),
        "set_id": db.session.scalar(sa.select(BenchmarkSet.id)),
        "draft_id": a_draft(cast),
        "goal_id": a_counted_goal(cast.school),
        "rejudging_id": a_rejudging(),
        "print_order_id": a_print(cast, class_2b),
        "number": 1,
        "paper": f"classes/{class_2b.id}/windows/{cast.autumn.slug}/class-report",
        "code": "lasindex",
        "grade": 2,
        "season": "autumn",
        "group_set_id": groups_of(cast, class_2b),
        "period_id": a_support_period(pupil, cast),
        "request_id": asked_for_help(cast, pupil),
        "leaver_id": pupil.id,
        "handover_id": handed_over(cast, pupil),
        "score_file_id": db.session.scalar(sa.select(ScoreFile.id)),
        "flag_id": db.session.scalar(sa.select(Flag.id).where(Flag.pupil_id == pupil.id)),
    }
