"""Former staff lose their names and the trail its oldest part, by rules: what is left says what was done, and
can be checked as before."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from posting import post

from assessments.access import accounts, audit
from assessments.access.alarm_models import Alarm, AlarmKind
from assessments.access.models import Account, ApiToken, AuditEntry, OneTimeLink, SignInSession, TrailAnchor
from assessments.access.queries import staff_of
from assessments.access.sign_in_models import ProviderIdentity, RecoveryCode, SecondFactor
from assessments.access.tokens import fingerprint
from assessments.access.trail import checking
from assessments.access.trail.chain import TRAIL
from assessments.access.trail.disposing import DISPOSED, vouched_for
from assessments.clock import now
from assessments.database import Base, db
from assessments.recording import Recorder
from assessments.refusals import Refused
from assessments.retention import disposing, rules
from assessments.retention.kinds import STAFF
from assessments.retention.kinds import TRAIL as LOG
from assessments.retention.models import Basis, Disposal
from assessments.retention.staff import FORMER, ITS_OWN
from assessments.roster.models import Duty, StaffMember

Run = Callable[..., Result]
LEFT, YEARS_LATER = date(2027, 6, 10), "2034-09-01"
BY = Recorder()
both_databases = pytest.mark.both_databases


def decide(cast: Ekbacken, *codes: str, years: int = 5) -> None:
    for code in codes:
        rules.decide(cast.municipality, code, years, Basis.LEFT, "Barnnämnden § 45", date(2027, 1, 1), BY)
    db.session.commit()


def dispose(cast: Ekbacken) -> Disposal:
    """As the page and the command do it."""
    done = disposing.dispose(cast.municipality, BY)
    audit.note(DISPOSED, done, municipality_id=cast.municipality.id, **vouched_for(cast.municipality))
    db.session.commit()
    return done


@pytest.fixture
def left(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Ekbacken:
    """Birgitta left with all that an account can have; Astrid teaches on. It is seven years later."""
    one = ekbacken.birgitta
    for row in (
        SignInSession(account=one, token_hash="s", last_seen_at=now()),
        OneTimeLink(account=one, token_hash="l", purpose="reset", expires_at=now()),
        ApiToken(account=one, name="Birgittas", token_hash=fingerprint("key"), scopes="x", ends_on=LEFT),
        SecondFactor(account_id=one.id, sealed_secret="hemligt"),
        RecoveryCode(account_id=one.id, digest="d"),
        ProviderIdentity(account=one, issuer="https://ekby.example", subject="birgitta@ekby.example"),
        Alarm(
            account_id=one.id, kind=AlarmKind.REFUSED, number=3, municipality_id=ekbacken.municipality.id,
            acknowledged_at=now(), note="Birgitta vikarierade",
        ),
    ):  # fmt: skip
        db.session.add(row)
    duties = sa.update(Duty).where(
        Duty.staff_member_id.in_([one.staff_member_id, ekbacken.carl.staff_member_id])
    )
    db.session.execute(duties.values(ends_on=LEFT))
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", YEARS_LATER)
    return ekbacken


def saying(*words: str) -> set[str]:
    """table.column of every cell of the database that says one of the words."""
    return {
        f"{table.name}.{column}"
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(sa.select(table)).mappings()
        for column, value in row.items()
        if any(word in str(value).casefold() for word in words)
    }


@both_databases
def test_nothing_says_who_the_person_was_and_what_she_did_stays(left: Ekbacken) -> None:
    account_id, key = left.birgitta.id, db.session.scalars(sa.select(ApiToken.id)).one()
    seen = sa.select(sa.func.count()).select_from(AuditEntry)
    duties = set(db.session.scalars(sa.select(Duty.id)))
    assert {"staff_member.name", "account.username", "alarm.note", "api_token.name"} <= saying("birgitta")
    decide(left, STAFF)
    told = disposing.plan(left.municipality)
    (line,) = told.lines
    assert (line.staff, line.about, line.rows["konton"]) == (1, "1 anställd", 1)
    assert line.rule == "5 år efter det sista uppdraget"
    before = db.session.scalar(seen)
    dispose(left)
    assert saying("birgitta", "björk", "hemligt") == set()
    former = db.session.get_one(Account, account_id)
    assert (former.staff_member.name, former.password_hash) == (FORMER, None)
    assert former.disabled_at
    for model in ITS_OWN.values():
        assert not db.session.scalar(sa.select(sa.func.count()).where(model.account_id == account_id))
    assert db.session.get_one(ApiToken, key).revoked_at  # the trail calls it by number
    assert set(db.session.scalars(sa.select(Duty.id))) == duties
    assert db.session.scalar(seen) == (before or 0) + 1
    assert disposing.plan(left.municipality).total == 0


def test_every_table_that_hangs_on_an_account_goes_or_is_emptied(app: Any) -> None:
    """A new table that cannot be without an account: name it in retention/staff.py."""
    hanging = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "account" and not key.parent.nullable
    }
    assert hanging == {model.__tablename__ for model in ITS_OWN.values()} | {"api_token"}


def test_who_is_at_work_or_waits_for_somebody_to_look_stays(left: Ekbacken) -> None:
    decide(left, STAFF, years=8)
    assert disposing.plan(left.municipality).total == 0
    decide(left, STAFF)
    alarm = Alarm(account_id=left.birgitta.id, kind=AlarmKind.MANY_PUPILS, number=151)
    db.session.add(alarm)
    db.session.flush()
    assert disposing.plan(left.municipality).total == 0
    db.session.delete(alarm)
    again = Duty(staff_member=left.birgitta.staff_member, role="principal", school=left.other_school)
    again.starts_on, again.ends_on = date(2033, 1, 1), date(2033, 2, 1)
    db.session.add(again)
    db.session.flush()  # elsewhere, and not long ago
    assert disposing.plan(left.municipality).total == 0
    assert disposing.plan(left.other_municipality).total == 0  # Carl's has decided nothing


def test_who_never_had_a_duty_goes_by_when_the_account_was_made(left: Ekbacken) -> None:
    decide(left, STAFF)
    new = accounts.open_account("Ny Nilsson", "ny", left.municipality)
    old = accounts.open_account("Glömd Gran", "glomd", left.municipality)
    old.staff_member.created_at = now() - timedelta(days=6 * 366)
    db.session.flush()
    dispose(left)
    assert new.staff_member.name == "Ny Nilsson"
    assert old.staff_member.name == FORMER


def test_a_former_colleague_is_in_no_list_and_opens_nothing(
    left: Ekbacken, signed_in: Callable[..., Any], lasspar: Run
) -> None:
    account_id, duty_id = left.birgitta.id, left.birgitta.staff_member.duties[0].id
    decide(left, STAFF)
    audit.leave(audit.row_of("pupil:seen", left.kim, left.school.id, details={}) | {"account_id": account_id})
    db.session.commit()
    dispose(left)
    ada = signed_in(left.ada)
    assert ada.get(f"/staff/{account_id}").status_code == 404
    assert ada.get(f"/duties/{duty_id}").status_code == 404
    assert FORMER not in ada.get("/staff").text
    assert FORMER in ada.get(f"/trail?person={account_id}&all=1").text
    assert FORMER not in {row.name for row in staff_of(left.municipality)}
    gone = f"gallrat konto {account_id}"
    assert accounts.find(gone) is None
    assert lasspar("staff", "reset", gone).exit_code == 1
    with pytest.raises(Refused, match="ska ha"):
        accounts.open_account("Någon", gone, left.municipality)


def a_row(cast: Ekbacken, on: str, monkeypatch: pytest.MonkeyPatch, **place: int) -> None:
    monkeypatch.setenv("LASSPAR_TODAY", on)
    audit.note("pupil:seen", cast.kim, **(place or {"school_id": cast.school.id}))
    db.session.commit()


@pytest.fixture
def years(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Ekbacken:
    """The school's chain has rows of 2026, 2027 and 2033; Ekby's own one of 2026; Tallbacken's one too."""
    for on in ("2026-10-01", "2027-10-01", "2033-10-01"):
        a_row(ekbacken, on, monkeypatch)
    a_row(ekbacken, "2026-10-02", monkeypatch, municipality_id=ekbacken.municipality.id)
    a_row(ekbacken, "2026-10-03", monkeypatch, school_id=ekbacken.other_school.id)
    monkeypatch.setenv("LASSPAR_TODAY", YEARS_LATER)
    return ekbacken


