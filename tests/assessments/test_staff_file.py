"""People and dated duties from a file: every fault is told, and all of it is taken in or nothing."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from flask.testing import FlaskClient
from posting import post
from scoring import counted_queries

from assessments.access.forms import APPOINTED_HERE
from assessments.access.models import Account, AuditEntry
from assessments.access.staff_files.applying import apply_duties
from assessments.access.staff_files.planning import StaffPlan, plan_duties
from assessments.database import db
from assessments.roster.models import Duty, Role
from assessments.roster.tables import FROM_A_PAGE

SignIn = Callable[[Account], FlaskClient]
Lasspar = Callable[..., Result]
HEAD = "användarnamn;namn;roll;kommun;skola;klass;årskurser;från;till"
NEW = """eva;Eva Ny;Klasslärare;;Ekbackens skola;1a;1;2026-11-01;
eva;Eva Ny;speciallärare;Ekby;Ekbackens skola;;1-3;2026-11-01;2027-06-11
tom;Tom Ny;språkstöd;Ekby;;;;2026-11-01;"""


def plan(*lines: str, within: set[int] | None = None) -> StaffPlan:
    roles = Role if within is None else APPOINTED_HERE
    return plan_duties("p.csv", "\n".join([HEAD, *lines]).encode(), FROM_A_PAGE, within, roles)


def faults(*lines: str, within: set[int] | None = None) -> list[str]:
    return [f"{one.row}:{one.column}: {one.reason}" for one in plan(*lines, within=within).problems]


def test_gives_people_and_duties_and_the_same_file_changes_nothing(ekbacken: Ekbacken) -> None:
    done = apply_duties(plan(*NEW.splitlines()))
    assert [account.username for account in done.opened] == ["eva", "tom"]
    assert {(duty.role, duty.first_year, duty.ends_on) for duty in done.given} == {
        (Role.TEACHER, None, None),
        (Role.SPECIAL_TEACHER, 1, date(2027, 6, 11)),
        (Role.TEAM, None, None),
    }
    again = plan(*NEW.splitlines())
    assert (again.changes_something, again.unchanged) == (False, 3)


def test_a_person_written_with_the_family_name_first_and_a_class_with_its_word(ekbacken: Ekbacken) -> None:
    told = plan("eva;Ek, Eva;lärare;;Ekbackens skola;klass 1 A;;2026-11-01;")
    assert (told.problems, [one.name for one in told.people]) == ([], ["Eva Ek"])
    assert [one.scope for one in told.given] == [ekbacken.class_1a]


def test_another_last_day_moves_it(ekbacken: Ekbacken) -> None:
    row = "astrid;;lärare;;Ekbackens skola;1A;;2026-08-18;2026-12-20"
    apply_duties(plan(row))
    assert ekbacken.astrid.staff_member.duties[0].ends_on == date(2026, 12, 20)
    assert plan(row).unchanged == 1


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("x;Y;lärare;;Ekbackens skola;1A;;2026-11-01;", "2:användarnamn: ”x” kan inte vara ett användarnamn"),
        ("eva;;rektor;;Ekbackens skola;;;2026-11-01;", "2:namn: användarnamnet eva är nytt, men namnet"),
        ("eva;Eva;chef;;Ekbackens skola;;;2026-11-01;", "2:roll: rollen ”chef” finns inte"),
        ("eva;Eva;rektor;;Ekbacken;;;2026-11-01;", "2:skola: skolan ”Ekbacken” finns inte"),
        ("eva;Eva;rektor;Norrby;;;;2026-11-01;", "2:kommun: kommunen ”Norrby” finns inte"),
        ("eva;Eva;rektor;;;;;2026-11-01;", "2:skola: rektor gäller en skola, men skolan saknas"),
        (
            "eva;Eva;lärare;;Ekbackens skola;9Z;;2026-11-01;",
            "2:klass: Ekbackens skola har ingen klass ”9Z” läsåret 2026/27",
        ),
        ("eva;Eva;rektor;;Ekbackens skola;;1-3;2026-11-01;", "2:årskurser: Bara speciallärare kan ha vissa"),
        ("eva;Eva;rektor;;Ekbackens skola;;;i höst;", "2:från: ”i höst” är inte ett datum"),
        ("eva;Eva;rektor;;Ekbackens skola;;;2026-11-01;2026-10-01", "2:till: sista dagen är före den första"),
        ("astrid;;lärare;;Ekbackens skola;1A;;2026-10-01;", "2:från: Astrid Ask har redan det uppdraget"),
        ("eva;Eva;administratör;;;;;2026-11-01;", "2:kommun: kommunen saknas för administratör"),
    ],
)  # fmt: skip
def test_every_fault_is_told_by_row_and_column(ekbacken: Ekbacken, row: str, fault: str) -> None:
    [told] = faults(row)
    assert told.startswith(fault)


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ("x;;chef;Norrby;;1A;;i höst;", "användarnamn roll från kommun"),
        ("eva;;chef;Ekby;Ekbacken;1A;;2026-11-01;2026-10-01", "roll till skola namn"),
        ("eva;E\u202eva;rektor;;Ekbacken;;;2026-11-01;", "namn skola"),
        ("carl;;samordnare;Tallby;;;;2026-11-01;", "roll kommun användarnamn"),
        ("eva;;rektor;;;;;2026-11-01;", "skola namn"),
    ],
)
def test_one_fault_of_a_row_hides_no_other(ekbacken: Ekbacken, row: str, columns: str) -> None:
    told = [one.column for one in plan(row, within={ekbacken.municipality.id}).problems]
    assert sorted(told) == sorted(columns.split())


def test_faults_between_rows_are_told_at_the_later_row(ekbacken: Ekbacken) -> None:
    row = "eva;Eva;rektor;;Ekbackens skola;;;2026-11-01;"
    assert faults(row, row, row.replace("Eva", "Ewa").replace("rektor", "speciallärare")) == [
        "3:från: samma uppdrag står redan på rad 2",
        "4:namn: eva heter Eva på rad 2",
    ]


def test_an_administrator_speaks_of_the_own_municipality_only(ekbacken: Ekbacken) -> None:
    mine = {ekbacken.municipality.id}
    assert faults("eva;Eva;rektor;;Tallbackens skola;;;2026-11-01;", within=mine) == [
        "2:skola: skolan ”Tallbackens skola” finns inte"
    ]
    carl = "carl;;rektor;;Ekbackens skola;;;2026-11-01;"
    assert faults(carl, within=mine) == ["2:användarnamn: användarnamnet carl är upptaget"]
    cecilia = "ny;Ny;samordnare;Ekby;;;;2026-11-01;"
    assert faults(cecilia, within=mine) == ["2:roll: den rollen ges av den som sköter servern"]


@pytest.mark.parametrize("within", [None, set[int]()])
def test_an_unknown_role_is_answered_with_those_that_may_be_given(
    ekbacken: Ekbacken, within: set[int] | None
) -> None:
    problems = plan("astrid;;chef;;Ekbackens skola;;;2026-11-01;", within=within).problems
    [told] = [one for one in problems if one.column == "roll"]
    assert "speciallärare, rektor, " in told.remedy
    assert ("samordnare" in told.remedy) is (within is None)


def test_asks_as_often_for_many_as_for_few(ekbacken: Ekbacken) -> None:
    rows = [f"u{n}x;Ny {n};rektor;;Ekbackens skola;;;2026-11-01;" for n in range(40)]
    asked = []
    for some in (rows[:1], rows):
        with counted_queries() as one:
            plan(*some)
        asked.append(len(one))
    assert asked[0] >= asked[1]


def test_the_page_shows_then_does_and_hands_over_links_once(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    ada, content = signed_in(ekbacken.ada), f"{HEAD}\n{NEW}\n"
    page = post(ada, "/staff/import", {"file": (io.BytesIO(content.encode()), "p.csv")})
    assert "2 nya personer, 3 nya uppdrag." in page.text
    assert db.session.scalar(sa.select(Account).filter_by(username="eva")) is None
    token = re.search(r'name="upload" value="([^"]+)"', page.text)
    assert token
    done = post(ada, "/staff/import/confirm", {"upload": token[1]})
    links = re.findall(r'value="(http[^"]+/password/[^"]+)"', done.text)
    assert len(links) == 2
    assert ada.get(links[0].partition("localhost")[2]).status_code == 200
    kinds = sa.select(AuditEntry.action, AuditEntry.municipality_id).where(AuditEntry.action == "duty:given")
    assert db.session.execute(kinds).all() == [("duty:given", ekbacken.municipality.id)] * 3
    faulty = post(ada, "/staff/import", {"file": (io.BytesIO(f"{HEAD}\n;;;;;;;;x".encode()), "p.csv")})
    assert faulty.status_code == 422
    assert "Användarnamn saknas" in faulty.text


def test_the_command_tries_and_does(ekbacken: Ekbacken, lasspar: Lasspar, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(f"{HEAD}\n{NEW}\n", "utf-8")
    tried = lasspar("duty", "import", file, "--dry-run")
    assert (
        "rad 3: Eva Ny: speciallärare Ekbackens skola åk 1–3, från 2026-11-01 till 2027-06-11" in tried.stdout
    )
    assert "eva" not in db.session.scalars(sa.select(Account.username)).all()
    done = lasspar("duty", "import", file)
    assert done.stdout.count("/password/") == 2
    assert "Inget att ändra" in lasspar("duty", "import", file).stdout
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Duty)) == 10
    file.write_text(f"{HEAD}\n{NEW}\neva;;rektor;;Ekby;;;2026-11-01;\n", "utf-8")
    refused = lasspar("duty", "import", file)
    assert (refused.exit_code, refused.stderr.startswith(f"{file}:5:skola: ")) == (1, True)
