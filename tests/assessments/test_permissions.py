"""The page of rights against the table of domain.md section 1, and how one object is reached."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from cast import TODAY
from flask import g
from werkzeug.exceptions import Forbidden, NotFound

from assessments.access import who_sees_what
from assessments.access.permissions import (
    GRANTS,
    MEETS_PROTECTED,
    Permission,
    accounts_open_to,
    around_me,
    classes_open_to,
    duties_giving,
    duties_open_to,
    fetch,
    fetch_several,
    municipalities_open_to,
    pupil_ids_open_to,
    pupils_open_to,
    quarantined_rows_open_to,
    schools_open_to,
)
from assessments.access.persons import duties_today
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Duty, Enrolment, QuarantinedRow, Role, RosterImport

pytestmark = pytest.mark.both_databases
P = Permission

# domain.md section 1, "Rights", said again: r = read, w = write, e = enter results, - = nothing.
# protection: r hides a pupil and settles quarantined rows, w looks after those who are hidden.
TOLD = """
               teacher special_teacher principal team coordinator administrator
roster         r       r               r         -    -           rw
protection     -       -               rw        -    -           r
scores         rw      rw              r         -    -           -
signals        r       rw              r         -    -           -
observed       w       w               -         -    -           -
samråd         w       w               -         -    -           -
support        re      rew             r         -    -           -
school         -       -               r         -    -           -
absence        -       -               w         -    -           w
help           w       w               w         r    -           -
ground         -       -               w         -    -           -
open_support   -       -               -         -    -           w
notes          -       w               -         -    -           -
handover       w       w               w         -    -           -
print          w       w               w         -    -           -
home_page      w       w               -         -    -           -
staff          -       -               -         -    -           w
trail          -       -               -         -    -           r
records        -       -               -         -    -           w
aggregates     -       -               -         -    r           -
windows        -       -               -         -    w           -
calendar       r       r               r         r    rw          rw
"""
MEANS = {
    ("roster", "r"): P.SEE_ROSTER, ("roster", "w"): P.EDIT_ROSTER, ("scores", "r"): P.SEE_SCORES,
    ("scores", "w"): P.RECORD_SCORES, ("signals", "r"): P.SEE_SIGNALS, ("signals", "w"): P.ACT_ON_SIGNALS,
    ("observed", "w"): P.OBSERVE, ("samråd", "w"): P.CONSULT, ("support", "r"): P.SEE_SUPPORT,
    ("support", "e"): P.RECORD_SUPPORT, ("support", "w"): P.PLAN_SUPPORT, ("school", "r"): P.LEAD_SCHOOL,
    ("absence", "w"): P.IMPORT_ABSENCE, ("print", "w"): P.PRINT, ("home_page", "w"): P.WRITE_HOME_PAGES,
    ("help", "w"): P.ASK_FOR_HELP, ("help", "r"): P.ANSWER_REQUESTS, ("ground", "w"): P.GIVE_GROUND,
    ("open_support", "w"): P.KEEP_OPEN_SUPPORT, ("notes", "w"): P.KEEP_NOTES, ("handover", "w"): P.HAND_OVER,
    ("protection", "r"): P.PROTECT, ("protection", "w"): P.MANAGE_PROTECTED,
    ("staff", "w"): P.MANAGE_STAFF, ("trail", "r"): P.SEE_TRAIL, ("records", "w"): P.KEEP_RECORDS,
    ("aggregates", "r"): P.SEE_AGGREGATES,
    ("windows", "w"): P.MANAGE_WINDOWS, ("calendar", "r"): P.SEE_CALENDAR,
    ("calendar", "w"): P.MANAGE_CALENDAR,
}  # fmt: skip


def told_rights():
    roles, *rows = (line.split() for line in TOLD.strip().splitlines())
    for place, role in enumerate(roles, start=1):
        marks = {(row[0], mark) for row in rows for mark in row[place] if mark != "-"}
        yield Role(role), {MEANS[mark] for mark in marks}


@pytest.mark.parametrize(("role", "rights"), list(told_rights()))
def test_each_role_may_what_the_table_of_rights_says(role, rights):
    reported = {P.ACT_ON_REPORTED} if role is Role.PRINCIPAL else set()
    assert GRANTS[role] == rights | reported


def test_every_role_and_every_permission_is_in_the_table():
    assert set(GRANTS) == set(Role)
    assert set(MEANS.values()) | {P.ACT_ON_REPORTED} == set(P)


def test_only_those_who_meet_them_see_protected_pupils():
    assert {Role.TEACHER, Role.SPECIAL_TEACHER, Role.PRINCIPAL} == MEETS_PROTECTED


def test_the_page_says_in_words_what_every_role_may():
    assert set(who_sees_what.MAY) == set(P)
    assert [row.role for row in who_sees_what.ROWS] == [
        "klasslärare", "speciallärare", "rektor", "skolsocialt team", "samordnare", "administratör",
    ]  # fmt: skip


@pytest.fixture
def act_as(app):
    """From here on the account asks, with the duties it has today."""

    def act(account):
        g.account, g.duties = account, duties_today(account.staff_member_id)

    return act


PEOPLE = ["astrid", "birgitta", "rut", "carl", "ada", "cecilia", "teo"]


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        (
            P.SEE_SCORES,
            {"astrid": 1, "birgitta": 1, "rut": 1, "carl": 404, "ada": 403, "cecilia": 404, "teo": 403},
        ),
        (
            P.RECORD_SCORES,
            {"astrid": 1, "birgitta": 1, "rut": 403, "carl": 404, "ada": 403, "cecilia": 404, "teo": 403},
        ),
        (
            P.EDIT_ROSTER,
            {"astrid": 403, "birgitta": 403, "rut": 403, "carl": 404, "ada": 1, "cecilia": 404, "teo": 403},
        ),
        (
            P.PRINT,
            {"astrid": 1, "birgitta": 1, "rut": 1, "carl": 404, "ada": 403, "cecilia": 404, "teo": 403},
        ),
    ],
)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_class_is_open_refused_to_colleagues_or_not_there(ekbacken, act_as, permission, may, who):
    act_as(getattr(ekbacken, who))
    if may[who] == 1:
        assert fetch("school_class", ekbacken.class_1a.id, permission).name == "1A"
    else:
        with pytest.raises(Forbidden if may[who] == 403 else NotFound):
            fetch("school_class", ekbacken.class_1a.id, permission)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("astrid", True),
        ("birgitta", True),
        ("rut", True),
        ("carl", False),
        ("ada", False),
        ("cecilia", False),
        ("teo", False),
    ],
)
def test_a_protected_pupil_is_not_even_there_for_others(ekbacken, act_as, who, sees):
    act_as(getattr(ekbacken, who))
    if sees:
        assert fetch("pupil", ekbacken.siv.id, P.SEE_ROSTER).name == "Elev S"
    else:
        with pytest.raises(NotFound):
            fetch("pupil", ekbacken.siv.id, P.SEE_ROSTER)


def test_an_administrator_reaches_the_others(ekbacken, act_as):
    act_as(ekbacken.ada)
    names = {pupil.name for pupil in db.session.scalars(pupils_open_to(P.SEE_ROSTER))}
    assert names == {"Kim Berg", "Noor Alm"}


def test_a_pupil_who_has_left_the_class_is_gone_for_its_teacher(ekbacken, act_as):
    enrolment = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
    act_as(ekbacken.astrid)
    enrolment.ends_on = today()
    assert fetch("pupil", ekbacken.kim.id, P.SEE_SCORES)
    enrolment.ends_on = today() - timedelta(days=1)
    with pytest.raises(NotFound):
        fetch("pupil", ekbacken.kim.id, P.SEE_SCORES)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "opens"),
    [
        (TODAY, TODAY, True),
        (TODAY - timedelta(1), TODAY - timedelta(1), False),
        (TODAY + timedelta(1), None, False),
        (TODAY, None, True),
        (date(2020, 1, 1), date(2030, 1, 1), True),
    ],
)
def test_rights_follow_the_dates_of_the_duty(ekbacken, act_as, starts_on, ends_on, opens):
    duty = db.session.scalars(sa.select(Duty).filter_by(staff_member_id=ekbacken.carl.staff_member_id)).one()
    duty.starts_on, duty.ends_on = starts_on, ends_on
    db.session.flush()
    act_as(ekbacken.carl)
    assert (db.session.scalar(classes_open_to(P.SEE_SCORES)) is not None) is opens


def test_what_was_asked_for_one_person_opens_nothing_to_another(ekbacken, act_as):
    for who, is_mine in (("astrid", True), ("carl", False), ("astrid", True)):
        act_as(getattr(ekbacken, who))
        assert (ekbacken.class_1a in db.session.scalars(classes_open_to(P.SEE_SCORES)).all()) is is_mine


def test_without_duties_nothing_is_open(ekbacken, act_as):
    act_as(ekbacken.carl)
    g.duties = []
    for open_to in (classes_open_to, pupils_open_to, schools_open_to):
        assert db.session.scalars(open_to()).all() == []


def test_of_two_duties_the_one_that_opened_the_door_is_known(ekbacken, act_as):
    first, second = ekbacken.other_class, ekbacken.class_1a
    db.session.add(
        Duty(staff_member=ekbacken.carl.staff_member, role=Role.TEACHER, school_class=second, starts_on=TODAY)
    )
    db.session.commit()
    act_as(ekbacken.carl)
    for school_class in (first, second):
        fetch("school_class", school_class.id, P.SEE_SCORES)
        assert g.opening_duty.school_class_id == school_class.id


@pytest.mark.parametrize("row_id", [0, -1, 999_999, 2**63 - 1])
def test_what_is_not_there_is_404_for_everybody(ekbacken, act_as, row_id):
    for who in PEOPLE:
        act_as(getattr(ekbacken, who))
        with pytest.raises(NotFound):
            fetch("pupil", row_id, P.SEE_SCORES)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_ids_are_those_of_the_same_pupils(ekbacken, act_as, who):
    act_as(getattr(ekbacken, who))
    for permission in (None, P.SEE_ROSTER, P.SEE_SCORES):
        pupils = {pupil.id for pupil in db.session.scalars(pupils_open_to(permission))}
        assert set(db.session.scalars(pupil_ids_open_to(permission))) == pupils


def test_a_municipality_is_open_where_a_duty_is_for_the_whole_of_it(ekbacken, act_as):
    told = {
        ("cecilia", P.SEE_AGGREGATES): {"Ekby", "Tallby"},
        ("cecilia", P.MANAGE_STAFF): set(),
        ("ada", P.MANAGE_STAFF): {"Ekby"},
        ("ada", P.SEE_AGGREGATES): set(),
        ("rut", P.SEE_SCORES): set(),
    }
    for (who, permission), names in told.items():
        act_as(getattr(ekbacken, who))
        assert {one.name for one in db.session.scalars(municipalities_open_to(permission))} == names


def test_accounts_and_duties_are_those_of_the_own_municipality(ekbacken, act_as):
    act_as(ekbacken.ada)
    accounts = {one.username for one in db.session.scalars(accounts_open_to(P.MANAGE_STAFF))}
    duties = {one.staff_member.name for one in db.session.scalars(duties_open_to(P.MANAGE_STAFF))}
    assert accounts == {"astrid", "birgitta", "rut", "ada", "teo"}  # by class, school and municipality
    assert duties == {"Astrid Ask", "Birgitta Björk", "Rut Rönn", "Ada Alm", "Teo Tall"}
    assert db.session.scalars(accounts_open_to(P.SEE_SCORES)).all() == []
    assert db.session.scalars(duties_open_to(P.SEE_SCORES)).all() == []


def test_rows_that_were_set_aside_are_open_at_the_own_school(ekbacken, act_as):
    taken_in = RosterImport(file_digest="0" * 64, rows=2, effective_on=TODAY)
    db.session.add(taken_in)
    db.session.flush()
    for number, school in enumerate((ekbacken.school, ekbacken.other_school)):
        db.session.add(QuarantinedRow(roster_import_id=taken_in.id, school_id=school.id, row=number))
    db.session.flush()
    for who, rows in (("rut", [0]), ("ada", [0]), ("astrid", []), ("carl", [])):
        act_as(getattr(ekbacken, who))
        assert [one.row for one in db.session.scalars(quarantined_rows_open_to(P.PROTECT))] == rows


def test_a_token_gives_what_it_is_meant_for_and_the_duties_give(ekbacken, act_as):
    act_as(ekbacken.astrid)
    g.allowed = {P.SEE_SCORES, P.MANAGE_STAFF}
    given = {permission for permission in P if duties_giving(permission)}
    assert given == {P.SEE_SCORES}
    assert duties_giving(P.PRINT) == []
    assert [duty.role for duty in duties_giving()] == [Role.TEACHER]


def test_several_are_fetched_each_with_the_duty_that_reaches_it(ekbacken, act_as):
    member, second = ekbacken.carl.staff_member, ekbacken.class_1a
    db.session.add(Duty(staff_member=member, role=Role.TEACHER, school_class=second, starts_on=TODAY))
    db.session.commit()
    act_as(ekbacken.carl)
    found = fetch_several("pupil", [ekbacken.kim.id, ekbacken.olle.id], P.PLAN_SUPPORT, P.SEE_SCORES)
    told = {row_id: (row.name, duty.school_class_id) for row_id, (row, duty) in found.items()}
    assert told == {
        ekbacken.kim.id: ("Kim Berg", ekbacken.class_1a.id),
        ekbacken.olle.id: ("Olle Ek", ekbacken.other_class.id),
    }


@pytest.mark.parametrize("who", ["astrid", "ada", "carl"])
def test_of_several_none_is_given_where_one_is_a_stranger_s(ekbacken, act_as, who):
    act_as(getattr(ekbacken, who))
    with pytest.raises(NotFound):
        fetch_several("pupil", [ekbacken.noor.id, ekbacken.olle.id], P.SEE_ROSTER)


def test_of_several_none_is_given_to_a_colleague_without_the_right(ekbacken, act_as):
    act_as(ekbacken.ada)
    with pytest.raises(Forbidden):
        fetch_several("pupil", [ekbacken.kim.id, ekbacken.noor.id], P.SEE_SCORES)
    assert g.refused == f"pupil:{ekbacken.kim.id}"


def test_what_is_around_a_person_is_known_whatever_the_duty_gives(ekbacken, act_as):
    act_as(ekbacken.ada)
    assert around_me("school_class", ekbacken.class_1a.id) is ekbacken.class_1a
    assert around_me("school_class", ekbacken.other_class.id) is None
    g.met["school_class", ekbacken.class_1a.id] = "met before"  # not asked for again
    assert around_me("school_class", ekbacken.class_1a.id) == "met before"