@both_databases
def test_the_oldest_part_goes_and_the_rest_still_holds(
    years: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = checking.check().ends
    decide(years, LOG)
    (line,) = disposing.plan(years.municipality).lines
    assert line.rows == {"rader_i_loggen": 3}
    assert (line.about, line.rule, line.until) == ("", "5 år efter läsåret", "2029-07-31")
    dispose(years)
    left = db.session.execute(sa.select(TRAIL.c.chain, TRAIL.c.number).order_by(TRAIL.c.id)).all()
    school, own, other = years.school.id, -years.municipality.id, years.other_school.id
    assert [tuple(row) for row in left] == [
        (school, 3),
        (other, 1),
        (own, 2),
    ]  # Ekby's goes on from its anchor
    told = checking.check(before)
    assert (told.broken, told.anchored, told.unseen) == ([], 2, 0)
    a_row(years, YEARS_LATER, monkeypatch)
    assert checking.check().ends[school].number == 4
    assert disposing.plan(years.municipality).total == 0


@both_databases
def test_years_later_more_goes_and_the_former_anchors_are_vouched_for_again(
    years: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = checking.check().ends
    decide(years, LOG)
    dispose(years)
    middle = checking.check().ends
    a_row(years, YEARS_LATER, monkeypatch)
    monkeypatch.setenv("LASSPAR_TODAY", "2050-09-01")
    dispose(years)
    # All that vouched has gone; the latest trace of a disposal tells of every chain anew.
    told = checking.check(middle)
    assert (told.broken, told.rows) == ([], 2)
    assert told.ends[years.school.id].number == 4
    assert checking.check(early).unseen == 1  # its third link has gone since, and was no anchor


@both_databases
def test_what_belongs_to_no_municipality_goes_when_all_have_decided(
    years: Ekbacken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign-ins of the initiative's coordinator stayed for ever, and so did the account."""
    her, elsewhere = years.cecilia, years.other_municipality
    her.municipality, her.staff_member.duties[0].ends_on = None, LEFT
    for on in ("2026-10-04", "2026-10-05", YEARS_LATER):
        monkeypatch.setenv("LASSPAR_TODAY", on)
        audit.note("account:signed_in", her)
        db.session.commit()
    of_none = sa.select(sa.func.count()).where(TRAIL.c.chain == 0)

    decide(years, LOG, STAFF)
    assert "utanför" not in str(disposing.plan(years.municipality))  # the other municipality has not decided
    for code in (LOG, STAFF):
        rules.decide(elsewhere, code, 6, Basis.LEFT, "Nämnden § 4", date(2027, 1, 1), BY)
    db.session.commit()
    lines = {line.name: line for line in disposing.plan(years.municipality).lines if "utanför" in line.name}
    trail, staff = (lines[f"{k}, utanför kommunerna"] for k in ("Loggen", "Personalens namn och konton"))
    assert (trail.rows, trail.years, trail.decision) == ({"rader_i_loggen": 2}, 6, "Nämnden § 4")
    assert (staff.staff, staff.rows["konton"]) == (1, 1)

    rules.hold(years.olle, "Tillsyn", BY)
    assert "utanför" not in str(disposing.plan(years.municipality))
    rules.release(years.olle, BY)
    dispose(years)
    assert db.session.scalar(of_none) == 1
    assert saying("cecilia", "cypress") == set()
    assert "utanför" not in str(disposing.plan(elsewhere))
    told = checking.check()
    assert (told.broken, told.ends[0].number) == ([], 3)
    monkeypatch.setenv("LASSPAR_TODAY", "2050-09-01")  # now the other's protocol tells of the chain
    done = disposing.dispose(elsewhere, BY)
    audit.note(DISPOSED, done, municipality_id=elsewhere.id, **vouched_for(elsewhere))
    db.session.commit()
    assert (db.session.scalar(of_none), checking.check().broken) == (0, [])


def test_a_row_goes_only_behind_an_anchor_which_stays(years: Ekbacken) -> None:
    for statement in (
        sa.delete(TRAIL),
        sa.delete(TRAIL).where(TRAIL.c.number == 1),
        sa.update(TRAIL).values(number=9),
    ):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(statement)
    decide(years, LOG)
    dispose(years)
    school = TRAIL.c.chain == years.school.id
    for refused in (
        sa.delete(TRAIL).where(school),
        sa.delete(TrailAnchor),
        sa.update(TrailAnchor).values(number=9),
    ):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(refused)


def test_an_anchor_that_no_disposal_tells_of_is_found(years: Ekbacken) -> None:
    decide(years, LOG)
    done = dispose(years)
    last = checking.check().ends[years.school.id]
    db.session.add(TrailAnchor(chain=years.school.id, number=3, digest=last.digest, disposal_id=done.id))
    db.session.flush()
    db.session.execute(sa.delete(TRAIL).where(TRAIL.c.chain == years.school.id))
    db.session.commit()
    (broken,) = checking.check().broken
    assert (broken.chain, broken.number) == (years.school.id, 3)
    assert "ingen gallring" in broken.why


def test_an_end_that_was_written_down_at_an_anchor_is_compared(years: Ekbacken) -> None:
    decide(years, LOG)
    dispose(years)
    written = {years.school.id: checking.Link(2, "another")}
    assert "annan än den som antecknades" in checking.check(written).broken[0].why


def test_while_somebody_is_held_trail_and_names_wait(years: Ekbacken, left: Ekbacken) -> None:
    decide(years, LOG, STAFF)
    rules.hold(years.noor, "Tillsyn", BY)
    told = disposing.plan(years.municipality)
    assert (told.total, told.held, len(told.waiting)) == (0, 1, 2)
    rules.release(years.noor, BY)
    assert disposing.plan(years.municipality).total


@pytest.mark.slow
def test_the_page_and_the_protocol_say_what_goes(
    years: Ekbacken, left: Ekbacken, signed_in: Callable[..., Any], lasspar: Run, tmp_path: Path
) -> None:
    decide(years, LOG, STAFF)
    school = years.school.id
    ada, page = signed_in(years.ada), f"/municipalities/{years.municipality.id}/records"
    shown = ada.get(f"{page}/disposal").text
    assert "Uppgifter om 1 anställd och 3 rader i loggen har passerat sin frist" in shown
    (seen,) = re.findall(r'name="seen" value="(\w+)"', shown)
    assert post(ada, f"{page}/disposal", {"seen": seen}).status_code == 303
    (done,) = db.session.scalars(sa.select(Disposal))
    assert ada.get(f"/disposals/{done.id}/protocol.pdf").data.startswith(b"%PDF")
    table = ada.get(f"/disposals/{done.id}/protocol.csv").data.decode("utf-8-sig")
    assert "Loggen;5 år efter läsåret;Barnnämnden § 45;2027-01-01;2029-07-31;0;rader_i_loggen;3;0" in table
    assert "Björk" not in table
    verified = lasspar("audit", "verify")
    assert "Början är gallrad i 2 kedjor" in verified.stdout, verified.stderr
    ends = json.loads(lasspar("audit", "verify", "--json").stdout)
    assert ends["whole"]
    assert {one["number"] for one in ends["chains"] if one["chain"] == school} == {3}
    assert "väntar" not in lasspar("retention", "list", "--kommun", "Ekby").stdout.casefold()


@pytest.fixture
def emptied(app: Any) -> Iterator[None]:
    yield
    app.config["KEEPER"].put_back("built in")


@pytest.mark.slow
def test_an_export_takes_the_anchors_along_and_the_chain_is_the_same(
    years: Ekbacken, lasspar: Run, tmp_path: Path, app: Any, emptied: None
) -> None:
    decide(years, LOG)
    dispose(years)
    taken = tmp_path / "uttag.zip"
    done = lasspar("export", "--municipality", "Ekby", "--protected", taken)
    assert done.exit_code == 0, done.stderr
    school = years.school.id
    before = checking.check().ends[school]
    number = db.session.scalar(sa.select(sa.func.count()).select_from(TrailAnchor))
    db.session.rollback()
    app.config["KEEPER"].put_back("built in")
    read = lasspar("import", taken)
    assert read.exit_code == 0, read.stderr
    told = checking.check()
    assert told.broken == []
    assert told.ends[school] == before
    assert number == told.anchored == 2
    db.session.rollback()


def test_a_rule_for_them_has_its_own_way_of_counting(ekbacken: Ekbacken) -> None:
    made = [
        rules.decide(ekbacken.municipality, code, 1, Basis.LEFT, "§ 1", date(2026, 1, 1), BY)
        for code in (STAFF, LOG)
    ]
    assert [one.basis for one in made] == [Basis.LEFT, Basis.SCHOOL_YEAR]
    assert db.session.scalars(sa.select(StaffMember.disposed_at)).first() is None
