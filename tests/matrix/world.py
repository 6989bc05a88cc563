"""Two municipalities, three schools, and pupils whose names stand nowhere else: where one is, it was let in.

Class 1A is "mine": most visitors work there, beside it or far from it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from cast import PASSWORD_HASH, TERM_START, TODAY
from coordinating import a_counted_goal

from assessments.access import audit
from assessments.access.alarm_models import Alarm, AlarmKind
from assessments.access.models import Account, ApiToken
from assessments.calendar_editing import add
from assessments.calendar_models import SchoolWindow
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.imports.keeping import keep_counts, keep_file
from assessments.jobs.ordering import cancel
from assessments.jobs.running import work_off
from assessments.models import AssessmentWindow, LateEntry, Season
from assessments.recording import Recorder, Write, record_scores
from assessments.retention.models import Disposal
from assessments.roster.models import (
    Duty,
    Enrolment,
    LineToReview,
    Municipality,
    Pupil,
    QuarantinedRow,
    Role,
    RosterImport,
    School,
    SchoolClass,
    StaffMember,
    TeamFunction,
)
from assessments.school_days import Span, SpanKind
from reports.gathering.initiative import counted_if_needed
from reports.print_jobs.models import Purpose
from reports.print_jobs.ordering import Wanted, order_prints
from screening.benchmarks import plan_drafting
from screening.benchmarks.drafting import Author, change_limit, draft_from_set
from screening.facts.queries import Within, facts_of
from screening.grouping import NEUTRAL_NAMES
from screening.handovers.holding import hold_history
from screening.handovers.making import Making, accept, hand_over_class, make_handover
from screening.handovers.models import HandoverKind
from screening.models import BenchmarkSet, Flag, NextStep, Observation, ObservedBy, StartFrom
from screening.notes.keeping import Zone, write_note
from screening.open_support.models import OpenSupport
from screening.queries.class_handovers import members
from screening.reading_groups import Chosen, save_groups
from screening.rejudging import order_rejudging
from screening.requests import asking as help_wanted
from screening.requests.contacts import Contact, note_contact
from screening.requests.events import happened
from screening.requests.models import ContactAbout, ContactWay, EventKind, Said
from screening.reviewing import Decision, Seen, raise_observation, record_next_step
from screening.steps.consulting import Asking, ask
from screening.support.functions import Function
from screening.support.models import SupportGroup
from screening.support.planning import Plan, Version, Way, change_plan, start_periods
from screening.support.results import Write as ResultWrite
from screening.support.results import record_results
from screening.support.ways import GoalWay, SupportKind

SCHOOLS = {
    "Ekbacken": ("Ekby", "10000001"),
    "Granbacken": ("Ekby", "10000002"),
    "Tallbacken": ("Tallby", "20000001"),
}
CLASSES = {"1A": "Ekbacken", "1B": "Ekbacken", "1G": "Granbacken", "1T": "Tallbacken"}

# stem: (class, protected). A stem is in the given name and the family name of its pupil.
PUPILS = {
    "zaxovib": ("1A", False),
    "wipsurk": ("1A", True),
    "kwenzol": ("1B", False),
    "xolkitt": ("1G", False),
    "vubrexa": ("1G", True),
    "yrtabol": ("1T", False),
    "jozvemi": ("1G", False),  # went in 1A until September
}
MOVED = "jozvemi"
MOVED_ON = date(2026, 9, 15)  # the last day there; a step and support from then are of the school before
LEAVES = "kwenzol"  # in December
TOGETHER = ["zaxovib", "kwenzol", "jozvemi"]  # in one group for support, in three classes
WENT_TO_FA = {"zaxovib", "yrtabol"}  # last year; one of them has moved to another municipality since
REPORTED = {"zaxovib", "xolkitt"}  # to the principal, who may then act
NOT_HANDED_IN = "1T"
PRINTS_OF = {"teacher_1a": ["1A"], "special_teacher": ["1A", "1B"]}  # classes of a large print that is made
SENT_TO_TEAM = {"zaxovib", "xolkitt"}  # requests for help: the social team sees their results, nothing else
LEFT = {"zaxovib": {"1A last year"}, "yrtabol": {"1A last year"}, "jozvemi": {"1A"}}  # less than a year ago
HANDED_OVER = {"jozvemi": "1A", "yrtabol": "1A last year"}  # from which class, to where the pupil goes now
ACCEPTED = {"yrtabol"}
HANDED_ON = "1A"  # the whole class, to next year's teacher
ASKED_OF = {"zaxovib": "team", "xolkitt": "team", "kwenzol": "elsewhere", "yrtabol": "elsewhere"}
DRAFT = "kwenzol"
ALIASES = {"wipsurk": "ugglamo", "vubrexa": "tjadrik"}  # what stands instead of a protected pupil's name
CODES = {stem: f"kod{stem[::-1]}" for stem in PUPILS}  # elev-id: typed in files by people who know no names
ASIDE = {"row ekbacken": "Ekbacken", "row granbacken": "Granbacken", "row tallbacken": "Tallbacken"}
"""Quarantined rows, by the school they stand for."""
SAID = {stem: f"rad{stem[1:]}{stem[0]}" for stem in PUPILS}  # in the words people wrote about the pupil
NOTED = {stem: f"not{stem[2:]}{stem[:2]}" for stem in PUPILS}  # in the notes of the elevhälsa

# visitor: duties as (role, place, and of it some years or days). The last three may not come in, though they
# once did.
VISITORS: dict[str, list[tuple[Role, str]]] = {
    "teacher_1a": [(Role.TEACHER, "1A")],
    "teacher_1b": [(Role.TEACHER, "1B")],
    "special_teacher": [(Role.SPECIAL_TEACHER, "Ekbacken")],
    "principal": [(Role.PRINCIPAL, "Ekbacken")],
    "team_school": [(Role.TEAM, "Ekbacken")],
    "team_municipality": [(Role.TEAM, "Ekby")],
    "coordinator_municipality": [(Role.COORDINATOR, "Ekby")],
    "coordinator_all": [(Role.COORDINATOR, "")],
    "administrator": [(Role.ADMINISTRATOR, "Ekby")],
    "teacher_other_school": [(Role.TEACHER, "1G")],
    "special_teacher_elsewhere": [
        (Role.SPECIAL_TEACHER, "Granbacken 1-3"),
        (Role.SPECIAL_TEACHER, "Tallbacken 1-3"),
    ],
    "teacher_elsewhere": [(Role.TEACHER, "1T")],
    "administrator_elsewhere": [(Role.ADMINISTRATOR, "Tallby")],
    "teaches_and_administers": [(Role.TEACHER, "1B"), (Role.ADMINISTRATOR, "Ekby")],
    "former_substitute": [(Role.TEACHER, "1B"), (Role.TEACHER, "1A yesterday")],
    "disabled": [(Role.TEACHER, "1A")],
    "expired": [(Role.TEACHER, "1A")],
    "to_come": [(Role.TEACHER, "1A")],
}

NEVER_HERE = {"newcomer": [(Role.TEACHER, "1B")]}  # has an account and has never signed in


@dataclass
class World:
    """Ids by name. Plain values: no test holds the database while a page is asked."""

    municipalities: dict[str, int] = field(default_factory=dict)
    schools: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    duties: dict[str, int] = field(default_factory=dict)
    flags: dict[int, str] = field(default_factory=dict)  # whose signal it is
    group_sets: dict[str, int] = field(default_factory=dict)  # by class
    support_periods: dict[str, int] = field(default_factory=dict)  # by pupil
    rows: dict[str, int] = field(default_factory=dict)  # quarantined
    score_files: dict[str, int] = field(default_factory=dict)  # by class
    handovers: dict[str, int] = field(default_factory=dict)  # the same
    requests: dict[str, int] = field(default_factory=dict)  # by whom they are about
    window: str = "2026-27-autumn"
    window_id: int = 0
    closed: str = "2025-26-spring"
    draft: int = 0  # of a benchmark set
    goal: int = 0  # to halve, of the whole initiative
    rejudgings: dict[str, int] = field(default_factory=dict)  # by municipality, or of everybody
    print_orders: dict[str, int] = field(default_factory=dict)  # by who ordered them
    late_entries: dict[str, int] = field(default_factory=dict)  # by class
    ranges: dict[str, int] = field(default_factory=dict)  # sportlov, by municipality
    steps: dict[str, int] = field(default_factory=dict)  # one about each pupil
    consultations: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)  # by whom they are about
    disposals: dict[str, int] = field(default_factory=dict)  # by municipality
    former_classes: dict[str, int] = field(default_factory=dict)


def build() -> World:
    """The world, committed."""
    world = World()
    places = _places()
    window = AssessmentWindow(
        academic_year="2026/27", season=Season.AUTUMN,
        opens_on=date(2026, 9, 1), closes_on=date(2026, 11, 13), makeup_days=14,
    )  # fmt: skip
    former = AssessmentWindow(
        academic_year="2025/26", season=Season.SPRING,
        opens_on=date(2026, 4, 1), closes_on=date(2026, 5, 1), makeup_days=14,
    )  # fmt: skip
    db.session.add_all([window, former, *places.values()])
    pupils = {stem: _pupil(stem, places) for stem in PUPILS}
    accounts = {name: _account(name, duties, places) for name, duties in {**VISITORS, **NEVER_HERE}.items()}
    db.session.flush()
    _assess(window, pupils, accounts)
    world.score_files = {name: _taken_in(name, window, pupils) for name in CLASSES}
    requests = {name: LateEntry(school_class=places[name], window=window, line="Sjukt") for name in CLASSES}
    db.session.add_all(requests.values())
    db.session.flush()
    world.window_id = window.id
    world.late_entries = {name: request.id for name, request in requests.items()}
    for kind, kept in (
        (Municipality, world.municipalities),
        (School, world.schools),
        (SchoolClass, world.classes),
    ):
        kept.update({name: place.id for name, place in places.items() if isinstance(place, kind)})
    world.pupils = {stem: pupil.id for stem, pupil in pupils.items()}
    world.accounts = {name: account.id for name, account in accounts.items()}
    world.duties = {name: account.staff_member.duties[0].id for name, account in accounts.items()}
    world.rows = {name: row.id for name, row in _set_aside(places).items()}
    _leave_lines_to_review(pupils)
    owners = {number: stem for stem, number in world.pupils.items()}
    world.group_sets = {name: _grouped(name, places, window, pupils) for name in CLASSES}
    world.support_periods = _supported(pupils, places)
    _keep_notes(pupils)
    whole = members(places[HANDED_ON], ["results"])
    contents = {one.place.pupil.id: one.facts for one in whole}
    hand_over_class(places[HANDED_ON], contents, ["results"], Recorder())
    world.handovers = {stem: _handed_over(pupils[stem]) for stem in HANDED_OVER}
    world.requests = {stem: _asked_for_help(pupils[stem]) for stem in ASKED_OF}
    world.draft = _draft()
    db.session.add_all(
        OpenSupport(municipality_id=number, name="Familjecentralen", what="Råd och stöd", phone="0531-1")
        for number in world.municipalities.values()
    )
    world.goal = a_counted_goal(places["Ekbacken"])
    counted_if_needed(window)
    world.rejudgings = _laid_aside(world.municipalities)
    by_teacher = Recorder(None, world.duties["teacher_1a"])
    world.consultations = {stem: _asked(stem, pupil, by_teacher) for stem, pupil in pupils.items()}
    taken = sa.select(Flag.pupil_id, NextStep.id).join(NextStep.flag)
    db.session.get_one(NextStep, dict(db.session.execute(taken).all())[pupils[MOVED].id]).taken_on = MOVED_ON
    hold_history(world.pupils.values())
    world.steps = {owners[pupil_id]: number for pupil_id, number in db.session.execute(taken)}
    world.flags = {flag.id: owners[flag.pupil_id] for flag in db.session.scalars(sa.select(Flag))}
    closes_on = window.closes_on - timedelta(days=7)
    db.session.add_all(
        SchoolWindow(window=window, school_id=number, opens_on=window.opens_on, closes_on=closes_on)
        for number in world.schools.values()
    )
    world.ranges = {name: _sports_break(number) for name, number in world.municipalities.items()}
    world.alarms, world.disposals, world.former_classes = (
        {name: _raised(accounts[name]) for name in ("teacher_1b", "teacher_elsewhere")},
        {name: _disposed(number) for name, number in world.municipalities.items()},
        {"1A last year": places["1A last year"].id},
    )
    for stem, pupil in pupils.items():
        audit.note("pupil:seen", pupil, school_id=world.schools[CLASSES[PUPILS[stem][0]]])
    db.session.commit()
    world.print_orders = {who: _printed(accounts[who], window, places) for who in PRINTS_OF}
    return world


def _disposed(municipality_id: int) -> int:
    row = Disposal(municipality_id=municipality_id, pupils=1, held=0, kinds=[])
    db.session.add(row)
    db.session.flush()
    return row.id


def _raised(account: Account) -> int:
    """Somebody has knocked at too many doors."""
    alarm = Alarm(account_id=account.id, municipality_id=account.municipality_id, number=3)
    alarm.kind = AlarmKind.REFUSED
    db.session.add(alarm)
    db.session.flush()
    return alarm.id


def _printed(
    account: Account, window: AssessmentWindow, places: dict[str, Municipality | School | SchoolClass]
) -> int:
    """A large print, ordered and made; its files lie there."""
    wanted = [
        Wanted(place, account.staff_member.duties[0].id)
        for name in PRINTS_OF[account.username]
        if isinstance(place := places[name], SchoolClass)
    ]
    order = order_prints(window, wanted, Purpose.TALK, account_id=account.id, duty_id=wanted[0].duty_id)
    db.session.commit()
    work_off("matrix", order.job_id)
    return order.id


def _sports_break(municipality_id: int) -> int:
    """This year's, and the one before, that can be copied from."""
    for year, monday in (("2025/26", date(2026, 2, 16)), ("2026/27", date(2027, 2, 15))):
        span = Span(SpanKind.SPORTS_BREAK, monday, monday + timedelta(days=4))
        row = add(municipality_id, year, span)
    return row.id


