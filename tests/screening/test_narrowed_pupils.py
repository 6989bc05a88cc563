"""Article 18: what is kept stays and is not used: not shown, written, judged, counted or disposed of."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from posting import post
from scoring import record

from assessments.absence.models import AbsenceShare
from assessments.access.models import AuditEntry
from assessments.access.row_tokens import row_token
from assessments.database import db
from assessments.extracts.queries import record_of
from assessments.models import Score
from assessments.recording import Recorder, record_scores
from assessments.refusals import Refused
from assessments.retention import disposing
from assessments.roster import narrowing
from assessments.roster.models import Narrowing, Pupil
from assessments.writes import Write
from screening.flagging import judge_pupils
from screening.models import Flag, Judgement, SupportPeriod
from screening.rollup.comparing import differences, recount_window
from screening.rollup.models import CountedPupil, SchoolCount

Run = Callable[..., Result]
BY = Recorder()
WHY = "Riktigheten bestrids"


@pytest.fixture
def narrowed(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> Ekbacken:
    """Kim and Noor scored low in an open window; since then Kim's record may not be used."""
    monkeypatch.setenv("LASSPAR_TODAY", "2026-10-15")
    for pupil in (ekbacken.kim, ekbacken.noor):
        record(ekbacken.autumn, pupil, BY, bokstavsljud=3, fonologisk_medvetenhet=4, ord_per_minut=1)
    recount_window(ekbacken.autumn)
    db.session.commit()
    narrowing.narrow(ekbacken.kim, WHY, date(2026, 10, 15))
    db.session.commit()
    return ekbacken


def counted() -> set[int]:
    return set(db.session.scalars(sa.select(CountedPupil.pupil_id)))


def stored(kind: Any, pupil_id: int) -> list[Any]:
    return [
        tuple(row) for row in db.session.execute(sa.select(kind.__table__).where(kind.pupil_id == pupil_id))
    ]


@pytest.mark.slow
@pytest.mark.both_databases
def test_nothing_is_counted_or_judged_and_all_of_it_again_when_it_is_lifted(narrowed: Ekbacken) -> None:
    kim, noor = narrowed.kim.id, narrowed.noor.id
    assert kim not in counted()
    assert noor in counted()
    assert list(differences(lambda _count: None)) == []
    before = [stored(kind, kim) for kind in (Judgement, Flag, Score)]
    assert all(before)
    judge_pupils({kim, noor})
    assert [stored(kind, kim) for kind in (Judgement, Flag, Score)] == before
    assert kim not in counted()
    columns = ("below_goal", "near_goal", "at_goal", "above_goal", "no_level")
    total = sa.func.sum(sum(getattr(SchoolCount, name) for name in columns))
    sums = sa.select(total).where(SchoolCount.measure == "bokstavsljud")
    assert db.session.scalar(sums) == 1
    narrowing.lift(db.session.get_one(Pupil, kim))
    db.session.commit()
    assert kim in counted()
    assert db.session.scalar(sums) == 2
    assert list(differences(lambda _count: None)) == []


@pytest.mark.slow
def test_what_was_counted_before_the_day_stays(ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> None:
    record(ekbacken.autumn, ekbacken.kim, BY, bokstavsljud=3)
    recount_window(ekbacken.autumn)
    db.session.commit()
    monkeypatch.setenv("LASSPAR_TODAY", "2026-12-15")
    narrowing.narrow(ekbacken.kim, WHY, date(2026, 12, 15))
    db.session.commit()
    assert ekbacken.kim.id in counted()
    assert list(differences(lambda _count: None)) == []


@pytest.mark.slow
def test_a_value_is_refused_with_the_reason_and_the_old_one_stays(narrowed: Ekbacken) -> None:
    before = stored(Score, narrowed.kim.id)
    (outcome,) = record_scores(narrowed.autumn, [Write(narrowed.kim.id, "bokstavsljud", None)], BY)
    assert (outcome.status, outcome.reason) == ("refused", narrowing.SAID)
    assert stored(Score, narrowed.kim.id) == before


@pytest.mark.slow
def test_a_file_is_told_and_overwrites_nothing(narrowed: Ekbacken, lasspar: Run, tmp_path: Path) -> None:
    before = stored(Score, narrowed.kim.id)
    file = tmp_path / "resultat.csv"
    file.write_text("elev-id;bokstavsljud\n1001;20\n1002;20\n", "utf-8")
    done = lasspar("scores", "import", file, "--window", narrowed.autumn.code)
    assert "begränsad" in done.stdout + done.stderr, done.stdout + done.stderr
    assert stored(Score, narrowed.kim.id) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "lines", "kind"),
    [
        (("absence", "import"), "elev-id;frånvaro\n1001;22\n", AbsenceShare),
        (
            ("support", "import"),
            "elev-id;mått;start;startvärde;måldatum;mål;datum;resultat\n"
            "1001;ord_per_minut;2026-09-07;5;2026-12-07;20;2026-09-14;6\n",
            SupportPeriod,
        ),
    ],
)
def test_no_other_file_writes_of_them_either_and_each_says_why(
    command: tuple[str, str], lines: str, kind: Any, narrowed: Ekbacken, lasspar: Run, tmp_path: Path
) -> None:
    file = tmp_path / "fil.csv"
    file.write_text(lines, "utf-8")
    window = ("--window", narrowed.autumn.code) if "absence" in command else ()
    done = lasspar(*command, file, *window)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"{file}:2:elev-id: {narrowing.NOTE}. "
        "Ta bort elevens rader: inget skrivs förrän begränsningen är upphävd.\n"
    )
    assert db.session.scalar(sa.select(sa.func.count(kind.id))) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "what", "header"),
    [("astrid", "scores", "bokstavsljud"), ("ada", "absence", "frånvaro")],
)
def test_a_file_on_a_page_is_told_why_too(
    who: str, what: str, header: str, narrowed: Ekbacken, signed_in: Callable[..., Any]
) -> None:
    """Who takes it in meets the pupil in the class list, which says that it is so."""
    client = signed_in(getattr(narrowed, who))
    file = io.BytesIO(f"elev-id;{header}\n1001;20\n".encode()), "fil.csv"
    shown = post(client, f"/windows/{narrowed.autumn.slug}/{what}/import", {"file": file})
    assert shown.status_code == 422
    assert narrowing.NOTE in shown.text.casefold()
    assert "eleven finns inte" not in shown.text.casefold()


