"""Everything a pupil's page shows: results of all windows, growth, signals with their lives, and history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from assessments import calendar, windows
from assessments.absence.queries import Absence, absence_of
from assessments.access.permissions import Permission, classes_open_to
from assessments.cell_history import HistoryRow, score_history
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import AssessmentWindow, Score
from assessments.roster.models import Enrolment, Pupil, SchoolClass, SchoolForm
from screening import reasons
from screening.handovers.knowing import Closed
from screening.handovers.seeing import held_from, is_open
from screening.levels import Certainty, Level
from screening.models import Judgement
from screening.queries.checklist import Checklist, checklist
from screening.queries.consultations import ConsultationRow, consultations_of
from screening.queries.limit_sources import LimitSource, limit_sources
from screening.queries.provenance import Provenance
from screening.queries.pupil_results import Area, Cell, areas
from screening.queries.pupil_support import pupil_support
from screening.queries.pupil_threads import ThreadLife, thread_lives
from screening.queries.shown import level_of, note_on
from screening.queries.standards import standards
from screening.queries.thread_work import StepTaken

if TYPE_CHECKING:
    from screening.support.queries.shown import SupportShown


@dataclass(frozen=True)
class WindowColumn:
    """One window of the pupil, and its level. ``sure`` is the certainty in words."""

    label: str
    short: str
    year: str
    code: str
    word: str
    sure: str
    note: str
    judged_by: str
    former: tuple[str, ...]  # what earlier versions said, latest first
    absence: Absence | None = None


@dataclass(frozen=True)
class PupilPage:
    pupil_id: int
    name: str
    class_name: str
    class_id: int | None
    school_id: int | None
    school_name: str
    year: str
    has_own_goals: bool
    is_protected: bool
    held: Closed  # times at other schools stay closed until a handover is accepted
    sources: tuple[LimitSource, ...]
    sentence: str
    columns: tuple[WindowColumn, ...]  # latest first: what matters most needs no scrolling
    areas: tuple[Area, ...]
    threads: tuple[ThreadLife, ...]
    consultations: tuple[ConsultationRow, ...]
    checklist: Checklist | None
    support: "tuple[SupportShown, ...]"  # latest first
    history: tuple[HistoryRow, ...]
    history_classes: Mapping[str, int]  # window's slug -> the class on whose sheet it stands
    latest_slug: str | None  # the window a print is for
    overview_slug: str | None  # a window of the class's own academic year

    @property
    def is_to_come(self) -> bool:
        """The pupil goes at another school until then."""
        return self.held.before is not None and self.held.before > today()


def pupil_page(pupil: Pupil) -> PupilPage:
    """The page as it is printed. A fixed number of queries, however much the pupil has done."""
    place = _place_now(pupil)
    known = measures()
    scores, judgements = _scores(pupil), _judgements(pupil)
    there = {window_id for window_id, _ in scores} | judgements.keys()
    declared, held = windows.in_order(), held_from(pupil.id)
    seen = {one.slug for one in declared if not held.covers(one.closes_on)}
    shown = [one for one in declared if one.id in there]
    judged_by = standards(shown, known)
    threads = thread_lives(pupil)
    adapted = pupil.school_form is SchoolForm.ANPASSAD
    provenance = Provenance.fetch(pupil, judged_by)
    school_class = place.SchoolClass if place else None
    this_year = [one for one in declared if school_class and one.academic_year == school_class.academic_year]
    latest_here = windows.current(this_year)
    away = absence_of(sa.select(Pupil.id).where(Pupil.id == pupil.id))
    return PupilPage(
        pupil_id=pupil.id,
        name=pupil.name,
        class_name=school_class.name if school_class else "",
        class_id=school_class.id if school_class else None,
        school_id=school_class.school_id if school_class else None,
        school_name=school_class.school.name if school_class else "",
        year=calendar.year_label(place.year, school_class.academic_year) if place and school_class else "",
        has_own_goals=adapted,
        is_protected=pupil.is_protected,
        held=held,
        sources=() if adapted else limit_sources(judged_by, _judged_places(shown, scores)),
        sentence=_sentence(shown, judgements, threads),
        columns=tuple(
            replace(_column(one, judgements.get(one.id), provenance), absence=away.get((pupil.id, one.id)))
            for one in reversed(shown)
        ),
        areas=tuple(areas(shown, scores, judged_by, adapted)),
        threads=threads,
        consultations=tuple(consultations_of(pupil, school_class)),
        checklist=None if adapted else checklist(pupil, place.year if place else None, _steps_of(threads)),
        support=pupil_support(pupil),
        history=tuple(row for row in score_history(pupil) if row.window_slug in seen),
        history_classes=_classes_of(pupil, declared),
        latest_slug=shown[-1].slug if shown else None,
        overview_slug=latest_here.slug if latest_here else None,
    )


def _steps_of(threads: Sequence[ThreadLife]) -> list[StepTaken]:
    """Of all threads, the latest first."""
    steps = [step for life in threads for step in life.steps]
    return sorted(steps, key=lambda step: (step.taken_on, step.id), reverse=True)


def _place_now(pupil: Pupil) -> Any:
    """The pupil's class now, else the one to come, among those the person may see."""
    return db.session.execute(
        sa.select(SchoolClass, Enrolment.year)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(
            Enrolment.pupil_id == pupil.id,
            SchoolClass.id.in_(classes_open_to(Permission.SEE_SCORES).with_only_columns(SchoolClass.id)),
            sa.or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today()),
        )
        .options(joinedload(SchoolClass.school))
        .order_by(Enrolment.starts_on > today(), Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).first()


