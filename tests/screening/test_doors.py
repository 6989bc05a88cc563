"""What sheets and lists are told by screening."""

import subprocess
import sys
from decimal import Decimal

import pytest
from cast import Ekbacken
from flask import Flask
from scoring import class_2b, counted_queries, flag, record

from assessments.database import db
from assessments.doors import CellLevel, ClassCounts, Screening, screening
from assessments.handing_in import hand_in
from assessments.models import Absence, HandIn, SchoolMeasure
from assessments.recording import Recorder
from screening.models import Adoption, ObservedBy
from screening.reviewing import Decision, Seen, raise_observation, record_next_step


@pytest.fixture
def door(app: Flask, database: None) -> Screening:
    return screening()


def test_a_sheet_expects_what_the_set_names_in_reading_order(door: Screening, ekbacken: Ekbacken) -> None:
    assert door.expected_measures(ekbacken.autumn, {1}) == ["bokstavsljud", "avstamning_a"]
    assert door.expected_measures(ekbacken.autumn, {1, 2}) == [
        "bokstavsljud",
        "ord_per_minut",
        "avstamning_a",
    ]
    assert door.expected_measures(ekbacken.autumn, {9}) == []


def test_a_school_that_uses_something_else_is_asked_for_that(door: Screening, ekbacken: Ekbacken) -> None:
    place = (ekbacken.school.id, 2)
    assert door.expected_at(ekbacken.autumn, {place}) == {place: ["ord_per_minut"]}
    db.session.add(SchoolMeasure(school_id=ekbacken.school.id, measure="legilexi_avkodning"))
    assert door.expected_at(ekbacken.autumn, {place}) == {place: ["legilexi_avkodning"]}


def test_what_is_expected_costs_the_same_for_every_school(door: Screening, ekbacken: Ekbacken) -> None:
    here, there = (ekbacken.school.id, 2), (ekbacken.other_school.id, 2)
    door.expected_at(ekbacken.autumn, {here})  # what the session does not know yet is fetched once
    costs = []
    for places in ({here}, {here, there}):
        with counted_queries() as asked:
            door.expected_at(ekbacken.autumn, places)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_sheet_gets_limits_by_measure_and_year(door: Screening, ekbacken: Ekbacken) -> None:
    limits = door.limits(ekbacken.autumn, {1, 2})
    assert limits["bokstavsljud", 1] == {"near_from": None, "goal_from": Decimal(11), "above_from": None}
    assert {year for _, year in limits} == {1, 2}


def test_a_cell_has_a_word_and_a_shape(door: Screening, ekbacken: Ekbacken) -> None:
    cells = [
        ("bokstavsljud", 1, Decimal(11)),
        ("bokstavsljud", 1, Decimal(10)),
        ("lasintresse", 1, Decimal(3)),
    ]
    assert door.cell_levels(ekbacken.autumn, cells) == [
        CellLevel("at_goal", "Når målet", "at_goal"),
        CellLevel("near_goal", "Nära målet", "near_goal"),
        None,
    ]


def test_without_a_set_nothing_is_expected_and_nothing_has_a_level(
    door: Screening, ekbacken: Ekbacken
) -> None:
    for adoption in db.session.scalars(db.select(Adoption)):
        db.session.delete(adoption)
    db.session.flush()
    assert door.expected_measures(ekbacken.autumn, {1}) == []
    assert door.limits(ekbacken.autumn, {1}) == {}
    assert door.cell_levels(ekbacken.autumn, [("bokstavsljud", 1, Decimal(11))]) == [None]


class TestClassCounts:
    def count(self, door: Screening, ekbacken: Ekbacken) -> ClassCounts:
        return door.class_counts(ekbacken.autumn, [ekbacken.class_1a.id])[ekbacken.class_1a.id]

    @pytest.mark.both_databases
    def test_signals_wait_for_the_hand_in(self, door: Screening, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
        assert self.count(door, ekbacken) == ClassCounts(to_follow_up=0, waiting_for_hand_in=1)
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        assert self.count(door, ekbacken) == ClassCounts(to_follow_up=1, waiting_for_hand_in=0)

    def test_a_pupil_with_two_signals_is_one_pupil(self, door: Screening, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        raise_observation(ekbacken.kim, ekbacken.autumn, Seen(ObservedBy.TEACHER, "Gissar."), Recorder())
        assert self.count(door, ekbacken) == ClassCounts(1, 0)

    def test_a_missing_result_is_no_need(
        self, door: Screening, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-12-01")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=Absence.ABSENT)
        hand_in_whatever_the_day(ekbacken)
        assert flag(ekbacken.kim, "coverage") is not None
        assert self.count(door, ekbacken) == ClassCounts(0, 0)

    def test_what_is_closed_is_not_counted(self, door: Screening, ekbacken: Ekbacken) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        record_next_step([flag(ekbacken.kim)], Decision("close", reason="not_needed"), Recorder())
        assert self.count(door, ekbacken) == ClassCounts(0, 0)

    def test_costs_the_same_for_any_number_of_classes(self, door: Screening, ekbacken: Ekbacken) -> None:
        school_class, _ = class_2b(ekbacken, [20, 40])
        self.count(door, ekbacken)  # what the session does not know yet is fetched once
        costs = []
        for ids in ([ekbacken.class_1a.id], [ekbacken.class_1a.id, school_class.id, 99]):
            with counted_queries() as asked:
                told = door.class_counts(ekbacken.autumn, ids)
            assert told.keys() == set(ids)
            costs.append(len(asked))
        assert costs == [2, 2]


def hand_in_whatever_the_day(ekbacken: Ekbacken) -> None:
    db.session.add(HandIn(school_class_id=ekbacken.class_1a.id, window_id=ekbacken.autumn.id))
    db.session.flush()


def test_the_doors_open_without_numpy() -> None:
    asked = "import sys, screening.doors, screening.views; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