def _supported(
    pupils: dict[str, Pupil], places: dict[str, Municipality | School | SchoolClass]
) -> dict[str, int]:
    """Everybody gets support, three of three classes together; one result each, one change of plan."""
    together = SupportGroup(school_id=places["Ekbacken"].id, name=NEUTRAL_NAMES[0])
    found = {}
    for stems in (TOGETHER, *([stem] for stem in PUPILS if stem not in TOGETHER)):
        function = Function(Role.SPECIAL_TEACHER, places[CLASSES[PUPILS[stems[0]][0]]].id)
        plan = Plan(SupportKind.INTENSIVE_PERIOD, GoalWay.AGREED, date(2026, 11, 2), function)
        ways = {pupils[stem].id: Way(Decimal(12), StartFrom.GIVEN, Decimal(30)) for stem in stems}
        group = together if len(stems) > 1 else None
        periods = start_periods("ord_per_minut", date(2026, 9, 7), plan, ways, Recorder(), group)
        for stem, period in zip(stems, periods, strict=True):
            found[stem] = period.id
            version = Version(1, date(2026, 9, 28), f"{SAID[stem]} fyra gånger")
            change_plan(period, plan, Decimal(28), version, Recorder())
    day = date(2026, 10, 13)
    results = [ResultWrite(one, day, None, Decimal(14), False, "0:") for one in found.values()]
    assert {one.status.value for one in record_results(results, Recorder())} == {"stored"}
    return found


