"""The teacher of the class that is printed has read through most of its pages for the home, and some homes
get them in their own language."""

from dataclasses import replace

from assessments import windows
from assessments.database import db
from assessments.demo import telling
from assessments.recording import Recorder
from assessments.roster.models import Pupil
from reports.finding import find_class
from reports.gathering.guardian import class_set
from reports.home_languages import turn_on
from reports.home_pages import as_proposed, review_pages, save_page
from reports.models import PageState
from reports.text_checks import words_in


def read_through(example: telling.Example) -> None:
    """Words of her own on the first, the others reviewed at once; who needs more is left to read. Flushes."""
    told, window = example.plan.stories["printed"], windows.find(example.plan.windows[-1].code)
    by = example.recorders.get((told["school"], told["class"], window.academic_year), Recorder())
    school_class = find_class(f"{told['school']}/{told['class']}", window)
    for language in told["languages"]:
        turn_on(school_class.school, language, Recorder())
    sheets = class_set(school_class, window).sheets
    calm = [sheet for sheet in sheets if not sheet.says_needs_support]
    for sheet, comment in zip(calm, told["comments"], strict=False):
        written = replace(as_proposed(sheet), comment=comment, vouched_for=frozenset(words_in(comment)))
        pupil = db.session.get_one(Pupil, sheet.key)
        save_page(pupil, window, sheet, written, PageState.REVIEWED, by, expected_version=0)
    review_pages(window, calm[len(told["comments"]) :], by)
