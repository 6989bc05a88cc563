"""What another set would change: counted as judging counts it, shown only where groups are large enough."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from coordinating import a_school, alone, pupils
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from posting import post
from reading_pages import sentence, texts
from scoring import class_2b, judge_everyone, record

from assessments.database import db
from assessments.instruments.catalogue import measures
from assessments.models import Season
from assessments.roster.models import Municipality, School, SchoolClass
from assessments.writes import Recorder
from screening import comparing
from screening.benchmarks import adopting, drafting
from screening.benchmarks.catalogue import Benchmarks, benchmarks, from_content
from screening.benchmarks.differences import differences
from screening.benchmarks.drafting import Author
from screening.benchmarks.models import BenchmarkDraft
from screening.compared import ReleasedComparison
from screening.coordination.ledger import latest_shares, table_of
from screening.disclosure import ON_PAGES, Counts, Table, audit
from screening.initiative import compare as shares_of
from screening.level_changes import LEVELS, Flow, LevelChanges, level_changes
from screening.levels import Level
from screening.models import BenchmarkSet, Judgement
from screening.shown_changes import AT, EVERYBODY, MISSING, UNDER, Told, tell

SignIn = Callable[[Any], FlaskClient]
WORDS = ("ord_per_minut", 2, "autumn")
SIXTEEN = [
    20,
    21,
    22,
    23,
    24,
    70,
    70,
    80,
    90,
    90,
    120,
    120,
    120,
    120,
    120,
    120,
]  # 5 under 35, 5 more under 100


@pytest.fixture
def stricter(ekbacken: Ekbacken) -> BenchmarkDraft:
    """The default with the goal of year 2 moved from 35 to 100 words a minute."""
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    draft = drafting.draft_from_set(default, None)
    there = drafting.limit_at(drafting.content(draft), WORDS)
    limits = {key: value for key, value in there.items() if key not in ("measure", "year", "season")}
    drafting.change_limit(
        draft, WORDS, {**limits, "goal_from": Decimal(100), "above_from": Decimal(140)}, Author(None, 1)
    )
    db.session.commit()
    return draft


def candidate(draft: BenchmarkDraft) -> Benchmarks:
    return from_content(drafting.content(draft), measures())


@pytest.mark.both_databases
def test_counts_are_those_of_judging_by_the_set(ekbacken: Ekbacken, stricter: BenchmarkDraft) -> None:
    """Level by level: what stands now against what stands when it has been adopted and all are judged."""
    _, pupils = class_2b(ekbacken, [20, 45, 70, 90, 110, 120, 150, None])
    judge_everyone()
    changes = level_changes(ekbacken.autumn, candidate(stricter))
    before = levels()
    published = drafting.publish_draft(stricter, Author(None, 2))
    adopting.adopt(published, ekbacken.autumn.opens_on)
    judge_everyone()
    after = levels()
    flow = np.zeros((LEVELS, LEVELS), np.int64)
    for pupil in (one.id for one in pupils):
        flow[before[pupil].rank + 1, after[pupil].rank + 1] += 1
    assert (changes.windows[ekbacken.school.id, 2] == flow).all()
    assert changes.measures["ord_per_minut", 2].sum() == 7


def test_what_one_draft_was_compared_to_says_nothing_of_the_next(
    ekbacken: Ekbacken, stricter: BenchmarkDraft
) -> None:
    class_2b(ekbacken, [20, 45, 70, 90, 110, 120, 150])
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    same = drafting.draft_from_set(default, None)
    moved, still = (
        level_changes(ekbacken.autumn, candidate(one)).windows[ekbacken.school.id, 2]
        for one in (stricter, same)
    )
    assert moved.sum() == still.sum() == 7
    assert np.trace(still) == 7 > np.trace(moved)


def levels() -> Mapping[int, Level]:
    db.session.expire_all()
    return {row.pupil_id: row.level for row in db.session.scalars(sa.select(Judgement))}


def test_nothing_is_written_by_looking(ekbacken: Ekbacken, stricter: BenchmarkDraft) -> None:
    class_2b(ekbacken, [20, 70, 110])
    before = [(one.level, one.judged_at) for one in db.session.scalars(sa.select(Judgement))]
    level_changes(ekbacken.autumn, candidate(stricter))
    assert not db.session.dirty
    assert not db.session.new
    assert [(one.level, one.judged_at) for one in db.session.scalars(sa.select(Judgement))] == before


def test_what_the_sets_say_differently_is_told(ekbacken: Ekbacken, stricter: BenchmarkDraft) -> None:
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    same = drafting.draft_from_set(default, None)
    found = differences(candidate(same), candidate(stricter))
    assert [change.place for change in found.limits] == [WORDS]
    assert found.places() == {(2, Season.AUTUMN)}
    assert differences(candidate(same), candidate(same)).limits == ()


class TestThePage:
    def test_tells_how_many_change_level(
        self, ekbacken: Ekbacken, stricter: BenchmarkDraft, signed_in: SignIn
    ) -> None:
        class_2b(ekbacken, SIXTEEN)
        client, address = signed_in(ekbacken.cecilia), f"/benchmarks/drafts/{stricter.id}/comparison"
        assert sentence(client.get(address).text) == "Hösten 2026/27: inte räknat ännu."
        assert post(client, address).location.endswith(address)
        page = client.get(address).text
        assert sentence(page) == (
            "Hösten 2026/27: 5 av 20 elever byter nivå; 10 når ännu inte målet, mot 5 i dag."
        )
        rows = texts(page, "//div[@aria-label='Gränser som skiljer sig']//tbody/tr")
        assert len(rows) == 1
        assert "mål 35" in rows[0]
        assert "mål 100" in rows[0]
        (row,) = texts(page, "//div[contains(@aria-label, 'enskilt mått')]//tbody/tr")
        assert row.startswith("Rätt lästa ord per minut, text, åk 2 visas inte 5 ")

    @pytest.mark.slow
    def test_hides_small_groups(
        self, ekbacken: Ekbacken, stricter: BenchmarkDraft, signed_in: SignIn
    ) -> None:
        class_2b(ekbacken, [20, 70, 110, 150])
        client, address = signed_in(ekbacken.cecilia), f"/benchmarks/drafts/{stricter.id}/comparison"
        post(client, address)
        page = client.get(address).text
        assert sentence(page) == "Hösten 2026/27: visas inte (små grupper)."
        told = texts(page, "//div[contains(@aria-label, 'per kommun och skola')]//tbody/tr")
        hidden = "visas inte (liten grupp)"
        assert told[:2] == [f"Ekby (hela kommunen) {hidden}", f"Ekbackens skola {hidden}"]

    def test_says_that_nothing_differs(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
        page = signed_in(ekbacken.cecilia).get(f"/benchmarks/{default.id}/comparison").text
        assert "Gränserna är desamma." in page


@pytest.mark.long
def test_a_limit_moved_a_step_at_a_time_tells_nobody_s_score(
    ekbacken: Ekbacken, stricter: BenchmarkDraft, signed_in: SignIn
) -> None:
    """Each draft would put one pupil more under the goal: nothing is told of it until five have moved."""
    class_2b(ekbacken, [20, 21, 22, 23, 24, *range(100, 140, 4)])
    client, address = signed_in(ekbacken.cecilia), f"/benchmarks/drafts/{stricter.id}/comparison"
    told: list[str] = []
    for seen, goal in enumerate((100, 104, 108, 112, 116, 120), start=2):
        limits = {"near_from": Decimal(26), "goal_from": Decimal(goal), "status": "N"}
        drafting.change_limit(stricter, WORDS, limits, Author(None, seen))
        db.session.commit()
        post(client, address)
        told.append(sentence(client.get(address).text).partition("; ")[2])
    assert told[:5] == ["5 når ännu inte målet i dag, hur många med den här visas inte."] * 5
    assert told[5] == "10 når ännu inte målet, mot 5 i dag."
    rows = db.session.scalars(sa.select(ReleasedComparison)).all()
    assert len(rows) == 6
    db.session.delete(rows[0])
    with pytest.raises(sa.exc.IntegrityError, match="stays as it went out"):
        db.session.flush()


def in_five_places(ekbacken: Ekbacken) -> None:
    """A school in each of five municipalities: eight pupils under the goal, three just at it, nine above."""
    for number, moving in enumerate([[36, 37, 37]] * 5):
        place = Municipality(name=f"Kommun {number}")
        school = School(name=f"Skola {number}", code=f"3000000{number}", municipality=place)
        school_class = SchoolClass(name="2A", academic_year="2026/27", school=school)
        scores = [20] * 8 + moving + [90] * 9
        pupils = [
            ekbacken.pupil("Bo", f"Ek{of:02}", f"4{number}{of:02}", school_class=school_class, year=2)
            for of in range(len(scores))
        ]
        db.session.flush()
        for pupil, score in zip(pupils, scores, strict=True):
            record(ekbacken.autumn, pupil, ord_per_minut=score)
    db.session.commit()


@pytest.mark.slow
@pytest.mark.parametrize("goal", [37, 38])
def test_what_is_told_is_what_adopting_gives(ekbacken: Ekbacken, signed_in: SignIn, goal: int) -> None:
    """One or three pupils in each place are too few to tell of there; those of all are not."""
    in_five_places(ekbacken)
    judge_everyone()
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    draft = drafting.draft_from_set(default, None)
    limits = {"near_from": Decimal(26), "goal_from": Decimal(goal), "status": "N"}
    drafting.change_limit(draft, WORDS, limits, Author(None, 1))
    db.session.commit()
    client, address = signed_in(ekbacken.cecilia), f"/benchmarks/drafts/{draft.id}/comparison"
    post(client, address)
    page = client.get(address).text
    said = re.search(r"(\d+) når ännu inte målet, mot 40 i dag", sentence(page))
    adopting.adopt(drafting.publish_draft(draft, Author(None, 2)), ekbacken.autumn.opens_on)
    judge_everyone()
    truly = sum(level in (Level.NEAR_GOAL, Level.BELOW_GOAL) for level in levels().values())
    assert said
    assert abs(int(said[1]) - truly) < ON_PAGES
    rows = texts(page, "//div[contains(@aria-label, 'per kommun och skola')]//tbody/tr")
    places = [row.partition(" visas")[2] for row in rows if row.startswith("Kommun")]
    assert set(places) <= {" inte 8 visas inte", " inte (liten grupp)"}
    assert places.count(" inte 8 visas inte") > 2


def test_what_was_compared_before_this_could_be_told_is_counted_anew(
    ekbacken: Ekbacken, stricter: BenchmarkDraft
) -> None:
    """What went out without saying which of its numbers stood too far from the truth is not shown again."""
    class_2b(ekbacken, SIXTEEN)
    row = comparing.compare(ekbacken.autumn, candidate(stricter), ON_PAGES, Recorder())
    db.session.commit()
    assert comparing.latest(ekbacken.autumn, candidate(stricter), ON_PAGES) is row
    columns = {one.key: getattr(row, one.key) for one in sa.inspect(ReleasedComparison).column_attrs}
    former = {**columns, "id": None, "lines": {name: row.lines[name] for name in ("before", "changed")}}
    db.session.add(ReleasedComparison(**former))
    db.session.commit()
    assert comparing.latest(ekbacken.autumn, candidate(stricter), ON_PAGES) is None


def test_the_command_line_shows_no_group_under_ten(
    ekbacken: Ekbacken, stricter: BenchmarkDraft, lasspar: Callable[..., Result], tmp_path: Path
) -> None:
    class_2b(ekbacken, SIXTEEN)
    drafting.publish_draft(stricter, Author(None, 2))
    db.session.commit()
    done = lasspar("benchmarks", "compare", "lasspar-bas-2026@2", "--window", "2026/27-autumn")
    assert done.exit_code == 0
    assert "mål 35" in done.stdout
    assert "Hösten 2026/27: visas inte (små grupper)." in done.stdout
    exported = lasspar("benchmarks", "export", "lasspar-bas-2026@2")
    (tmp_path / "ut.toml").write_text(exported.stdout, "utf-8")
    assert "fanns redan" in lasspar("benchmarks", "import", tmp_path / "ut.toml").stdout


@pytest.mark.slow
@pytest.mark.parametrize("is_first", [True, False])
def test_beside_the_shares_of_the_window_it_gives_no_small_group_away(
    ekbacken: Ekbacken, is_first: bool
) -> None:
    """Shares hide the three of Ekbacken and the eight of Bäckskolan. A page may tell of eight: then, with all
    the others, it would tell of the three."""
    cast = alone(ekbacken)
    names = ("Bäckskolan", "Åsskolan", "Dalskolan", "Edsskolan")
    schools = [cast.school, *(a_school(name, cast.school) for name in names)]
    counts = [(3, 30), (8, 60), (12, 14), (15, 40), (15, 45)]
    for school, (under, at) in zip(schools, counts, strict=True):
        pupils(cast, school, under, at)
    default = db.session.scalars(sa.select(BenchmarkSet).filter_by(code="lasspar-bas-2026")).one()
    same = benchmarks({default.id}, measures())[default.id]
    if not is_first:
        shares_of(cast.autumn, "school")
    told = comparing.told_in(comparing.compare(cast.autumn, same, ON_PAGES, Recorder()))
    if is_first:
        shares_of(cast.autumn, "school")
    row = latest_shares(cast.autumn)
    assert row is not None
    lines = {line: of for line, of in table_of(row).table.lines.items() if line in told.before.lines}
    hidden = {line for line in lines if line in row.hidden and line in told.hidden}
    assert f"school {cast.school.id}" in hidden
    assert list(audit(Table(table_of(row).table.cells, lines), hidden)) == []


flows = st.lists(st.integers(0, 6), min_size=LEVELS * LEVELS, max_size=LEVELS * LEVELS)


@pytest.mark.long
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), flows), min_size=1, max_size=8))
def test_no_count_that_is_hidden_can_be_worked_out(made: list[tuple[int, int, list[int]]]) -> None:
    windows: dict[tuple[int, int], Flow] = {
        (school, year): np.array(cells).reshape(LEVELS, LEVELS) for school, year, cells in made
    }
    changes = LevelChanges(windows, {})
    homes = {1: 1, 2: 1, 3: 2, 4: 2}
    told = tell(changes, homes, ({1, 2}, []))
    lines = {name: told.line(name) for name in told.before.lines}
    hidden = {name for name, line in lines.items() if line.is_hidden}
    for axis in (0, 1):
        table = whole_table(windows, homes, axis)
        assert list(audit(table, hidden)) == []
        assert table.primary(ON_PAGES) <= hidden
    assert all(line.changed is None or not 0 < line.changed < ON_PAGES for line in lines.values())


STEPS = st.lists(flows, min_size=2, max_size=4)


@pytest.mark.slow
@settings(max_examples=10)
@given(STEPS, st.booleans())
def test_no_two_numbers_that_are_shown_lie_a_small_group_apart(steps: list[list[int]], is_one: bool) -> None:
    """Of one school and year, or beside another school that stays: every comparison, before and after."""
    earlier: list[Told] = []
    for cells in steps:
        windows = {(1, 1): np.array(cells).reshape(LEVELS, LEVELS) * 3}
        if not is_one:
            windows[2, 1] = np.full((LEVELS, LEVELS), 7)
        changes = LevelChanges(windows, {("a", 1): windows[1, 1]})
        earlier.append(tell(changes, {1: 1, 2: 1}, ({1}, [("a", 1)]), earlier))
    for name in ("school 1", "municipality 1", "year 1", EVERYBODY, "measure a 1"):
        lines = [told.line(name) for told in earlier]
        under = [number for line in lines for number in (line.under_before, line.under_after)]
        for numbers in (under, [line.changed for line in lines]):
            seen = [number for number in numbers if number is not None]
            assert all(one == other or abs(one - other) >= ON_PAGES for one in seen for other in seen), name


PLACES = {1: 1, 2: 1, 3: 2, 4: 3}
OF_PLACES = st.lists(st.lists(flows, min_size=len(PLACES), max_size=len(PLACES)), min_size=1, max_size=3)


@pytest.mark.long
@given(OF_PLACES)
def test_what_is_shown_is_true_and_gives_nobody_away(steps: list[list[list[int]]]) -> None:
    """Drafts beside each other, of the same pupils: what is told of a line is less than a small group from
    what judging gives, and so is neither a line nor the rest of one beside the places in it."""
    earlier: list[Told] = []
    known: list[Mapping[str, int]] = []
    first = np.array(steps[0]).reshape(-1, LEVELS, LEVELS).sum(axis=2)
    for cells in steps:
        windows = {
            (place, 1): with_levels(flow, now) for place, flow, now in zip(PLACES, cells, first, strict=True)
        }
        told = tell(LevelChanges(windows, {}), PLACES, ({1}, []), earlier)
        for axis, name in ((1, "under_before"), (0, "under_after")):
            true = whole_table(windows, PLACES, axis)
            shown = {line: getattr(told.line(line), name) for line in true.lines}
            known.append({line: count for line, count in shown.items() if count is not None})
            assert all(
                abs(count - true.counts(line).under_goal) < ON_PAGES for line, count in known[-1].items()
            )
        earlier.append(told)
    for one in known:
        for other in known:
            both = one.keys() & other.keys()
            apart = {line: one[line] - other[line] for line in both}
            towns = [line for line in apart if line.startswith("municipality")]
            schools = [line for line in apart if line.startswith("school")]
            for whole, within in (
                (EVERYBODY, towns),
                ("municipality 1", [x for x in schools if x[-1] in "12"]),
            ):
                if whole in apart:
                    assert not 0 < abs(apart[whole]) < ON_PAGES
                    rest = apart[whole] - sum(apart[line] for line in within)
                    assert not 0 < abs(rest) < ON_PAGES


def with_levels(cells: list[int], now: Any) -> Flow:
    """A flow from so many of each level today to where the cells would send them."""
    flow = np.array(cells).reshape(LEVELS, LEVELS)
    for level, count in enumerate(now):
        while flow[level].sum() > count:
            flow[level, int(flow[level].argmax())] -= 1
        flow[level, level] += count - flow[level].sum()
    return flow


def whole_table(windows: Mapping[tuple[int, int], Flow], homes: Mapping[int, int], axis: int) -> Table:
    """Made apart from the code under test: the table of levels before (axis 1) or after (axis 0)."""
    cells, lines = {}, {}
    for (school, year), flow in windows.items():
        levels = flow.sum(axis=axis)
        cells[f"{school} {year}"] = Counts(*(int(levels[places].sum()) for places in (UNDER, AT, MISSING)))
        for line in (EVERYBODY, f"school {school}", f"municipality {homes[school]}", f"year {year}"):
            lines.setdefault(line, set()).add(f"{school} {year}")
    return Table(cells, {name: frozenset(of) for name, of in lines.items()})