def _asked(stem: str, pupil: Pupil, by: Recorder) -> int:
    """Samråd that waits, with words about the pupil."""
    asking = Asking("adaptations", Role.SPECIAL_TEACHER, f"{SAID[stem]} undras det om")
    return ask(pupil, asking, by)[0].id


def _laid_aside(municipalities: dict[str, int]) -> dict[str, int]:
    """Jobs that judge again: while one is under way no figures of several pupils are let out."""
    found: dict[str, int] = {}
    for name, number in (*municipalities.items(), ("everybody", None)):
        cancel(job := order_rejudging(db.session.get(Municipality, number) if number else None))
        found[name] = job.id
    return found


def _draft() -> int:
    """The next version of the built-in set, with a year more: its limit, what decides, and a weighted sum."""
    draft = draft_from_set(db.session.get_one(BenchmarkSet, 1), None)
    limits = {"goal_from": Decimal(20), "status": "P"}
    places = (("ord_per_minut", 5, "winter"), ("bokstavsljud", 5, "winter"), ("ord_per_minut", 6, "winter"))
    for seen, place in enumerate(places, start=1):
        change_limit(draft, place, limits, Author(None, seen))
    plan_drafting.change_plan(
        draft, (5, "winter"), {"decides": [["bokstavsljud"]], "also": []}, Author(None, 4)
    )
    weighted = {"weights": {"ord_per_minut": 2}, **dict.fromkeys(("mean", "sd", "scale", "constant"), 1)}
    plan_drafting.add_composite(draft, ("lasindex", 5, "winter"), weighted, limits, Author(None, 5))
    return draft.id


