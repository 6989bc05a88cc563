"""Why a signal was raised, as a teacher reads it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from yardsticks import limits, measure, period, school_year, sheet, standard

from screening.cases import Cases
from screening.evidence import KINDS, examine
from screening.grounds import evidence
from screening.growth import Behind
from screening.periods import Period
from screening.reasons import Stands, lacking, number, provenance, why, window_words
from screening.signals import Family, FlagState

FLUENCY = measure(
    "ord", limits(18, 28, status="C"), name="Ord per minut", unit="ord/min", high=250, sem=8,
    implausible_gain=60_000,
)  # fmt: skip
LEGI = measure(
    "legi", limits(2, 3, status="G", near_status="P"), name="LegiLexi avkodning", unit="nivå", low=1, high=6
)
SOUNDS = measure("ljud", limits(goal=11, status="N"), name="Bokstavsljud", unit="antal", high=29)
STAGE = measure(
    "steg", limits(1, 2, status="G", near_status="P"), name="Avstämning A", unit="bedömning", high=2,
    official=True, labels=("Ej nådd", "Delvis", "Nådd"), area="decoding",
)  # fmt: skip


def line(family: Family, *periods: Period, window: int = -1) -> str:
    findings = examine(periods)
    number = window % len(periods)
    kind = KINDS[findings[number].by_family[family].kind[0]]
    return why(kind, evidence(Cases(periods, findings, number, [0]), family)[0])


def need(*measures: Any, decides: Any = None, **cells: Any) -> str:
    return line(Family.NEED, period(standard(*measures, decides=decides), cells))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            need(FLUENCY, ord=10),
            "Ord per minut: 10 ord/min. Målet är minst 28, nära målet minst 18. "
            "Resultatet ligger nära en gräns.",
        ),
        (
            need(FLUENCY, ord="k"),
            "Ord per minut: kan inte genomföras ännu. Målet är minst 28, nära målet minst 18. "
            "Resultatet är tydligt.",
        ),
        (
            need(SOUNDS, FLUENCY, ljud=12, ord=4),
            "Ett resultat är under målet. Ord per minut: 4 ord/min. Målet är minst 28, nära målet minst 18.",
        ),
        (
            need(FLUENCY, ord=20),
            "Ord per minut: 20 ord/min. Målet är minst 28, nära målet minst 18. Resultatet ligger "
            "på gränsen.",
        ),
        (
            need(SOUNDS, ljud=7),
            "Bokstavsljud: 7. Målet är minst 11. Mätsäkerheten är inte känd. "
            "Gör en ny avstämning om 4–6 skolveckor.",
        ),
        (
            need(LEGI, legi=1),
            "LegiLexi avkodning: nivå 1. Målet är minst 3, nära målet minst 2. En gräns är "
            "ett eget förslag och behöver bekräftas. Gör en ny avstämning om 4–6 skolveckor.",
        ),
        (
            need(FLUENCY, ord=26.5),
            "Ord per minut: 26,5 ord/min. Målet är minst 28, nära målet minst 18. Resultatet ligger "
            "på gränsen till målet. Gör en ny avstämning om 4–6 skolveckor.",
        ),
        (
            need(FLUENCY, ord=29),
            "Ord per minut: 29 ord/min. Målet är minst 28, nära målet minst 18. Resultatet når "
            "målet men ligger på gränsen. Gör en ny avstämning om 4–6 skolveckor.",
        ),
        (
            need(FLUENCY, STAGE, ord=50, steg=1),
            "Når målet för perioden, men inte i allt. Avstämning A: Delvis. Målet är minst Nådd, nära målet "
            "minst Delvis. Gör en ny avstämning om 4–6 skolveckor.",
        ),
    ],
)
def test_need_says_value_goal_and_how_sure(told: str, expected: str) -> None:
    assert told == expected


def test_a_contradiction_tells_both_sides_the_official_first() -> None:
    own = replace(FLUENCY, limits=limits(18, 28, status="P"))
    reading = measure("las", limits(3, 4, status="G"), low=1, high=9)
    assert need(own, STAGE, reading, decides=[["las"]], ord=10, steg=2) == (
        "Resultaten säger olika. Avstämning A når målet (Nådd); Ord per minut är under målet "
        "(10 ord/min). Gör en ny avstämning om 4–6 skolveckor."
    )


def test_a_level_that_stands_despite_what_is_missing_says_so() -> None:
    reading = measure("las", limits(3, 4, status="G"), low=1, high=9)
    assert need(FLUENCY, reading, decides=[["ord"], ["las"]], las=1).endswith(
        "Det gäller vad resultatet som saknas än hade blivit."
    )


def test_change_says_from_and_to_and_when() -> None:
    periods = school_year(standard(FLUENCY), [{"ord": 60}], [{"ord": 40}])
    assert line(Family.CHANGE, *periods) == (
        "Ord per minut: 60 ord/min hösten 2026/27, 40 ord/min vintern 2026/27. "
        "Skillnaden är större än mätfelet."
    )


def test_a_lost_level_says_that_the_goal_moved_and_not_the_pupil() -> None:
    rising = [limits(5, 10, 15), limits(10, 20, 30), limits(30, 40, 50)]
    names = ("autumn", "winter", "spring")
    periods = [
        period(standard(replace(FLUENCY, limits=found, sem=None)), {"ord": points}, code=f"2026/27-{name}")
        for found, points, name in zip(rising, (16, 20, 32), names, strict=True)
    ]
    assert line(Family.CHANGE, *periods) == (
        "Ord per minut har stigit (16, 20, 32) men målet snabbare. "
        "Från Över målet till Nära målet sedan hösten 2026/27."
    )


def test_a_missing_result_names_the_areas() -> None:
    found = period(standard(FLUENCY), {"ord": "f"}, expected=["ord"], is_due=True)
    assert line(Family.COVERAGE, found) == "Resultat saknas: läsflyt."
    assert line(Family.COVERAGE, found, found) == "Resultat saknas: läsflyt. Andra perioden i rad."


def test_a_number_to_check_says_what_is_odd() -> None:
    filled = sheet(standard(FLUENCY), {"ord": 20})
    filled.attempted[0, 0], filled.errors[0, 0] = 20, 24
    assert line(Family.DATA, period(standard(FLUENCY), sheet=filled)) == (
        "Ord per minut: 24 fel av 20 försök."
    )
    outside = period(standard(FLUENCY), {"ord": 260})
    assert line(Family.DATA, outside) == "Ord per minut: 260 ligger utanför 0–250."
    rise = school_year(standard(FLUENCY), [{"ord": 20}], [{"ord": 90}])
    assert line(Family.DATA, *rise).endswith("20 ord/min hösten 2026/27, 90 ord/min vintern 2026/27. "
                                             "Ökningen är ovanligt stor.")  # fmt: skip
    fall = school_year(standard(FLUENCY), [{"ord": 90}], [{"ord": 20}])
    assert line(Family.DATA, *fall).endswith("Skillnaden är ovanligt stor.")


def test_an_observation_says_who_and_when_and_never_what() -> None:
    seen = {0: {"observed_by": "guardian", "observed_on": "2026-10-02"}}
    found = period(standard(FLUENCY), {}, observations=seen)
    assert line(Family.OBSERVATION, found) == "Iakttagelse av vårdnadshavare 2026-10-02."


def test_slow_growth_is_told_by_its_rate_and_the_planned_one() -> None:
    slow = Behind(0, date(2026, 8, 24), 20_000, date(2026, 11, 2), 35_000, 8, 49, 0.642857, 1.5, 0.922573)
    found = period(standard(FLUENCY), {"ord": 30}, behind={0: [slow]})
    assert line(Family.GROWTH, found) == (
        "Ord per minut: 0,6 ord/min i veckan sedan 2026-08-24, planerat 1,5. 8 resultat under 7 veckor; "
        "de två senaste ligger under planerad utveckling."
    )


def test_provenance_names_status_and_source_of_each_limit() -> None:
    found = period(standard(LEGI), {"legi": 1})
    told = evidence(Cases([found], examine([found]), 0, [0]), Family.NEED)[0]
    assert provenance(told) == ["LegiLexi avkodning: eget förslag, publicerat mål. Källa: en studie"]
    only_goal = period(standard(SOUNDS), {"ljud": 1})
    told = evidence(Cases([only_goal], examine([only_goal]), 0, [0]), Family.NEED)[0]
    assert provenance(told) == ["Bokstavsljud: publicerad norm. Källa: en studie"]


def test_less_is_better_is_said_the_other_way_round() -> None:
    errors = measure("fel", limits(9, 5, status="G", higher_is_better=False), name="Fel", unit="fel", high=40)
    assert need(errors, fel=12).startswith("Fel: 12 fel. Målet är högst 5, nära målet högst 9.")


def test_small_words() -> None:
    assert lacking([["Bokstavsljud"]]) == "Resultat saknas: Bokstavsljud"
    assert lacking([["A", "B"], ["C"]]) == "Resultat saknas: A eller B; C"
    assert window_words("2026/27-spring") == "våren 2026/27"
    assert [number(12.5), number(12.0), number(0.125), number(1234567)] == ["12,5", "12", "0,125", "1234567"]


DROPPED = {"window": "2025/26-winter", "measures": []}
ODD = {
    "window": "2025/26-winter",
    "measures": [{"name": "Ord", "why": "outside_range", "value": 300, "minimum": 0, "maximum": 250}],
}


@pytest.mark.parametrize(
    ("kind", "evidence", "state", "is_determined", "now"),
    [
        ("drop", DROPPED, FlagState.AT_GOAL_ONCE, True, "gäller inte längre"),
        ("drop", DROPPED, FlagState.AT_GOAL_ONCE, False, "underlag saknas"),
        ("drop", DROPPED, FlagState.CLOSE_PROPOSED, True, "gäller inte längre, signalen kan avslutas"),
        ("drop", DROPPED, FlagState.PERSISTENT, False, "underlag saknas, men signalen kvarstår"),
        ("check_data", ODD, FlagState.CLOSE_PROPOSED, False,
         "ingen siffra att kontrollera, signalen kan avslutas"),
    ],
)  # fmt: skip
def test_what_is_from_an_earlier_window_is_told_after_what_the_latest_says(
    kind: str, evidence: dict[str, Any], state: FlagState, is_determined: bool, now: str
) -> None:
    told = why(kind, evidence, Stands("2026/27-autumn", state, is_determined))
    assert told == f"Hösten 2026/27: {now}. Från vintern 2025/26: {why(kind, evidence)}"


def test_what_is_from_the_same_window_is_told_as_it_is() -> None:
    assert why("drop", DROPPED, Stands("2025/26-winter", FlagState.NEW, True)) == why("drop", DROPPED)
