"""The text that everybody of a year reads in a window: named and dated, and told apart from other texts."""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from assessments import calendar
from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import Measure
from assessments.models import AgreedText, AssessmentWindow, Score
from assessments.one_line import one_line
from assessments.recording import Outcome, Recorder, Status, Write, record_scores
from assessments.refusals import Refused
from assessments.roster.holding import hold
from assessments.words import day

LONGEST = 100
Place = tuple[int, str]  # year, measure code


def texts_of(window: AssessmentWindow) -> dict[Place, AgreedText]:
    """Every text agreed for the window. One query."""
    rows = db.session.scalars(sa.select(AgreedText).filter_by(window_id=window.id))
    return {(row.year, row.measure): row for row in rows}


def text_for(window: AssessmentWindow, year: int, measure: str) -> AgreedText | None:
    return db.session.scalar(sa.select(AgreedText).filter_by(window_id=window.id, year=year, measure=measure))


def same_text_places(known: Mapping[str, Measure]) -> list[Place]:
    """The years and measures that need one text, in reading order."""
    return [(year, code) for code, one in known.items() if one.same_text for year in one.years]


def agree(
    window: AssessmentWindow, place: Place, name: str, decided_on: date | None, known: Mapping[str, Measure]
) -> bool:
    """Name the text, or (without a name) take it back; True when that changed something."""
    year, code = place
    if place not in same_text_places(known):
        raise Refused("Måttet jämförs inte text för text i den årskursen.")
    found = text_for(window, year, code)
    if not name.strip():
        if found is not None:
            db.session.delete(found)
            db.session.flush()
        return found is not None
    name = one_line(name, LONGEST, "Skriv vad texten heter.")
    decided_on = decided_on or (found.decided_on if found and found.name == name else today())
    _refuse_day(decided_on, window)
    if found is not None and (found.name, found.decided_on) == (name, decided_on):
        return False
    text = found or AgreedText(window_id=window.id, year=year, measure=code)
    text.name, text.decided_on = name, decided_on
    db.session.add(text)
    db.session.flush()
    return True


def _refuse_day(decided_on: date, window: AssessmentWindow) -> None:
    if decided_on > today():
        raise Refused(f"Datumet {day(decided_on)} har inte varit ännu.")
    if decided_on > calendar.last_day(window.academic_year):
        raise Refused(f"Datumet {day(decided_on)} ligger efter läsåret {window.academic_year}.")


def told(texts: Mapping[Place, AgreedText], measure: str, years: Collection[int], academic_year: str) -> str:
    """``Sommarlovet, bestämd 2026-09-01``; with the year where a class has several."""
    found = [(year, texts[year, measure]) for year in sorted(years) if (year, measure) in texts]
    if len(found) == len(years) and len({(text.name, text.decided_on) for _, text in found}) == 1:
        return _named(found[0][1])
    return "; ".join(f"{calendar.year_label(year, academic_year)}: {_named(text)}" for year, text in found)


def _named(text: AgreedText) -> str:
    return f"{text.name}, bestämd {day(text.decided_on)}"


def retell_text(
    window: AssessmentWindow, pupil_id: int, measure: Measure, is_agreed: bool, version: int, by: Recorder
) -> Outcome:
    """Say of the result in a cell, in the version somebody saw, which text it was read on. Flushes."""
    if not measure.same_text:
        raise Refused(f"{measure.name} jämförs inte text för text.")
    here = {"pupil_id": pupil_id, "window_id": window.id, "measure": measure.code}
    score = db.session.scalar(sa.select(Score).filter_by(**here))
    if score is None:
        raise Refused("Det står inget resultat i rutan.")
    [outcome] = record_scores(window, [_retold(score, is_agreed, version)], by)
    return outcome


def retell_column(
    window: AssessmentWindow, pupil_ids: Collection[int], measure: Measure, is_agreed: bool, by: Recorder
) -> int:
    """Say the same of every result these pupils have; returns how many it was news for. Flushes."""
    if not measure.same_text:
        raise Refused(f"{measure.name} jämförs inte text för text.")
    hold(set(pupil_ids))
    scores = db.session.scalars(
        sa.select(Score).where(
            Score.window_id == window.id, Score.measure == measure.code, Score.pupil_id.in_(pupil_ids)
        )
    )
    outcomes = record_scores(window, [_retold(one, is_agreed, one.version) for one in scores], by)
    return sum(outcome.status is Status.STORED for outcome in outcomes)


def _retold(score: Score, is_agreed: bool, version: int) -> Write:
    return Write(
        score.pupil_id,
        score.measure,
        points=score.points,
        absence=score.absence,
        is_discontinued=score.is_discontinued,
        expected_version=version,
        is_on_agreed_text=is_agreed,
        is_confirmed=score.is_confirmed,
    )