def _handed_over(pupil: Pupil) -> int:
    """By the class the pupil left, to the school where the pupil goes now; one of them has been accepted."""
    stem = next(stem for stem, code in CODES.items() if code == pupil.code)
    before, now = sorted(pupil.enrolments, key=lambda one: one.starts_on)
    made = Making(
        HandoverKind.NEXT_SCHOOL, ["results", "steps"], to_school_id=now.school_class.school_id,
        guardian_informed_on=TODAY,
    )  # fmt: skip
    content = facts_of(pupil, made.parts, Within())
    handover = make_handover(pupil, before, made, content, Recorder())
    if stem in ACCEPTED:
        accept(handover, pupil, Recorder())
    return handover.id


def _keep_notes(pupils: dict[str, Pupil]) -> None:
    """A note about everybody, of the special teacher where the pupil goes."""
    for stem, pupil in pupils.items():
        zone = Zone(Role.SPECIAL_TEACHER, pupil.enrolments[-1].school_class.school_id)
        write_note(pupil, zone, f"{NOTED[stem]} är antecknat", Recorder())


def _asked_for_help(pupil: Pupil) -> int:
    """Every guardian says yes to the results; sent but for the draft, and answered at Ekbacken."""
    by, stem = Recorder(), next(stem for stem, code in CODES.items() if code == pupil.code)
    receiver = TeamFunction.SOCIAL_TEAM if ASKED_OF[stem] == "team" else None
    elsewhere = None if receiver else "Närhälsan"
    asked = help_wanted.Asking(
        receiver, elsewhere, "Läsningen har stannat av.", ["results"], 1, date(2026, 11, 2)
    )
    request = help_wanted.write_request(pupil, pupil.enrolments[-1].school_class.school_id, asked, by)
    help_wanted.note_consent(request, 1, Said.YES, TODAY, ["results"], by)
    if stem != DRAFT:
        help_wanted.send(request, facts_of(pupil, ["results"], Within()), by)
        happened(request, EventKind.ANSWER, by, line="Vi ses i november.")
    note_contact(pupil, request.school_id, Contact(ContactWay.PHONE, ContactAbout.BOTH), by)
    return request.id


