"""A page about nobody: what a translation looks like, for whoever reads it before the school turns it on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.figures.growth import Growth, GrowthScale, Moment, Zones
from reports.figures.guardian import AreaRow, ClassSet, GuardianSheet
from reports.figures.imprint import Imprint
from reports.sentences import proposal
from reports.translating import as_chosen, scale_in_words
from reports.wording import points_told, wording
from screening.levels import Level

D = Decimal
YEAR = 2
ROWS = (
    ("letters", Level.AT_GOAL, "bokstavsljud", Zones(D(0), D(29), D(24), D(27)), 28),
    ("fluency", Level.NEAR_GOAL, "ord_per_minut", Zones(D(0), D(250), D(26), D(35)), 31),
)
MOMENTS = (Moment("vår", "åk 1", D(18), D(28)), Moment("höst", "åk 2", D(26), D(35)))


def specimen(language: str, school: str, today: date) -> ClassSet:
    """The translation with the Swedish page on its back, about an invented child."""
    swedish = _sheet("sv", school, today)
    front = as_chosen(_sheet(language, school, today), swedish)
    return ClassSet(swedish.imprint, "2A", (replace(swedish, homes=(front,)),))


def _sheet(language: str, school: str, today: date) -> GuardianSheet:
    words = wording(language)
    levels = [(area, level) for area, level, *_ in ROWS]
    proposed = proposal(levels, YEAR, words)
    return GuardianSheet(
        imprint=Imprint(school, "Provblad", "påhittade mål", today),
        key=0, name="Kim Ek", first_name="Kim", class_name="2A", year=YEAR, level=Level.NEAR_GOAL,
        rows=(*_rows(language), AreaRow("comprehension", None)),
        can=proposed.can, practise=proposed.practise, home=proposed.home,
        support=(), growth=_growth(language), contact=words["functions"]["teacher"], phone=None,
        language=language,
    )  # fmt: skip


def _rows(language: str) -> list[AreaRow]:
    words = wording(language)
    return [
        AreaRow(
            area, level, zones, D(points), None, points_told(words, measure, D(points), zones.maximum)
        )
        for area, level, measure, zones, points in ROWS
    ]  # fmt: skip


def _growth(language: str) -> Growth:
    words = wording(language)
    title, unit = words["areas"]["fluency"]["name"], words["growth"]["ord_per_minut"]
    scale = GrowthScale(title, unit, D(0), D(60), MOMENTS)
    return Growth(scale_in_words(scale, words), ((0, D(22)), (1, D(31))), now=1)
