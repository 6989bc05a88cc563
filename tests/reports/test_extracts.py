"""A pupil's whole record by one command: every table that leads to a pupil is in the register of rooms."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from click.testing import Result
from invented_figures import pages
from scoring import counted_queries, record
from supporting import followed_up

from assessments.access.models import AuditEntry
from assessments.database import Base, db
from assessments.database.types import JsonText, Word
from assessments.extracts.columns import COLUMNS
from assessments.extracts.queries import record_of
from assessments.extracts.register import register
from assessments.models import Absence
from assessments.recording import Recorder
from assessments.roster.models import Role
from screening.models import Observation, ObservedBy
from screening.notes.keeping import Zone, write_note
from screening.notes.models import NoteLog

Run = Callable[..., Result]
NOTE = "Samtal hemma om kvällsläsning"


def leading_to_pupils() -> set[str]:
    """Names of all tables with a foreign key to a pupil, or to a table that has one."""
    found = {"pupil"}
    for table in Base.metadata.sorted_tables:  # parents first
        if any(key.column.table.name in found for key in table.foreign_keys):
            found.add(table.name)
    return found


@pytest.fixture
def known(ekbacken: Ekbacken) -> Ekbacken:
    """Kim with a result, a letter, a signal, an observation, a support period and a note of the elevhälsa."""
    kim, birgitta = ekbacken.kim, ekbacken.birgitta
    by = Recorder(birgitta.id, birgitta.staff_member.duties[0].id)
    record(ekbacken.autumn, kim, by, bokstavsljud=7, ord_per_minut=Absence.ABSENT)
    record(ekbacken.autumn, ekbacken.noor, by, bokstavsljud=11)
    db.session.add(
        Observation(
            pupil_id=kim.id, window_id=ekbacken.autumn.id, observed_by=ObservedBy.GUARDIAN, line="Trött",
            observed_on=ekbacken.autumn.opens_on,
        )
    )  # fmt: skip
    followed_up(ekbacken, kim.id)
    write_note(kim, Zone(Role.SPECIAL_TEACHER, ekbacken.school.id), NOTE, by)
    db.session.commit()
    return ekbacken


def test_every_table_that_leads_to_a_pupil_is_named_in_the_register(app, database):
    """A new table: name it in kept.py of its room, with the column that leads to the pupil, and what its
    codes are called; or say there why nothing of it is told. Disposal goes the same ways."""
    assert set(register().kept) == leading_to_pupils()


def test_no_key_to_a_pupil_is_forgotten(app, database):
    """A second foreign key that leads to a pupil is a second way."""
    for kept in register().kept.values():
        direct = {one.parent for one in kept.table.foreign_keys if one.column.table.name == "pupil"}
        assert direct <= {column.property.columns[0] for column in kept.to}, kept.name


def test_every_column_has_a_swedish_name_of_its_own(app, database):
    for kept in register().kept.values():
        assert set(kept.left_out) <= set(kept.table.columns.keys())
        names = [kept.names.get(one.name) or COLUMNS[one.name] for one in kept.told]
        told = [*names, *kept.beside, *kept.also]
        assert len(set(told)) == len(told), kept.name
    names = [kept.name for kept in register().kept.values()]
    assert len(set(names)) == len(names)


def test_every_word_of_a_closed_set_is_read_in_swedish(app, database):
    for kept in register().kept.values():
        for column in kept.told:
            if isinstance(column.type, Word):
                for word in column.type.kind:
                    told = kept.reads[column.name](word) if column.name in kept.reads else word.label
                    assert isinstance(told, str), f"{kept.name}: {word}"


def test_json_outside_the_register_says_what_it_holds(app, database):
    """Ids may lie in JSON without a key: whoever adds such a column says what it is for."""
    held = register()
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JsonText) and table.name not in held.kept
    }
    assert found == set(held.without_key)


@pytest.mark.both_databases
def test_a_whole_record_is_told_in_swedish(known: Ekbacken, lasspar: Run, tmp_path: Path) -> None:
    done = lasspar("pupil", "export", "1001", "--out", tmp_path / "kim.json")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "kim.json").read_text("utf-8")
    told = json.loads(text)
    scores = {one["mått"]["kod"]: one for one in told["resultat"]}
    assert scores["bokstavsljud"]["resultat"] == 7
    assert scores["ord_per_minut"]["saknas_därför"] == "frånvarande"
    assert {one["av"]["funktion"] for one in told["resultatens_historik"]} == {
        "speciallärare Ekbackens skola"
    }
    assert told["bedömningar"][0]["nivå"] in {"Under målet", "Nära målet", "Underlag saknas"}
    assert told["iakttagelser"][0]["sett_av"] == "Vårdnadshavare"
    assert told["stödperiodernas_uppföljning"][0]["vad_fungerade"] == "Insatsen fungerade"
    assert told["skolgång"][0]["klass"]["namn"] == "1A"
    assert "Noor" not in text
    assert NOTE not in text


def test_without_a_file_only_json_stands_on_stdout(known: Ekbacken, lasspar: Run) -> None:
    assert json.loads(lasspar("pupil", "export", "1001").stdout)["elev_id"] == "1001"


def test_who_has_seen_the_pupil_is_told_by_duty(known: Ekbacken, lasspar: Run, signed_in: Any) -> None:
    astrid = signed_in(known.astrid)
    for address in (f"/pupils/{known.kim.id}", f"/classes/{known.class_1a.id}/windows/2026-27-autumn/sheet"):
        assert astrid.get(address).status_code == 200
    lasspar("pupil", "export", "1001")
    told = json.loads(lasspar("pupil", "export", "1001").stdout)
    trail = told["spår"]
    seen = next(one for one in trail if one["handling"] == "pupil:seen")
    assert seen["av"]["funktion"] == "klasslärare 1A, Ekbackens skola"
    assert [one["av"] for one in trail if one["handling"] == "pupil:extracted"] == ["kommandoraden"]
    assert [one["handling"] for one in told["spår_i_klassens_listor"]] == ["sheet:shown"]


def test_notes_of_the_elevhalsa_stand_in_a_file_of_their_own(
    known: Ekbacken, lasspar: Run, tmp_path: Path
) -> None:
    done = lasspar("pupil", "export", "1001", "--out", tmp_path / "a.json", "--notes", tmp_path / "b.json")
    assert done.exit_code == 0, done.output
    notes = json.loads((tmp_path / "b.json").read_text("utf-8"))
    assert notes["elevhälsans_anteckningar"][0]["text"] == NOTE
    assert "resultat" not in notes
    assert "elevhälsa" not in (tmp_path / "a.json").read_text("utf-8").split('"att_veta"')[1].split("]", 1)[1]
    assert db.session.scalars(sa.select(NoteLog.action).order_by(NoteLog.id)).all() == ["written", "read"]


def test_notes_and_results_are_never_written_to_one_file(
    known: Ekbacken, lasspar: Run, tmp_path: Path
) -> None:
    file = tmp_path / "allt.json"
    assert lasspar("pupil", "export", "1001", "--out", file, "--notes", file).exit_code == 1
    assert not file.exists()


def test_the_same_stands_on_paper_in_words(
    known: Ekbacken, lasspar: Run, signed_in: Any, tmp_path: Path
) -> None:
    signed_in(known.birgitta).get(f"/pupils/{known.kim.id}")
    paper, notes = tmp_path / "utdrag.pdf", tmp_path / "anteckningar.pdf"
    record = record_of(known.kim)
    done = lasspar("pupil", "export", known.kim.code, "--paper", str(paper), "--notes", str(notes))
    assert (done.exit_code, "Läs igenom det innan du lämnar ut det" in done.stdout) == (0, True)
    said = " ".join(" ".join(pages(paper.read_bytes())).split())
    for told, rows in record.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            heading = told.replace("_", " ")
            assert f"{heading[:1].upper()}{heading[1:]}: {len(rows)}" in said
    assert "rad: Trött" in said
    assert "såg elevens sida" in said
    assert "artikel 15" in said
    assert "ingen regel är beslutad" in said
    assert NOTE not in said
    assert NOTE in " ".join(" ".join(pages(notes.read_bytes())).split())
    assert notes.stat().st_mode & 0o077 == 0


def test_an_unknown_pupil_and_one_of_two_are_told_in_a_sentence(ekbacken: Ekbacken, lasspar: Run) -> None:
    ekbacken.pupil("Kim", "Ek", "1001", school_class=ekbacken.other_class)
    db.session.commit()
    for words, sentence in [(["9999"], "finns inte"), (["1001"], "--kommun")]:
        done = lasspar("pupil", "export", *words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert sentence in done.stderr
    assert db.session.scalar(sa.select(AuditEntry).filter_by(action="pupil:extracted")) is None
    assert lasspar("pupil", "export", "1001", "--kommun", "Ekby").exit_code == 0


def test_a_protected_pupil_is_told_with_a_warning(ekbacken: Ekbacken, lasspar: Run) -> None:
    done = lasspar("pupil", "export", "1003")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["elev"][0]["alias"] == "Elev S"
    assert "skyddade personuppgifter" in done.stderr


def test_a_longer_history_asks_no_more_questions(known: Ekbacken) -> None:
    with counted_queries() as few:
        record_of(known.noor)
    db.session.expire_all()
    with counted_queries() as many:
        record_of(known.kim)
    assert len(many) <= len(few) + 4  # kinds of places that the shorter one never met
