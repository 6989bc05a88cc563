"""A limit of one's own results as the coordinator reads it, beside the one that judges today."""

from dataclasses import dataclass

from assessments import calendar, windows
from assessments.clock import today
from assessments.database.types import from_thousandths
from assessments.instruments.catalogue import measures
from assessments.models import Season
from assessments.words import counted
from screening.benchmarks import proposing
from screening.benchmarks.catalogue import Benchmarks, InForce, benchmarks_in_force, in_force
from screening.benchmarks.proposing import Question, percent, share
from screening.local_limits import CAUTION, about
from screening.percent import whole_percent
from screening.queries.benchmark_pages import limit_shown
from screening.queries.limit_sources import limit_words


@dataclass(frozen=True)
class LimitProposal:
    sentence: str
    facts: tuple[tuple[str, str], ...]
    caution: str


def places() -> dict[str, str]:
    """The years and seasons that are judged today, in time: ``2-spring`` and what people call it; none while
    nothing judges."""
    found = _today()
    keys = sorted(found[1].plans, key=lambda at: (at[0], windows.ORDER[at[1]])) if found else []
    return {f"{year}-{season.value}": _place(year, season) for year, season in keys}


def limit_proposal(question: Question) -> LimitProposal:
    """Raises ``Refused`` with why there is none."""
    found, measure = proposing.proposed(question), measures()[question.measure]
    low, limit, high = (
        limit_shown(from_thousandths(one), measure) for one in (found.low, found.limit, found.high)
    )
    area = found.area
    return LimitProposal(
        sentence=f"{measure.name} ({_place(question.year, question.season)}): gränsen {limit} hittar nio av "
        f"tio av dem som {question.goal} inte nådde målet. Inget har ändrats.",
        facts=(
            ("Föreslagen gräns", f"mål {limit}; {low} till {high} i 95 av 100 omtag"),
            ("Gränsen i dag", _limit_today(question)),
            ("Hittar", f"{percent(found.sensitivity)} av dem som inte nådde målet, prövat utanför urvalet"),
            ("Pekar inte ut", f"{percent(found.specificity)} av dem som nådde målet, prövat utanför urvalet"),
            (
                "Skiljer dem åt",
                f"av två elever, en som nådde målet och en som inte gjorde det, hade den senare det sämre "
                f"resultatet {whole_percent(area.area)} gånger av 100 (AUC {share(area.area)}, "
                f"{share(area.low)}–{share(area.high)})",
            ),
            (
                "Underlag",
                f"{about(found.cases + found.others)} elever i "
                f"{counted(found.cohorts, 'årskull', 'årskullar')}; {percent(found.base_rate)} nådde inte "
                f"målet; {percent(found.share_missing)} saknar resultat eller nivå",
            ),
        ),
        caution=CAUTION,
    )


def _today() -> tuple[InForce, Benchmarks] | None:
    """The set that judges the window to work in, and what it says."""
    now = windows.current(windows.in_order())
    force = in_force([now]).get(now.id) if now else None
    return (force, benchmarks_in_force([force], measures())[force.set_id]) if force else None


def _limit_today(question: Question) -> str:
    found, measure = _today(), measures()[question.measure]
    if found is None:
        return "ingen gräns"
    force, says = found
    cut = says.cuts.get((question.measure, question.year, question.season))
    return f"{limit_words(cut, measure)}, {force.called}"


def _place(year: int, season: Season) -> str:
    return f"{calendar.year_label(year, calendar.academic_year_on(today()))}, {season.heading.lower()}"
