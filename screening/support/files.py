"""Taking in support periods and their results from a file: all or nothing, and the same file again changes
nothing. Whoever gets something new is judged in the same transaction.
"""

import sqlalchemy as sa

from assessments.clock import today
from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.roster.models import Municipality, Pupil
from assessments.roster.table_files import read_table
from assessments.roster.tables import Limits, in_order
from assessments.score_pupils import Terms
from assessments.score_rows import ABOUT_PUPILS
from assessments.words import counted
from screening import flagging
from screening.support.comparing import Comparison, SupportImport
from screening.support.rows import COLUMNS, SupportReader
from screening.support.stored import parts, write


def import_support(name: str, content: bytes, limits: Limits, terms: Terms) -> SupportImport:
    """Compare the file with what is kept and, where nothing is wrong, write what is new.

    A fixed number of statements per 5,000 pupils, besides judging. The caller commits. Raises UnreadableFile
    where there is no table to speak of.
    """
    table = read_table(name, content, limits, (*COLUMNS, *ABOUT_PUPILS))
    reader = SupportReader.of(table, measures(), today())
    told = SupportImport(rows=len(table.rows), notes=reader.notes)
    comparison = Comparison(told, reader, terms)
    comparison.run()
    told.problems = in_order(reader.problems, table)
    if terms.writes and not told.problems:
        write(comparison.periods, comparison.results, comparison.kinds)
        flagging.judge_pupils(told.pupil_ids)
    return told


def municipalities_of(told: SupportImport) -> list[Municipality]:
    """Those whose pupils got something new: the trail says so for each."""
    found: dict[int, Municipality] = {}
    for part in parts(sorted(told.pupil_ids)):
        theirs = sa.select(Pupil.municipality_id).where(Pupil.id.in_(part))
        for one in db.session.scalars(sa.select(Municipality).where(Municipality.id.in_(theirs))):
            found[one.id] = one
    return [found[key] for key in sorted(found)]


def summary(told: SupportImport) -> list[str]:
    """What the file does, line by line, in Swedish."""
    counts = {
        "Nya stödperioder": told.new,
        "Ändrade stödperioder": told.changed,
        "Nya resultat": told.new_results,
        "Ersatta resultat": told.changed_results,
        "Angivna insatser": told.kinds,
        "Oförändrade resultat": told.unchanged_results,
    }
    pupils = counted(len(told.pupil_ids), "elev", "elever")
    lines = [f"{counted(told.rows, 'rad', 'rader')}, något nytt om {pupils}."]
    lines += [f"{called}: {count}" for called, count in counts.items() if count]
    lines += [f"Obs: {note}" for note in told.notes]
    return lines if told.pupil_ids else [*lines, "Inget att ändra."]
