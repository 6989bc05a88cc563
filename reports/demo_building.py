"""The example from an empty database to judged windows, told window by window. Commits as it goes."""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa

from assessments import clock, window_dates, windows
from assessments.database import db
from assessments.database.commands import prepare
from assessments.demo import absence, telling
from assessments.demo.plans import Plan, plan
from assessments.demo.staff import SignIn
from assessments.models import AssessmentWindow
from assessments.roster.models import Enrolment, Municipality, Pupil, School, SchoolClass
from assessments.school_calendars import calendars_by_name
from reports import demo_follow_up, demo_goals, demo_help, demo_home_pages, demo_inbox, demo_support
from screening import flagging
from screening.benchmarks import adopting
from screening.models import BenchmarkSet, Flag, NextStep
from screening.signals import Family, Kind

DEFAULT_SET = "lasspar-bas-2026"
DAYS_TO_A_STEP = 9
Told = Callable[[str], None]


def build(seed: int, told: Told) -> list[SignIn]:
    """Who can sign in. ``told`` hears what is done next, ``steps`` times."""
    example_plan = plan()
    told("Databas")
    prepare()
    _adopt(example_plan.windows[0].opens)
    told("Elever och personal")
    example = telling.populate(example_plan, seed)
    db.session.commit()
    for number, window in enumerate(example_plan.windows):
        told(f"Period {window.code}")
        _one_window(example, number)
        db.session.commit()
    demo_support.follow(example)
    demo_help.ask(example)
    demo_help.hand_over(example)
    demo_help.keep_open_support()
    demo_inbox.fill(example)
    demo_home_pages.read_through(example)
    demo_goals.follow(example)
    db.session.commit()
    return example.sign_ins


def steps() -> int:
    return len(plan().windows) + 2


def _adopt(first_day: date) -> None:
    """The set is used from the first window on, so that the old windows give signals too."""
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code=DEFAULT_SET)).one()
    with telling.clock_at(first_day):
        adopting.adopt(default, first_day, reason="Exempel")


def _one_window(example: telling.Example, number: int) -> None:
    """Scores and hand-ins, and people act; when the make-up days have passed, on what is missing too."""
    window, handed_in_on = telling.score(example, number)
    absence.away(example, window)
    yesterday = clock.today() - timedelta(days=1)
    with telling.clock_at(min(handed_in_on + timedelta(days=DAYS_TO_A_STEP), yesterday)):
        if number == len(example.plan.windows) - 1:
            demo_follow_up.observe(example, window)
        demo_follow_up.act(example, window, yesterday)
    places = window_dates.by_name(window, calendars_by_name(sa.select(Municipality)))
    made_up_on = max(dates.makeup_ends_on for dates in places.values()) + timedelta(days=1)
    with telling.clock_at(min(made_up_on, clock.today())):
        flagging.judge_window(window)
    if made_up_on < yesterday:
        with telling.clock_at(made_up_on + timedelta(days=1)):
            demo_follow_up.act(example, window, yesterday, {Family.COVERAGE})


def printed_class(example_plan: Plan) -> str:
    """The class whose reports are printed, as commands name it."""
    told = example_plan.stories["printed"]
    return f"{told['school']}/{told['class']}"


def printed_pupil(example_plan: Plan) -> tuple[str, str]:
    """Municipality and elev-id of somebody there who is near the goal, with a next step if there is one."""
    told, window = example_plan.stories["printed"], windows.find(example_plan.windows[-1].code)
    named = db.session.execute(
        _classmates(told["school"], told["class"], window)
        .outerjoin(
            Flag, sa.and_(Flag.pupil_id == Pupil.id, Flag.window_id == window.id, Flag.family == Family.NEED)
        )
        .outerjoin(NextStep, NextStep.flag_id == Flag.id)
        .order_by(Flag.id.is_(None), NextStep.id.is_(None), Flag.kind != Kind.NEAR_GOAL, Pupil.id)
        .limit(1)
    ).one()
    return named.name, named.code


def _classmates(school: str, class_name: str, window: AssessmentWindow) -> sa.Select[str, str]:
    return (
        sa.select(Municipality.name, Pupil.code)
        .join(Pupil, Pupil.municipality_id == Municipality.id)
        .join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(School, School.id == SchoolClass.school_id)
        .where(
            School.code == school,
            SchoolClass.name == class_name,
            SchoolClass.academic_year == window.academic_year,
            Enrolment.ends_on.is_(None),
            Pupil.is_protected.is_(False),
        )
    )
