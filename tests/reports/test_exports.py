"""Everything a municipality owns goes out in open formats, and comes back the same into an empty Lässpår."""

import csv
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from posting import post
from scoring import record
from supporting import followed_up

from app import app_for_commands, cli
from assessments.access.models import Account, AuditEntry
from assessments.access.trail import chain
from assessments.access.trail.checking import check
from assessments.clock import now
from assessments.database import Base, db
from assessments.database.commands import prepare
from assessments.jobs.models import Job
from assessments.jobs.running import me, work_off
from assessments.models import Absence, AssessmentWindow, Score, ScoreChange
from assessments.recording import Recorder
from assessments.roster import personnummer
from assessments.roster.models import Enrolment, Municipality, Pupil, QuarantinedRow, Role, RosterImport
from assessments.roster.tables import SheetRow
from reports.exports.ordering import let_exports_go
from reports.exports.tables import specification
from reports.exports.trail import Trail
from screening.models import Flag, Judgement, SupportResult
from screening.notes import keeping as note
from screening.notes.keeping import Zone, write_note
from screening.notes.models import HealthNote, NoteLog

Run = Callable[..., Result]


@pytest.fixture
def known(ekbacken: Ekbacken) -> Ekbacken:
    """Kim has results, support, a number and a note; Siv is protected; Olle goes in another municipality."""
    kim, birgitta = ekbacken.kim, ekbacken.birgitta
    by = Recorder(birgitta.id, birgitta.staff_member.duties[0].id)
    number = personnummer.parse("201503041230", ekbacken.autumn.opens_on)
    kim.personnummer_encrypted = personnummer.encrypted(number)
    kim.personnummer_hash = personnummer.hashed(number)
    kim.family_name = '=Berg; "den\nyngre"'
    record(ekbacken.autumn, kim, by, bokstavsljud=7, ord_per_minut=Absence.ABSENT)
    record(ekbacken.autumn, ekbacken.siv, by, bokstavsljud=12)
    record(ekbacken.autumn, ekbacken.olle, by, bokstavsljud=13)
    followed_up(ekbacken, kim.id, after=(30, 31))
    flag = db.session.scalars(sa.select(Flag).filter_by(pupil_id=kim.id)).first()
    flag.evidence = {**flag.evidence, "share": 0.125}
    write_note(kim, Zone(Role.SPECIAL_TEACHER, ekbacken.school.id), "Samtal hemma", by)
    left_traces(ekbacken)
    db.session.commit()
    return ekbacken


def left_traces(cast: Ekbacken) -> None:
    """Birgitta saw Kim and Siv at the school; Cecilia of the whole initiative chose something for Ekby."""
    at_school = {"school_id": cast.school.id, "municipality_id": None, "action": "pupil:seen"}
    of_ekby = {"school_id": None, "municipality_id": cast.municipality.id, "action": "governing:joined"}
    told = [
        (cast.birgitta, at_school, f"pupil:{cast.kim.id}", {"window": 1}),
        (cast.birgitta, at_school, f"pupil:{cast.siv.id}", {}),
        (cast.birgitta, at_school, "supportperiod:9", {"pupil": cast.siv.id}),
        (cast.cecilia, of_ekby, "governedsetting:1", {}),
    ]
    made = [
        {"created_at": now(), "account_id": who.id, "duty_id": who.staff_member.duties[0].id, **where,
         "subject": about, "details": details}
        for who, where, about, details in told
    ]  # fmt: skip
    chain.append(db.session.connection(), made)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def rows(*models: Any) -> Iterator[list[dict[str, Any]]]:
    for model in models:
        found = db.session.execute(sa.select(model.__table__).order_by(model.id)).mappings()
        yield [dict(row) for row in found]


def test_every_table_goes_out_or_says_why_not(app: Flask, database: None) -> None:
    """A new table: name it in tables.toml with its way to the municipality, or why it stays at home."""
    said = specification()
    every = {one.name for one in Base.metadata.sorted_tables}
    assert set(said.tables) | set(said.left_out) == every
    assert not set(said.tables) & set(said.left_out)
    assert set(said.notes) == {"health_note", "note_log"}
    for one in said.all_tables.values():
        names = [one.called(column) for column in one.columns]
        assert len(set(names)) == len(names), one.name
    names = [one.name for one in said.all_tables.values()]
    assert len(set(names)) == len(names)
    secret = {column.name for one in said.tables.values() for column in one.columns}
    assert not {"password_hash", "token_hash", "sealed_secret", "sealed"} & secret


@pytest.fixture
def empty(app: Flask, backend: str, tmp_path: Path) -> Iterator[Flask]:
    """Another Lässpår of the same kind, just made."""
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(database="empty")
    if backend == "sqlite":
        url = url.set(database=str(tmp_path / "empty.sqlite"))
        with closing(sqlite3.connect(str(url.database))) as file:
            app.config["KEEPER"].kept["built in"].backup(file)
        yield app_for_commands({"SQLALCHEMY_DATABASE_URI": url})
        return
    server = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE empty"))
        made = app_for_commands({"SQLALCHEMY_DATABASE_URI": url})
        with made.app_context():
            prepare()
        yield made
        with made.app_context():
            db.session.remove()
            db.engine.dispose()
        connection.execute(sa.text("DROP DATABASE empty"))
    server.dispose()