def _grouped(
    name: str,
    places: dict[str, Municipality | School | SchoolClass],
    window: AssessmentWindow,
    pupils: dict[str, Pupil],
) -> int:
    """Everybody of the class in one group, saved."""
    place = places[name]
    assert isinstance(place, SchoolClass)
    mates = tuple(pupils[stem].id for stem, (goes_in, _protected) in PUPILS.items() if goes_in == name)
    return save_groups(place, window, [Chosen(NEUTRAL_NAMES[0], (), mates)], Recorder()).id


def _places() -> dict[str, Municipality | School | SchoolClass]:
    places: dict[str, Municipality | School | SchoolClass] = {}
    for name, (municipality, code) in SCHOOLS.items():
        owner = places.setdefault(municipality, Municipality(name=municipality))
        places[name] = School(name=f"{name}s skola", code=code, municipality=owner)
    for name, school in CLASSES.items():
        places[name] = SchoolClass(name=name, academic_year="2026/27", school=places[school])
    places["1A last year"] = SchoolClass(name="FA", academic_year="2025/26", school=places["Ekbacken"])
    return places


def _set_aside(places: dict[str, Municipality | School | SchoolClass]) -> dict[str, QuarantinedRow]:
    """A class list with a marked row for each school."""
    taken_in = RosterImport(file_digest="x", rows=3, effective_on=TERM_START, file_name="klasslista.csv")
    db.session.add(taken_in)
    db.session.flush()
    rows = {
        name: QuarantinedRow(roster_import_id=taken_in.id, school_id=places[school].id, row=number)
        for number, (name, school) in enumerate(ASIDE.items(), start=2)
    }
    db.session.add_all(rows.values())
    db.session.flush()
    return rows


def _leave_lines_to_review(pupils: dict[str, Pupil]) -> None:
    """What was said of a protected pupil, as if it held the old name."""
    for stem in ALIASES:
        seen = db.session.scalars(sa.select(Observation.id).filter_by(pupil_id=pupils[stem].id)).one()
        db.session.add(LineToReview(pupil_id=pupils[stem].id, kind="observation", row_id=seen))


def _pupil(stem: str, places: dict[str, Municipality | School | SchoolClass]) -> Pupil:
    name, is_protected = PUPILS[stem]
    here = places[name]
    alias = ALIASES.get(stem)
    pupil = Pupil(
        given_name=f"{stem.title()}a", family_name=f"{stem.title()}ström", code=CODES[stem],
        municipality=here.school.municipality, is_protected=is_protected, alias=alias and alias.title(),
    )  # fmt: skip
    starts_on = TERM_START
    if stem == MOVED:
        db.session.add(
            Enrolment(pupil=pupil, school_class=places["1A"], year=1, starts_on=TERM_START, ends_on=MOVED_ON)
        )
        starts_on = MOVED_ON + timedelta(days=1)
    if stem in WENT_TO_FA:
        first, last = date(2025, 8, 18), date(2026, 6, 11)
        db.session.add(
            Enrolment(pupil=pupil, school_class=places["1A last year"], year=0, starts_on=first, ends_on=last)
        )
    ends_on = date(2026, 12, 1) if stem == LEAVES else None
    db.session.add(Enrolment(pupil=pupil, school_class=here, year=1, starts_on=starts_on, ends_on=ends_on))
    return pupil


