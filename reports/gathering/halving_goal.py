"""What the sheet about a goal says, from what was last released of it."""

from assessments import clock
from assessments.governing import in_force
from assessments.words import moment
from reports.figures.halving_goal import GoalPaper, GoalYear
from reports.figures.imprint import Imprint
from screening.coordination.figures import Percent, percent
from screening.coordination.goal_pages import GoalTold, Homes, goal_told
from screening.coordination.models import HalvingGoal
from screening.coordination.progress import Point

HIDDEN = "visas inte"
RULES = (
    "På väg: intervallet når ner till den raka vägen och ligger helt under utgångsläget. Inte på väg: hela "
    "intervallet ligger över vägen. Annars går det inte att säga än. Svaret ges bara när det är detsamma av "
    "dem som har resultat och av alla.",
    "Inom parentes står mellan vilka tal andelen troligen ligger (95 %, Wilson). En liten årskull räknas "
    "tillsammans med de närmast före. Grupper med färre än tio på någon sida visas inte.",
)


def goal_paper(goal: HalvingGoal, homes: Homes = (None,)) -> GoalPaper | None:
    """The sheet for who coordinates ``homes``; None while nobody has counted the goal."""
    told = goal_told(goal, homes)
    if told.found is None:
        return None
    everybody = in_force.chosen("initiative_name", clock.today())
    place = goal.municipality.name if goal.municipality else everybody
    span = f"{told.baseline_year} till {told.target_year}"
    return GoalPaper(
        imprint=Imprint(place, span, told.judged_by, clock.today()),
        name=told.name,
        sentence=told.sentence,
        about=f"Gäller {told.who}: andelen som {told.who_are} ska vara hälften så stor {told.target_year} "
        f"som {told.baseline_year}. {told.why}".strip(),
        picture=told.picture,
        years=tuple(_year(one, told) for one in told.found.points),
        beside=tuple((one.name, _beside(one), one.picture) for one in told.beside),
        notes=(_counted(told), *RULES),
    )


def _beside(told: GoalTold) -> str:
    return f"{told.sentence} Gäller {told.who}. {told.why}".strip()


def _counted(told: GoalTold) -> str:
    by = f" efter {told.judged_by}" if told.judged_by else ""
    return f"Räknat {moment(told.counted_at)}{by}, så som det finns i satsningens liggare."


def _year(one: Point, told: GoalTold) -> GoalYear:
    shown, together = one.figures, len(one.cohorts)
    beside = (f"{together} årskullar" if together > 1 else "", told.limit_of(one))
    path = HIDDEN if one.path is None else percent(one.path)
    return GoalYear(
        academic_year=", ".join((one.academic_year, *filter(None, beside))),
        count=HIDDEN if shown.under_goal is None else str(shown.under_goal),
        assessed=HIDDEN if shown.assessed is None else f"{shown.assessed} av {shown.enrolled}",
        of_assessed=_share(shown.of_assessed),
        of_all=_share(shown.of_all),
        path="utgångsläge" if one.academic_year == told.baseline_year else path,
        answer=one.answer.label if one.answer else "",
    )


def _share(one: Percent | None) -> str:
    return HIDDEN if one is None else f"{one.words} ({one.between})"