@pytest.mark.slow
@pytest.mark.both_databases
def test_what_comes_back_is_what_went_out(
    known: Ekbacken, empty: Flask, lasspar: Run, tmp_path: Path
) -> None:
    out = tmp_path / "uttag"
    ends = tmp_path / "loggen.json"
    ends.write_text(lasspar("audit", "verify", "--json", "--kommun", "Ekby").stdout)
    chains = {one["name"] for one in json.loads(ends.read_text())["chains"]}
    assert chains == {"Ekbackens skola", "Ekby, kommunen"}
    done = lasspar("export", "--municipality", "Ekby", out, "--protected")
    assert done.exit_code == 0, done.stderr
    assert "skyddade personuppgifter" in done.stderr
    assert lasspar("export", "--municipality", "Ekby", tmp_path / "n", "--notes").exit_code == 0
    here, models = known.municipality.id, (Enrolment, Score, ScoreChange, Judgement, Flag, SupportResult)
    (log,), trail = rows(NoteLog), next(rows(AuditEntry))[:4]
    strangers = (known.cecilia.id, known.cecilia.staff_member.duties[0].id)
    found = zip(models, rows(*models), strict=True)
    of_ekby = {model: [row for row in told if _is_of(row, known)] for model, told in found}
    (windows,) = rows(AssessmentWindow)
    pupils = [row for row in next(rows(Pupil)) if row["municipality_id"] == here]
    info = ScriptInfo(create_app=lambda: empty)
    db.session.rollback()  # or its place in the line of writers, which all of an instance share, is kept
    early = CliRunner().invoke(cli, ["import", str(tmp_path / "n")], obj=info)
    assert (early.exit_code, "Läs först tillbaka" in early.stderr) == (1, True)
    back = CliRunner().invoke(cli, ["import", str(out)], obj=info)
    assert back.exit_code == 0, back.stderr
    assert "1 kedja i loggen är omgjord" in back.output
    assert "1 konto utanför kommunen" in back.output
    notes = CliRunner().invoke(cli, ["import", str(tmp_path / "n")], obj=info)
    assert notes.exit_code == 0, notes.stderr
    with empty.app_context():
        assert next(rows(AssessmentWindow)) == windows
        assert [_plain(row) for row in next(rows(Pupil))] == [_plain(row) for row in pupils]
        for model, told in of_ekby.items():
            assert next(rows(model)) == [_told(row, model) for row in told], model
        (kim,) = db.session.scalars(sa.select(Pupil).where(Pupil.personnummer_hash.is_not(None)))
        assert kim.personnummer_hash == known_hash(pupils)
        assert next(rows(NoteLog)) == log
        assert [note.text_of(one) for one in db.session.scalars(sa.select(HealthNote))] == ["Samtal hemma"]
        assert (check().broken, next(rows(AuditEntry))[:3]) == ([], trail[:3])
        row = next(rows(AuditEntry))[3]
        assert (row["account_id"], row["duty_id"], row["details"]["read_back"]) == (
            strangers[0], None, {"duty_id": strangers[1]},
        )  # fmt: skip
        assert db.session.get_one(Account, strangers[0]).disabled_at
        db.session.add(Municipality(name="Nyby"))
        db.session.flush()  # under an id that nothing read back has
        db.session.rollback()
    again = CliRunner().invoke(cli, ["import", str(out)], obj=info)
    assert (again.exit_code, "redan uppgifter" in again.stderr) == (1, True)


def _is_of(row: dict[str, Any], cast: Ekbacken) -> bool:
    return row.get("pupil_id") != cast.olle.id


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "personnummer_encrypted": bool(row["personnummer_encrypted"]),
    }  # another time, another text


def _told(row: dict[str, Any], model: Any) -> dict[str, Any]:
    return {**row, "client_id": None} if model is ScoreChange else row


def known_hash(pupils: list[dict[str, Any]]) -> str:
    return next(row["personnummer_hash"] for row in pupils if row["personnummer_hash"])