@pytest.mark.slow
def test_a_program_that_kept_the_row_is_told_why_and_not_what_stands_there(
    narrowed: Ekbacken, signed_in: Callable[..., Any]
) -> None:
    astrid = signed_in(narrowed.astrid)
    token = row_token(narrowed.astrid, narrowed.class_1a, narrowed.kim.id)
    write = {"client_id": "kept-1", "pupil": token, "measure": "bokstavsljud", "value": "9"}
    answer = astrid.patch(
        f"/api/v1/classes/{narrowed.class_1a.id}/windows/{narrowed.autumn.slug}/sheet",
        json={"writes": [{**write, "expected_version": 1}]},
        headers={"X-CSRFToken": astrid.get("/api/v1/session").json["csrf_token"]},
    )
    (told,) = answer.json["results"]
    assert (told["status"], told["value"], told["reason"]) == ("refused", None, narrowing.SAID)


@pytest.mark.slow
def test_the_teacher_sees_that_it_is_so_and_nothing_else(
    narrowed: Ekbacken, signed_in: Callable[..., Any]
) -> None:
    kim, class_id, window = narrowed.kim.id, narrowed.class_1a.id, narrowed.autumn.slug
    astrid = signed_in(narrowed.astrid)
    shown = astrid.get(f"/classes/{class_id}/pupils").text
    assert "Kim Berg" in shown
    assert narrowing.NOTE in shown
    for path in (
        f"/classes/{class_id}/windows/{window}/overview",
        f"/classes/{class_id}/windows/{window}/sheet",
    ):
        page = astrid.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert "Noor" in page.text
        assert "Kim" not in page.text
        assert "1 elev visas inte" in page.text, path
    for path in (f"/pupils/{kim}/reading", f"/pupils/{kim}"):
        assert astrid.get(path).status_code == 404


@pytest.mark.slow
def test_the_administrator_narrows_and_lifts_it_and_the_trail_tells(
    ekbacken: Ekbacken, signed_in: Callable[..., Any]
) -> None:
    ada, page = signed_in(ekbacken.ada), f"/municipalities/{ekbacken.municipality.id}/records"
    kim = ekbacken.kim.id
    form = {"code": "1001", "reason": WHY, "since_on": "2020-01-01"}
    assert post(ada, f"{page}/narrowings", {**form, "reason": ""}).status_code == 422
    assert post(ada, f"{page}/narrowings", {**form, "since_on": "2099-01-01"}).status_code == 422
    assert post(ada, f"{page}/narrowings", {**form, "code": "1003"}).status_code == 422  # protected
    assert post(ada, f"{page}/narrowings", form).status_code == 303
    assert WHY in ada.get(page).text
    assert post(ada, f"{page}/narrowings", form).status_code == 422
    assert post(ada, f"{page}/narrowings", {"code": "1001", "lift": "1"}).status_code == 303
    assert post(ada, f"{page}/narrowings", {"code": "1001", "lift": "1"}).status_code == 422
    did = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject == f"pupil:{kim}"))
    assert {"pupil:narrowed", "pupil:used_again"} <= set(did)


@pytest.mark.slow
def test_by_command_with_the_extract_and_no_paper(narrowed: Ekbacken, lasspar: Run, tmp_path: Path) -> None:
    window = narrowed.autumn.code
    paper = lasspar("report", "pupil", "1001", "--window", window, "--out", tmp_path / "kim.pdf")
    assert (paper.exit_code, "begränsad" in paper.stderr) == (1, True), paper.stderr
    told = record_of(narrowed.kim)
    assert told["resultat"]
    assert told["begränsningar"][0]["skäl"] == WHY
    assert lasspar("pupil", "narrow", "1001", "--lift").exit_code == 0
    assert lasspar("pupil", "narrow", "1003", "--reason", WHY).exit_code == 0  # protected
    assert lasspar("pupil", "narrow", "1003").exit_code == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Narrowing)) == 2


def test_nothing_of_the_pupil_is_disposed_of(ekbacken: Ekbacken) -> None:
    assert disposing.plan(ekbacken.municipality).held == 0
    narrowing.narrow(ekbacken.kim, WHY, date(2026, 10, 1))
    assert disposing.plan(ekbacken.municipality).held == 1
    with pytest.raises(Refused, match="redan begränsad"):
        narrowing.narrow(ekbacken.kim, WHY, date(2026, 10, 1))