def _scores(pupil: Pupil) -> dict[Cell, Any]:
    columns = (
        Score.window_id, Score.measure, Score.year, Score.points, Score.absence, Score.is_discontinued,
        Score.assessed_on,
    )  # fmt: skip
    asked = sa.select(*columns).where(Score.pupil_id == pupil.id, is_open(Score.pupil_id, Score.window_id))
    rows = db.session.execute(asked)
    return {(row.window_id, row.measure): row for row in rows}


def _judgements(pupil: Pupil) -> dict[int, Judgement]:
    own = sa.select(Judgement).where(Judgement.pupil_id == pupil.id)
    rows = db.session.scalars(own.where(is_open(Judgement.pupil_id, Judgement.window_id)))
    return {row.window_id: row for row in rows}


def _sentence(
    shown: Sequence[AssessmentWindow], judgements: Mapping[int, Judgement], threads: Sequence[ThreadLife]
) -> str:
    signals = [life for life in threads if life.card is not None]
    told = "Inga resultat ännu."
    if shown:
        latest = shown[-1]
        told = f"{level_of(judgements.get(latest.id)).label} {latest.label[0].lower()}{latest.label[1:]}"
        told += f" ({level_note})." if (level_note := note_on(judgements.get(latest.id))) else "."
    if not signals:
        return f"{told} Inga öppna signaler."
    return f"{told} {len(signals)} {'öppen signal' if len(signals) == 1 else 'öppna signaler'}."


def _judged_places(
    shown: Sequence[AssessmentWindow], scores: Mapping[Cell, Any]
) -> list[tuple[AssessmentWindow, str, int]]:
    """Where a result of the pupil was compared with limits, latest window first."""
    window_of = {one.id: one for one in shown}
    latest_first = sorted(scores, key=lambda cell: -list(window_of).index(cell[0]))
    return [(window_of[cell[0]], cell[1], scores[cell].year) for cell in latest_first]


def _column(window: AssessmentWindow, judgement: Judgement | None, told: Provenance) -> WindowColumn:
    level = level_of(judgement)
    year = calendar.year_label(judgement.year, window.academic_year) if judgement else ""
    is_determined = judgement is not None and level is not Level.NOT_DETERMINED
    reason = judgement.reason if judgement and not is_determined and judgement.at_best is None else None
    return WindowColumn(
        label=window.label,
        short=f"{window.season.label} {window.academic_year}",
        year=year,
        code=level.value,
        word=level.label,
        sure=reasons.HOW_SURE[Certainty(judgement.certainty)] if judgement and is_determined else "",
        note=note_on(judgement) or reason or "",
        judged_by=told.words(window, judgement),
        former=told.former.get(window.id, ()),
    )


def _classes_of(pupil: Pupil, declared: Sequence[AssessmentWindow]) -> dict[str, int]:
    """For each window the pupil's class that year, of those the signed-in person may see scores of."""
    rows = db.session.execute(
        classes_open_to(Permission.SEE_SCORES)
        .with_only_columns(SchoolClass.academic_year, SchoolClass.id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.pupil_id == pupil.id)
        .order_by(Enrolment.starts_on)
    )
    classes = dict(rows.all())
    return {one.slug: classes[one.academic_year] for one in declared if one.academic_year in classes}
