"""Every school plants words of its own about a pupil who goes from school to school: nobody else finds them.

The oracle knows only what was done, day by day: who had the pupil, who handed over what they knew then, and
who accepted it. Everybody at each school fetches every page, paper and address for programs about the pupil.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask import Flask
from flask.testing import FlaskClient
from invented_figures import pages
from scoring import a_window, judge_everyone, record

from assessments.absence.models import AbsenceShare
from assessments.access.models import Account
from assessments.clock import today
from assessments.database import db
from assessments.models import AssessmentWindow, Season
from assessments.recording import Recorder
from assessments.roster import editing, protecting
from assessments.roster.models import Enrolment, Pupil, Role, School, SchoolClass, TeamFunction
from reports.gathering.guardian import class_set
from reports.home_pages import as_proposed, save_page
from reports.models import PageState
from screening.facts.queries import Within, facts_of
from screening.facts.ways import Part
from screening.handovers.holding import closed_at
from screening.handovers.knowing import Closed
from screening.handovers.making import Making, accept, make_handover, take_back_acceptance
from screening.handovers.models import Handover, HandoverKind
from screening.models import Flag, NextStep, ObservedBy, StartFrom, SupportPeriod
from screening.notes.keeping import Zone, write_note
from screening.requests.asking import Asking, note_consent, send, write_request
from screening.requests.contacts import Contact, note_contact
from screening.requests.models import ContactAbout, ContactWay, HelpRequest, Said
from screening.reviewing import Decision, Seen, raise_observation, record_next_step
from screening.steps import consulting
from screening.steps.models import Consultation
from screening.support.ending import Told, end_period
from screening.support.functions import Function
from screening.support.planning import Plan, Way, start_periods
from screening.support.results import Write, record_results
from screening.support.ways import GoalWay, SupportKind, WhatWorked

ALL = ("teacher", "special", "principal", "team", "administrator", "coordinator")
MOST = ("special",)  # nobody sees more of a pupil
pytestmark = pytest.mark.long

SignIn = Callable[[Any], FlaskClient]
STAYS = [date(2026, 8, 18), date(2026, 9, 4), date(2026, 10, 2), date(2026, 11, 6)]
LAST = date(2026, 12, 4)
WINDOWS = [  # one in each stay, but for the fourth
    (Season.AUTUMN, date(2026, 8, 20), date(2026, 8, 31)),
    (Season.WINTER, date(2026, 9, 7), date(2026, 9, 25)),
    (Season.SPRING, date(2026, 10, 5), date(2026, 10, 30)),
]
WORDS = [f"Vrxq{letter}zw" for letter in "abcd"]
PRIVATE = [f"Hemlig{letter}qx" for letter in "abcd"]  # requests, contacts and notes: handed over to nobody
# What is told as a number: a result, one of the support, its goal, and the absence before the window.
# Those of the support are such that no mean of some of them is another.
NUMBERS = [
    (f"{101 + number}", f"{support}", f"{121 + number}", f"{41 + number} %")
    for number, support in enumerate((111, 113, 117, 119))
]
PLANTED = [
    (word, *(rf"(?<![\w,.:#/-]){one}(?![\w:/-])" for one in told))  # nor within a form's random token
    for word, told in zip(WORDS, NUMBERS, strict=True)
]
# What says nothing of what pupils can, and a paper's address for programs, which draws the same paper.
NOT_OF_PUPILS = (
    "static", "bootstrap", "help", "providers", "api_docs", "access", "metrics", "school_calendar", "tokens",
    "programs", "staff", "duties", "own", "windows", "school_windows", "import", "reports.api_", "new_year",
    "reports.language", "reports.quick_guide", "open_support", "reports.open_support", "roster", "absence",
    "screening.benchmark", "screening.governing", "screening.initiative", "screening.halving", "trail",
    "screening.new_", "screening.draft", "screening.begin", "texts", "late_entry", "quarantine",
    "reports.blank_sheet", "screening.comparison", "screening.flow", "screening.goal", "reports.initiative",
    "reports.preview", "roster_pull", "protection.new",
)  # fmt: skip
DRAWN = re.compile(
    r"<path[^>]*>|<rect[^>]*>|<line[^>]*>|<circle[^>]*>|<use[^>]*>|<text [^>]*>|<svg[^>]*>|<g[^>]*>"
)
MOST_OPEN = {"kind": ["home", "staff"], "form": ["pdf", "csv"], "measure": ["ord_per_minut"]}


@dataclass
class Place:
    """A school, the class there, and who works at it."""

    school: School
    school_class: SchoolClass
    people: dict[str, Account]

    @property
    def by(self) -> Recorder:
        special = self.people["special"]
        return Recorder(special.id, special.staff_member.duties[0].id)


@dataclass
class Handed:
    """A handover: what the school had seen itself, and what it had been told by then."""

    handover: Handover
    by: str
    to: str
    own: set[int]
    told: list["Handed"]

    def __post_init__(self) -> None:
        self.wrote = self.tells()

    @property
    def is_accepted(self) -> bool:
        return self.handover.accepted_on is not None

    def tells(self) -> set[int]:
        return self.own.union(*(one.tells() for one in self.told if one.is_accepted))


@dataclass
class World:
    """What has been done, and what each school may know by that."""

    cast: Ekbacken
    set_day: Callable[[date], None]
    places: dict[str, Place]
    windows: list[AssessmentWindow]
    others: dict[str, Account]
    stays: list[str] = field(default_factory=list)
    handed: list["Handed"] = field(default_factory=list)

    def own(self, school: str) -> set[int]:
        return {number for number, name in enumerate(self.stays) if name == school}

    def known(self, school: str) -> set[int]:
        """The numbers of the stays whose words the school may know."""
        return self.own(school).union(
            *(one.tells() for one in self.handed if one.to == school and one.is_accepted)
        )

    def read(self, school: str) -> set[int]:
        """The same of handovers themselves: what was written stays written."""
        theirs = (
            one.wrote for one in self.handed if school == one.by or (school == one.to and one.is_accepted)
        )
        return self.known(school).union(*theirs)

    def plays(self, act: str) -> None:
        """``A``: Kim goes to that school. ``A>B``: a handover is made, ``A>B+`` accepted too; ``+0`` and
        ``-0``: the first one made is accepted, and that is taken back. ``!``: Kim is protected, and no more.
        """
        if act == "!":
            protecting.protect(self.cast.kim, "Elev K")
            db.session.commit()
            protecting.lift(self.cast.kim, "Kim", "Berg")
        elif act[0] in "+-":
            one = self.handed[int(act[1:])]
            if act[0] == "-":
                take_back_acceptance(one.handover)
            else:
                accept(one.handover, self.cast.kim, self.places[one.to].by)
        elif ">" in act:
            self._hands_over(act[0], act[2])
            if act.endswith("+"):
                self.plays(f"+{len(self.handed) - 1}")
        else:
            self._goes_to(act)
        db.session.commit()

    def _goes_to(self, school: str) -> None:
        number, place = len(self.stays), self.places[school]
        self.set_day(STAYS[number])
        if number:
            editing.move_pupil(self.cast.kim, place.school_class, 1, STAYS[number])
        self.stays.append(school)
        self.set_day(STAYS[number] + timedelta(days=3))
        if number < len(WINDOWS):
            results(self, number, place)
        notes(self, number, place)
        self.set_day(([*STAYS, LAST][number + 1]) - timedelta(days=1))
        support(self, number, place)
        judge_everyone()

    def _hands_over(self, school: str, to: str) -> None:
        """As the page makes it, of all that is known there."""
        place, kim = self.places[school], self.cast.kim
        went = sa.select(Enrolment).filter_by(pupil_id=kim.id, school_class_id=place.school_class.id)
        here = db.session.scalars(went.order_by(Enrolment.starts_on.desc())).first()
        assert here is not None
        closed = closed_at([kim.id], place.school.id).get(kim.id, Closed())
        facts = facts_of(kim, list(Part), Within(closed, here.ends_on, has_left=self.stays[-1] != school))
        making = Making(
            HandoverKind.NEXT_SCHOOL, list(Part), to_school_id=self.places[to].school.id,
            guardian_informed_on=STAYS[0],
        )  # fmt: skip
        told = [one for one in self.handed if one.to == school and one.is_accepted]
        made = make_handover(kim, here, making, {"class": "1A", "year": "åk 1", **facts}, place.by)
        self.handed.append(Handed(made, school, to, self.own(school), told))


def results(world: World, number: int, place: Place) -> None:
    kim, word, by, window = world.cast.kim, WORDS[number], place.by, world.windows[number]
    record(window, kim, by, bokstavsljud=3, fonologisk_medvetenhet=4, ord_per_minut=NUMBERS[number][0])
    raise_observation(kim, window, Seen(ObservedBy.TEACHER, f"{word} obs"), by)
    db.session.add(AbsenceShare(pupil_id=kim.id, window_id=window.id, percent=Decimal(41 + number)))
    db.session.flush()
    asked = sa.select(Flag).filter_by(pupil_id=kim.id, window_id=window.id).order_by(Flag.id)
    for flag, kind in itertools.product(
        db.session.scalars(asked).all(), ("adaptations", "report_to_principal")
    ):
        record_next_step([flag], Decision(kind, line=f"{word} {kind}"), by)
    consulting.ask(kim, consulting.Asking("adaptations", Role.TEACHER, f"{word} samråd"), by)
    sheets = class_set(place.school_class, window, sa.select(Pupil).where(Pupil.id == kim.id)).sheets
    for sheet in sheets:
        words = replace(as_proposed(sheet), comment=f"Kim {word} läser.")
        save_page(kim, window, sheet, words, PageState.REVIEWED, by, expected_version=0)


def notes(world: World, number: int, place: Place) -> None:
    """What is the school's own, and handed over to nobody."""
    kim, word, by, school_id = world.cast.kim, PRIVATE[number], place.by, place.school.id
    wish = Asking(TeamFunction.SOCIAL_TEAM, None, f"{word} ber", [Part.RESULTS, Part.SUPPORT], 1, LAST)
    request = write_request(kim, school_id, wish, by)
    note_consent(request, 1, Said.YES, today(), [Part.RESULTS, Part.SUPPORT], by)
    closed = closed_at([kim.id], school_id).get(kim.id, Closed())
    send(request, facts_of(kim, [Part.RESULTS, Part.SUPPORT], Within(closed)), by)
    contact = Contact(ContactWay.PHONE, ContactAbout.READING, line=f"{word} hem")
    note_contact(kim, school_id, contact, by)
    write_note(kim, Zone(Role.SPECIAL_TEACHER, school_id), f"{word} not", by)


