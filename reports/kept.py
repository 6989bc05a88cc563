"""What this room keeps about a pupil: the page for the home as somebody left it, and what was printed."""

from assessments.extracts.register import Fetch, Kept
from reports.models import HomePage
from reports.print_jobs.models import Outcome, PrintClass, PrintOrder, PrintPage
from screening.kept_words import in_words

OUTCOMES = {
    Outcome.WAITING: "väntar",
    Outcome.PRINTED: "utskrivet",
    Outcome.HELD_BACK: "hålls inne: väntar på ett samtal",
    Outcome.LEFT_OUT: "inte med: skyddad, utan resultat, eller gick inte längre i klassen",
    Outcome.NOTE: "gick inte att göra: en lapp i stället",
}


def _words(told: list[list[str]]) -> list[str]:
    """The sentences as they were printed, without their places in the catalogue."""
    return [words for _place, words in told]


KEPT = [
    Kept(
        "blad_hem", HomePage, (HomePage.pupil_id,),
        reads={"can": _words, "practise": _words, "home": _words, "basis": in_words},
    ),
    Kept(
        "utskrifter", PrintPage, (PrintPage.pupil_id,), reads={"outcome": OUTCOMES.__getitem__},
        joins=(
            (PrintClass, PrintClass.id == PrintPage.print_class_id),
            (PrintOrder, PrintOrder.id == PrintClass.print_order_id),
        ),
        beside={
            "beställd": PrintOrder.created_at, "ändamål": PrintOrder.purpose, "period": PrintOrder.window_id,
            "klass": PrintClass.school_class_id, "beställd_av": PrintClass.duty_id,
        },
    ),
]  # fmt: skip
NAMED: dict[str, Fetch] = {}
WITHOUT_KEY: dict[str, str] = {}
