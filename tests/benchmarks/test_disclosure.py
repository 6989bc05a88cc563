"""The audit of a nation's schools, beside one linear program for each end of every hidden number.

Run with ``pytest tests/benchmarks --benchmark-only``. The peer is asked of fewer schools: its time grows with
the square of them. Goal: 1,500 schools within seconds, and at least 25 times faster than the peer.
"""

import random
import time
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import linprog

from assessments.roster.models import Curriculum
from screening.disclosure import IN_FILES, Counts, Ledger, Table, audit, publish
from screening.initiative_counts import Place
from screening.initiative_lattice import Cohort, Lattice

MUNICIPALITIES = 290  # of a nation, with one to nine schools each
PEERS = 40  # of what the peer is asked


def country(municipalities: int, seed: int = 1) -> Table:
    chance = random.Random(seed)
    cells, lines = {}, {}
    for place in range(municipalities):
        own = {f"m{place} s{number}": school(chance) for number in range(chance.randint(1, 9))}
        cells |= own
        lines |= {cell: frozenset([cell]) for cell in own} | {f"m{place}": frozenset(own)}
    return Table(cells, {**lines, "all": frozenset(cells)})


def school(chance: random.Random) -> Counts:
    enrolled = chance.choice([8, 15, 25, 40, 60, 90])
    under = sum(chance.random() < 0.3 for _ in range(enrolled))
    return Counts(under, enrolled - under)


def by_programs(table: Table, hidden: frozenset[str]) -> int:
    """Both ends of every hidden number by a program over every cell; how many are known within four."""
    cells, known = sorted(table.cells), 0
    rows = {line: np.array([cell in of for cell in cells], float) for line, of in table.lines.items()}
    shown = np.array([rows[line] for line in rows if line not in hidden])
    for kind in ("under_goal", "at_goal"):
        counts = np.array([getattr(table.cells[cell], kind) for cell in cells], float)
        for line in sorted(hidden):
            low, high = (
                linprog(way * rows[line], A_eq=shown, b_eq=shown @ counts, method="highs").fun
                for way in (1, -1)
            )
            known += -high - low <= 4
    return known


def test_the_audit_beside_a_program_for_every_number(benchmark: Any):
    table, nation = country(PEERS), country(MUNICIPALITIES)
    hidden, _ = publish(table, "peer", Ledger(), IN_FILES)
    ratios = []
    for _ in range(3):
        begun = time.process_time()
        assert list(audit(table, hidden)) == []
        between = time.process_time()
        assert by_programs(table, hidden) == 0
        ratios.append(round((time.process_time() - between) / (between - begun), 1))
    benchmark.extra_info["times faster than the peer"] = sorted(ratios)
    print("\ntimes faster", benchmark.extra_info, len(nation.cells), "schools")
    benchmark.pedantic(publish, args=(nation, "nation", Ledger(), IN_FILES), rounds=2)


def places_and_counts(
    municipalities: int, seed: int
) -> tuple[list[Place], dict[tuple[int, Curriculum], Counts]]:
    """Schools, and of each who read Swedish and who read it as a second language."""
    chance, places, counts = random.Random(seed), [], {}
    for number, name in enumerate(cell for cell in country(municipalities).cells):
        home = name.split()[0]
        places.append(Place(number, name, None, int(home[1:]), home))
        for curriculum, size in ((Curriculum.SWEDISH, 48), (Curriculum.SWEDISH_AS_SECOND_LANGUAGE, 12)):
            enrolled = chance.randint(size // 4, size * 2)
            under = sum(chance.random() < 0.3 for _ in range(enrolled))
            counts[number, curriculum] = Counts(under, enrolled - under)
    return places, counts


def test_the_table_of_a_nation_with_sv_and_sva_and_two_cohorts(benchmark: Any):
    """As ``initiative compare`` makes it: the window's own lines, sv and sva apart, cohorts together."""

    def table(municipalities: int) -> float:
        begun, cohorts = time.process_time(), []
        for number, code in enumerate(("2025/26-autumn", "2026/27-autumn")):
            places, counts = places_and_counts(municipalities, number)
            one = Cohort(code, counts)
            hidden, _ = publish(Table(one.cells, one.lines(places)), code, Ledger(), IN_FILES)
            cohorts.append(replace(one, hidden=hidden))
        gone = Lattice.of(cohorts, places).release(Ledger(), [])
        assert list(audit(gone.table, gone.hidden)) == []
        return time.process_time() - begun

    few, nation = table(MUNICIPALITIES // 5), table(MUNICIPALITIES)
    benchmark.extra_info["of a fifth of it"] = round(nation / few, 1)
    print(f"\n{nation:.1f} s for a nation, {nation / few:.1f} x a fifth of it")
    benchmark.pedantic(table, args=(MUNICIPALITIES // 5,), rounds=1)