def support(world: World, number: int, place: Place) -> None:
    kim, by, duty = world.cast.kim, place.by, place.people["special"].staff_member.duties[0]
    first, last = STAYS[number] + timedelta(days=4), STAYS[number] + timedelta(days=11)
    plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, last, Function(duty.role, duty.school_id))
    way = Way(Decimal(20), StartFrom.GIVEN, Decimal(NUMBERS[number][2]))
    (period,) = start_periods("ord_per_minut", first, plan, {kim.id: way}, by)
    day, points = first + timedelta(days=6), Decimal(NUMBERS[number][1])
    record_results([Write(period.id, day, None, points, False, "0:")], by)
    end_period(period, Told(last, WhatWorked.YES, f"{WORDS[number]} fungerade", 0), by)


def addresses(app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """(endpoint, path): every address that is read, with everything about Kim in its place."""
    kim, windows = world.cast.kim, world.windows
    ids: dict[str, list[Any]] = {
        "pupil_id": [kim.id], "leaver_id": [kim.id],
        "class_id": [one.school_class.id for one in world.places.values()],
        "school_id": [one.school.id for one in world.places.values()],
        "municipality_id": [world.cast.municipality.id], "calendar_id": [],
        "window": [one.slug for one in windows],
        "class_paper": ["class-report", "home-pages", "blank-sheet"],
        "pupil_paper": ["home-page", "staff-report"],
        **MOST_OPEN,
    }  # fmt: skip
    for argument, table in (
        ("handover_id", Handover), ("request_id", HelpRequest), ("step_id", NextStep), ("flag_id", Flag),
        ("period_id", SupportPeriod), ("consultation_id", Consultation),
    ):  # fmt: skip
        ids[argument] = list(db.session.scalars(sa.select(table.id).order_by(table.id)))
    yield from _filled_in(app, ids)


def _filled_in(app: Flask, ids: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments <= ids.keys():
            continue
        if rule.endpoint.startswith(NOT_OF_PUPILS):
            continue
        names = sorted(rule.arguments)
        for values in itertools.product(*(ids[name] for name in names)):
            path = rule.rule
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"<(?:[^<>]*:)?{name}>", str(value), path)
            yield rule.endpoint, path


def said(answer: Any) -> str:
    """All that an answer says, whatever it is."""
    kind, data = answer.mimetype, answer.data
    if kind == "application/pdf":
        return " ".join(pages(data))
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    text = "" if kind.startswith("image/") else data.decode("utf-8", "replace")
    return DRAWN.sub(" ", text) if kind == "text/html" else text


def readers(world: World, roles: Collection[str]) -> Iterator[tuple[str, str, Account]]:
    """Who reads, and as which school: of every school where Kim has been; the others work for all of them."""
    for name in dict.fromkeys(world.stays):
        for role, account in world.places[name].people.items():
            if role in roles:
                yield f"{role} {name}", name, account
    for role, account in world.others.items():
        if role in roles:
            yield role, world.stays[-1] if role == "team" else "", account


def leaks(
    app: Flask, world: World, signed_in: SignIn, roles: Collection[str]
) -> tuple[list[str], set[tuple[str, int]]]:
    """What somebody finds who should not, and the (school, stay) whose words are found."""
    paths, faults, seen = list(addresses(app, world)), list[str](), set[tuple[str, int]]()
    for who, school, account in readers(world, roles):
        client, own = signed_in(account), world.own(school)
        for endpoint, path in paths:
            answer = client.get(path)
            assert answer.status_code < 500, (who, path)
            if answer.status_code != 200:
                continue
            is_paper, text = "/handovers/" in path, said(answer)
            known = world.read(school) if is_paper else world.known(school)
            for number in range(len(world.stays)):
                for word in PLANTED[number]:
                    if number in known:
                        if not is_paper and word == WORDS[number] and word in text:
                            seen.add((school, number))
                    elif found := re.search(word, text):
                        around = text[max(0, found.start() - 60) : found.end() + 40].replace("\n", " ")
                        faults.append(f"{who}, {endpoint} {path}: {word} of stay {number}: {around}")
                if PRIVATE[number] in text and number not in own:
                    faults.append(f"{who}, {endpoint} {path}: {PRIVATE[number]} of stay {number}")
    return faults, seen


@pytest.fixture
def world(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> World:
    def set_day(day: date) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", day.isoformat())

    season, opens_on, closes_on = WINDOWS[0]
    ekbacken.autumn.opens_on, ekbacken.autumn.closes_on = opens_on, closes_on
    windows = [ekbacken.autumn, *(a_window("2026/27", *when) for when in WINDOWS[1:])]
    for one in windows:
        one.makeup_days = 2
    ekbacken.autumn.season = season
    places = {
        "A": Place(
            ekbacken.school, ekbacken.class_1a,
            {"teacher": ekbacken.astrid, "special": ekbacken.birgitta, "principal": ekbacken.rut},
        ),
    }  # fmt: skip
    for name, code in (("B", "10000009"), ("C", "10000017")):
        school = School(name=f"Skola {name}", code=code, municipality=ekbacken.municipality)
        school_class = SchoolClass(name=f"1{name}", academic_year="2026/27", school=school)
        db.session.add_all([school, school_class])
        people = {
            "teacher": ekbacken.staff(f"Tage {name}", f"t{name}", Role.TEACHER, school_class=school_class),
            "special": ekbacken.staff(f"Siri {name}", f"s{name}", Role.SPECIAL_TEACHER, school=school),
            "principal": ekbacken.staff(f"Rakel {name}", f"r{name}", Role.PRINCIPAL, school=school),
        }
        places[name] = Place(school, school_class, people)
    db.session.commit()
    others = {"team": ekbacken.teo, "administrator": ekbacken.ada, "coordinator": ekbacken.cecilia}
    return World(ekbacken, set_day, places, windows, others)


@pytest.mark.parametrize(
    "acts",
    [
        "A B C B>C+ A>B+",
        "A B A>B+ C B>C+ -0",
        "A B C A>B B>C+ +0 A>C+",
        "A B A B>A+ -0",
        "A B A>B+ A B A>B+",
        "A B A ! B>A+",
        "A B ! A>B+ C ! B>C+",
    ],
)
def test_nobody_finds_words_of_a_time_that_the_school_may_not_know(
    app: Flask, signed_in: SignIn, world: World, acts: str
) -> None:
    for number, act in enumerate(played := acts.split()):
        world.plays(act)
        if number:
            faults, seen = leaks(app, world, signed_in, ALL if number == len(played) - 1 else MOST)
            assert not faults, "\n".join([f"after {played[: number + 1]}", *sorted(set(faults))])
            here = world.stays[-1]
            assert {one for name, one in seen if name == here} == world.known(here), played[: number + 1]
