"""Absence taken in per window: from a file, by command and page; and where it is shown as context."""

import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post
from scoring import class_2b, counted_queries, record
from workbooks import workbook

from assessments.absence.limits import set_limit
from assessments.absence.models import AbsenceShare
from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence
from screening.facts.queries import Within, facts_of
from screening.facts.ways import Part
from screening.models import Flag

WINDOW = "2026/27-autumn"
PAGE = "/windows/2026-27-autumn/absence/import"
SignedIn = Callable[..., FlaskClient]


def shares() -> dict[str, Decimal]:
    db.session.rollback()
    rows = db.session.execute(
        sa.text("SELECT p.code, a.percent FROM absence_share a JOIN pupil p ON p.id = a.pupil_id")
    )
    return {code: Decimal(thousandths) / 1000 for code, thousandths in rows}


@pytest.fixture
def take_in(ekbacken: Ekbacken, lasspar: Any, tmp_path: Path) -> Callable[..., Any]:
    def run(content: str | bytes, *options: str, name: str = "franvaro.csv") -> Any:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return lasspar("absence", "import", file, "--window", WINDOW, *options)

    return run


class TestCommand:
    @pytest.mark.both_databases
    def test_percent_in_every_way_people_write_it_and_again_changes_nothing(self, take_in):
        content = "Elev-ID;Frånvaro %;Klass\n1001;22,5;1A\n1002;7 %;1A\n1003;;1A\n"
        assert "Ny frånvaro: 2 elever" in take_in(content).output
        assert shares() == {"1001": Decimal("22.5"), "1002": Decimal(7)}
        again = take_in(content).output
        assert "Filen är redan inläst" in again
        assert "Inget att ändra." in again

    def test_a_share_that_excel_worked_out_and_shows_in_percent(self, take_in):
        def in_percent(book: Any) -> None:
            book.active["B2"].number_format = "0 %"
            book.active["B3"].number_format = "0.0%"

        content = workbook([["elev-id", "Frånvaro"], [1001, 2 / 9], [1002, 0.125]], in_percent)
        assert take_in(content, name="franvaro.xlsx").exit_code == 0
        assert shares() == {"1001": Decimal("22.222"), "1002": Decimal("12.5")}
        assert "Filen är redan inläst" in take_in(content, name="franvaro.xlsx").output

    def test_a_workbook_does_too(self, take_in):
        done = take_in(workbook([["elev-id", "frånvaro"], ["1001", 22.5]]), name="franvaro.xlsx")
        assert done.exit_code == 0, done.output
        assert shares() == {"1001": Decimal("22.5")}

    def test_every_fault_by_row_and_column_and_nothing_written(self, take_in):
        done = take_in("elev-id;frånvaro\n1001;101\n1002;mycket\n;5\n1001;4\n9999;5\n")
        assert done.exit_code == 1
        told = [line.split("franvaro.csv:")[-1] for line in done.stderr.splitlines()]
        assert [line.partition(":")[0] for line in told] == ["2", "3", "4", "5", "6"]
        assert told[0] == "2:frånvaro: ”101” är ingen andel i procent. Skriv ett tal mellan 0 och 100."
        assert told[3].startswith("5:elev-id: eleven står redan på rad 2")
        assert told[4].startswith("6:elev-id: eleven finns inte")
        assert shares() == {}

    def test_a_share_and_a_pupil_that_are_both_wrong(self, take_in):
        done = take_in("elev-id;frånvaro\n9998;mycket\n;101\n9999;101\n9999;x\n")
        told = [line.split("franvaro.csv:")[-1] for line in done.stderr.splitlines()]
        columns = [f"{row}:{column}" for row in range(2, 6) for column in ("elev-id", "frånvaro")]
        assert [line.partition(": ")[0] for line in told] == columns
        assert told[0].startswith("2:elev-id: eleven finns inte")

    def test_another_share_is_refused_unless_it_replaces(self, take_in):
        take_in("elev-id;frånvaro\n1001;22\n")
        refused = take_in("elev-id;frånvaro\n1001;25\n")
        assert refused.exit_code == 1
        assert "redan registrerad (22 %). Rätta filen, eller ersätt det som finns med --replace." in (
            refused.stderr
        )
        assert take_in("elev-id;frånvaro\n1001;25\n", "--dry-run", "--replace").exit_code == 0
        assert shares() == {"1001": Decimal(22)}
        take_in("elev-id;frånvaro\n1001;25\n", "--replace")
        assert shares() == {"1001": Decimal(25)}

    def test_shares_of_one_are_asked_about(self, take_in):
        assert (
            "Skriv 22, inte 0,22" in take_in("elev-id;frånvaro\n1001;0,22\n1002;0,07\n", "--dry-run").output
        )