def test_tables_are_for_people_and_protected_pupils_are_asked_for(
    known: Ekbacken, lasspar: Run, tmp_path: Path
) -> None:
    out = tmp_path / "uttag.zip"
    assert lasspar("export", "--municipality", "Ekby", out).exit_code == 0
    folder = tmp_path / "upp"
    with zipfile.ZipFile(out) as bundle:
        bundle.extractall(folder)
    pupils = {one["elev_id"]: one for one in table(folder, "elev")}
    assert set(pupils) == {"1001", "1002"}
    assert pupils["1001"]["efternamn"] == '\'=Berg; "den\nyngre"'
    assert pupils["1001"]["personnummer"] == "201503041230"
    told = [one["vem_eller_vad"] for one in table(folder, "logg")]
    assert told == [f"pupil:{known.kim.id}", "governedsetting:1"]  # nothing of where Siv was seen
    assert [one["saknas_därför"] for one in table(folder, "resultat")] == ["", "frånvarande"]
    assert "1 elev med skyddade" in (folder / "LÄS MIG.txt").read_text("utf-8")
    told = table(folder, "../dataordlista")
    level = next(one for one in told if (one["i_json_tabell"], one["i_json_kolumn"]) == ("score", "absence"))
    assert "absent = frånvarande" in level["värden_i_json"]
    assert {one["tabell"] for one in told} == {file.stem for file in (folder / "csv").iterdir()}
    manifest = json.loads((folder / "innehall.json").read_text("utf-8"))
    assert manifest["tabeller"]["pupil"]["rader"] == 2
    assert (folder / "riktmarken" / "lasspar-bas-2026@1.toml").is_file()
    text = "".join(file.read_text("utf-8", "replace") for file in folder.rglob("*") if file.is_file())
    assert not [name for name in ("Olle", "Elev S", "Samtal hemma", "Carl Ceder") if name in text]
    trail = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "municipality:exported" in trail
    assert "redan något" in lasspar("export", "--municipality", "Ekby", out).stderr


def test_a_row_that_was_set_aside_stands_in_words(ekbacken: Ekbacken, lasspar: Run, tmp_path: Path) -> None:
    """On one of several sheets it is kept as one large number, which says nothing to people."""
    taken_in = RosterImport(
        municipality_id=ekbacken.municipality.id, file_digest="x", rows=9, effective_on=date(2026, 8, 20)
    )
    db.session.add(taken_in)
    db.session.flush()
    for row in (14, SheetRow.on(2, "1B", 3)):
        db.session.add(
            QuarantinedRow(roster_import_id=taken_in.id, school_id=ekbacken.school.id, row=int(row))
        )
    db.session.commit()
    assert lasspar("export", "--municipality", "Ekby", tmp_path / "ut").exit_code == 0
    assert [one["rad"] for one in table(tmp_path / "ut", "rad_i_karantän")] == ["14", "3 på blad 2"]


def test_notes_of_the_elevhalsa_go_out_alone(known: Ekbacken, lasspar: Run, tmp_path: Path) -> None:
    assert lasspar("export", "--municipality", "Ekby", tmp_path / "n", "--notes").exit_code == 0
    assert {file.name for file in (tmp_path / "n" / "json").iterdir()} == {
        "health_note.json",
        "note_log.json",
    }
    assert table(tmp_path / "n", "elevhälsans_anteckningar")[0]["text"] == "Samtal hemma"
    assert "redan anteckningar" in lasspar("import", tmp_path / "n").stderr


@pytest.mark.parametrize(
    ("is_whole", "numbers", "told"),
    [(True, (1, 3), "länk 2 saknas"), (False, (1, 3), "1 kedja"), (True, (1, 2), "ändrad")],
)
def test_a_trail_that_did_not_hold_is_read_and_told(
    database: None, is_whole: bool, numbers: tuple[int, int], told: str
) -> None:
    row: dict[str, Any] = {
        "created_at": now(),
        "account_id": None,
        "duty_id": None,
        "school_id": None,
        "details": {},
    }
    row |= {"municipality_id": None, "action": "database:made", "subject": "database:1", "chain": 0}
    made = [row | {"number": number, "digest": "as it was"} for number in numbers]
    made[0]["digest"] = chain.digest_of("", made[0])
    trail = Trail(is_whole)
    assert trail.read(made, lambda _row: {}) == 2
    assert check().broken == []
    assert told in " ".join(trail.sentences())


@pytest.mark.slow
def test_an_export_is_ordered_fetched_and_let_go_when_somebody_is_protected(
    known: Ekbacken, signed_in: Any
) -> None:
    ada, page = signed_in(known.ada), f"/municipalities/{known.municipality.id}/records"
    assert post(ada, f"{page}/exports").status_code == 303
    (job,) = db.session.scalars(sa.select(Job).filter_by(kind="export"))
    number = job.id
    assert work_off(me(), number) == 1
    answer = ada.get(f"{page}/exports/{number}.zip")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    answer.close()
    assert "hämta filen" in ada.get(page).text
    for ended_at, status in ((now() - timedelta(days=3), 404), (now(), 200)):  # and no worker has tidied
        db.session.execute(sa.update(Job).values(ended_at=ended_at, created_at=now() - timedelta(days=7)))
        db.session.commit()
        answer = ada.get(f"{page}/exports/{number}.zip")
        assert answer.status_code == status
        answer.close()
    let_exports_go(db.session.get_one(Pupil, known.kim.id))
    assert ada.get(f"{page}/exports/{number}.zip").status_code == 404
    assert "Borttaget" in ada.get(page).text