def _account(
    name: str, duties: list[tuple[Role, str]], places: dict[str, Municipality | School | SchoolClass]
) -> Account:
    member = StaffMember(name=f"Person {name.replace('_', ' ')}")
    home = None
    for role, place in duties:
        where, _, when = place.partition(" ")
        duty = Duty(staff_member=member, role=role, starts_on=TERM_START)
        if when == "yesterday":
            duty.ends_on = TODAY - timedelta(days=1)
        elif when:
            duty.first_year, duty.last_year = (int(year) for year in when.split("-"))
        found = places.get(where)
        if isinstance(found, SchoolClass):
            duty.school_class, home = found, found.school.municipality
        elif isinstance(found, School):
            duty.school, home = found, found.municipality
        elif isinstance(found, Municipality):
            duty.municipality, home = found, found
        db.session.add(duty)
    account = Account(staff_member=member, username=name, password_hash=PASSWORD_HASH, municipality=home)
    db.session.add(account)
    db.session.add(
        ApiToken(account=account, name="Statistik", token_hash=name, scopes="scores:read", ends_on=TODAY)
    )
    return account


def _assess(window: AssessmentWindow, pupils: dict[str, Pupil], accounts: dict[str, Account]) -> None:
    """Everybody scores low, is seen by somebody, has a signal and a step, and the class is handed in."""
    by = Recorder()
    first_try = [Write(pupil.id, "ord_per_minut", Decimal(11)) for pupil in pupils.values()]
    assert {outcome.status for outcome in record_scores(window, first_try, by)} == {"stored"}
    writes = [
        Write(pupil.id, measure, Decimal(points))
        for pupil in pupils.values()
        for measure, points in (("bokstavsljud", 3), ("fonologisk_medvetenhet", 10), ("ord_per_minut", 12))
    ]
    assert {outcome.status for outcome in record_scores(window, writes, by)} == {"stored"}
    for stem, pupil in pupils.items():
        raise_observation(pupil, window, Seen(ObservedBy.TEACHER, f"{SAID[stem]} har sagts", TODAY), by)
    handed_in = {enrolment.school_class for pupil in pupils.values() for enrolment in pupil.enrolments}
    for place in (place for place in handed_in if place.name != NOT_HANDED_IN):
        hand_in(place, window, None)
    db.session.flush()
    for stem, pupil in pupils.items():
        flags = db.session.scalars(sa.select(Flag).filter_by(pupil_id=pupil.id)).all()
        step = "report_to_principal" if stem in REPORTED else "adaptations"
        record_next_step(flags[:1], Decision(step, line=f"{SAID[stem]} behöver det"), by)


def _taken_in(name: str, window: AssessmentWindow, pupils: dict[str, Pupil]) -> int:
    """A file about the class; half of what it said was put right by hand afterwards."""
    mates = [pupils[stem].id for stem, (goes_in, _protected) in PUPILS.items() if goes_in == name]
    file = keep_file(window, "resultat.csv", name.encode(), Recorder())
    for points, by in ((11, Recorder(file_id=file.id)), (9, Recorder())):
        measures = ("bokstavsljud", "fonologisk_medvetenhet") if by.file_id else ("bokstavsljud",)
        writes = [Write(mate, measure, Decimal(points)) for mate in mates for measure in measures]
        assert {outcome.status for outcome in record_scores(window, writes, by)} == {"stored"}
    keep_counts(file, len(mates), len(mates), 0, 2 * len(mates))
    return file.id


def shut_doors(world: World) -> None:
    """For three who are signed in: the account is closed, the duty is over, the duty has not begun."""
    db.session.execute(
        sa.update(Account)
        .where(Account.id == world.accounts["disabled"])
        .values(disabled_at=datetime.now(UTC))
    )
    for name, dates in (
        ("expired", {"ends_on": TODAY - timedelta(days=1)}),
        ("to_come", {"starts_on": TODAY + timedelta(days=1)}),
    ):
        db.session.execute(sa.update(Duty).where(Duty.id == world.duties[name]).values(**dates))
    db.session.commit()