class TestPage:
    def send(self, client: FlaskClient, content: str) -> Any:
        return post(client, PAGE, {"file": (io.BytesIO(content.encode()), "franvaro.csv")})

    def test_preview_then_confirm(self, ekbacken, signed_in):
        rut = signed_in(ekbacken.rut)
        shown = self.send(rut, "elev-id;frånvaro\n1001;22\n1003;30\n")
        assert "2 elever får frånvaro sparad." in shown.text
        assert shares() == {}
        upload = re.search(r'name="upload" value="([^"]+)"', shown.text)[1]
        assert post(rut, f"{PAGE}/confirm", {"upload": upload}).status_code == 303
        assert shares() == {"1001": Decimal(22), "1003": Decimal(30)}
        trace = db.session.scalars(sa.select(AuditEntry).filter_by(action="absence:imported")).one()
        assert trace.duty_id == ekbacken.rut.staff_member.duties[0].id

    def test_pupils_one_may_not_speak_of_are_as_unknown_as_nobody(self, ekbacken, signed_in):
        """An administrator does not meet protected pupils, nor anybody those of another municipality."""
        ada = signed_in(ekbacken.ada)
        for code in ("1003", "2001", "9999"):
            answer = self.send(ada, f"elev-id;frånvaro\n{code};22\n")
            assert (answer.status_code, "Eleven finns inte" in answer.text) == (422, True)

    def test_what_changed_meanwhile_is_shown_again(self, ekbacken, signed_in, take_in):
        rut = signed_in(ekbacken.rut)
        shown = self.send(rut, "elev-id;frånvaro\n1001;22\n")
        upload = re.search(r'name="upload" value="([^"]+)"', shown.text)[1]
        take_in("elev-id;frånvaro\n1001;22\n")
        answer = post(rut, f"{PAGE}/confirm", {"upload": upload})
        assert "Något har ändrats sedan du granskade filen" in answer.text


class TestShown:
    """The built-in limit is 15 percent."""

    def away(self, pupil: Any, window: Any, percent: int) -> None:
        db.session.add(AbsenceShare(pupil_id=pupil.id, window_id=window.id, percent=Decimal(percent)))
        db.session.commit()

    def test_beside_low_results_in_the_signal_and_the_overview_and_never_by_itself(self, ekbacken, signed_in):
        school_class, (low, high, *_) = class_2b(ekbacken, [12, 90, 91])
        for pupil in (low, high):
            self.away(pupil, ekbacken.autumn, 22)
        birgitta = signed_in(ekbacken.birgitta)
        inbox = birgitta.get("/follow-up").text
        assert "Hög frånvaro före perioden: 22 % (gränsen är 15 %)." in inbox
        overview = birgitta.get(f"/classes/{school_class.id}/windows/2026-27-autumn/overview").text
        assert overview.count("hög frånvaro, 22 %") == 1
        page = birgitta.get(f"/pupils/{high.id}").text
        assert "Frånvaro <span" in page
        assert "Inga öppna signaler." in page
        assert (
            db.session.scalar(sa.select(sa.func.count()).select_from(Flag).filter_by(pupil_id=high.id)) == 0
        )

    def test_it_stands_beside_the_signal_and_does_not_travel_with_it(self, ekbacken, signed_in):
        """What is chosen for a handover or a request is the signal, not the absence."""
        _class, (low, *_others) = class_2b(ekbacken, [12, 90])
        self.away(low, ekbacken.autumn, 22)
        signed_in(ekbacken.birgitta)
        told = str(facts_of(low, [part.value for part in Part], Within()))
        assert "Under målet" in told
        assert "frånvaro" not in told.lower()

    def test_beside_a_missing_result(self, ekbacken, signed_in):
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=Absence.ABSENT)
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        db.session.commit()
        self.away(ekbacken.kim, ekbacken.autumn, 40)
        page = signed_in(ekbacken.astrid).get(
            f"/classes/{ekbacken.class_1a.id}/windows/2026-27-autumn/overview"
        )
        assert "hög frånvaro, 40 %" in page.text

    def test_the_initiative_sets_the_limit_from_a_day_on(self, ekbacken, signed_in):
        self.away(ekbacken.kim, ekbacken.autumn, 22)
        record(ekbacken.autumn, ekbacken.kim, ord_per_minut=1)
        db.session.commit()
        cecilia = signed_in(ekbacken.cecilia)
        fields = {"percent": "25", "valid_from": "2026-08-01"}
        assert post(cecilia, "/absence/limit", fields).status_code == 303
        page = cecilia.get("/absence/limit").text
        assert "Från 25 procent." in page
        assert "2000-01-01" not in page  # what came with us has held from the beginning
        assert ">början</th>" in page
        assert '<a href="/windows">Perioder</a>' in page
        assert (
            '<span class="chip">hög</span>'
            not in signed_in(ekbacken.astrid).get(f"/pupils/{ekbacken.kim.id}").text
        )
        set_limit(Decimal(10), date(2027, 1, 1), None)  # later windows only
        db.session.commit()
        assert (
            '<span class="chip">hög</span>'
            not in signed_in(ekbacken.astrid).get(f"/pupils/{ekbacken.kim.id}").text
        )

    def test_a_teacher_takes_no_absence_in_and_sets_no_limit(self, ekbacken, signed_in):
        astrid = signed_in(ekbacken.astrid)
        assert (astrid.get(PAGE).status_code, astrid.get("/absence/limit").status_code) == (403, 403)

    def test_more_pupils_take_no_more_questions(self, ekbacken, signed_in):
        _class, pupils = class_2b(ekbacken, [12, 13, 14, 15])
        self.away(pupils[0], ekbacken.autumn, 22)
        birgitta = signed_in(ekbacken.birgitta)
        birgitta.get("/follow-up")
        with counted_queries() as few:
            birgitta.get("/follow-up")
        for pupil in pupils[1:]:
            self.away(pupil, ekbacken.autumn, 22)
        with counted_queries() as many:
            birgitta.get("/follow-up")
        assert len(many) == len(few)
