"""The class overview, as Astrid and her colleagues meet it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from reading_pages import sentence, text, texts
from scoring import a_window, class_2b, counted_queries, record

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.handing_in import hand_in
from assessments.models import Absence, AssessmentWindow, Season
from assessments.roster.models import Duty, Enrolment, Pupil, Role, SchoolClass, SchoolForm
from screening.levels import Level
from screening.models import Judgement
from screening.queries.shown import note_on

SignIn = Callable[[Any], FlaskClient]


def address(school_class: SchoolClass, window: AssessmentWindow, **more: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/classes/{school_class.id}/windows/{window.slug}/overview?{asked}"


def names(page: str) -> list[str]:
    return texts(page, "//tbody//th/a")


def row_of(page: str, name: str) -> str:
    """What stands in a pupil's row, as a screen reader says it."""
    return text(page, f"//tbody/tr[th/a[text()='{name}']]")


@pytest.fixture
def seen(ekbacken: Ekbacken, signed_in: SignIn) -> Callable[..., str]:
    """1A's overview as Astrid sees it."""
    client = signed_in(ekbacken.astrid)

    def see(**more: str) -> str:
        answer = client.get(address(ekbacken.class_1a, ekbacken.autumn, **more))
        assert answer.status_code == 200
        return str(answer.text)

    return see


class TestWhoSeesIt:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("astrid", 200),
            ("birgitta", 200),
            ("rut", 200),
            ("ada", 403),
            ("carl", 404),
            ("teo", 403),
            ("cecilia", 404),
        ],
    )
    def test_those_who_see_scores(self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert client.get(address(ekbacken.class_1a, ekbacken.autumn)).status_code == status

    def test_a_window_of_another_year_is_not_the_classs(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        before = a_window("2025/26", Season.SPRING, date(2026, 4, 7), date(2026, 5, 13))
        db.session.commit()
        client = signed_in(ekbacken.astrid)
        assert client.get(address(ekbacken.class_1a, before)).status_code == 404
        assert client.get(f"/classes/{ekbacken.class_1a.id}/windows/hittepå/overview").status_code == 404

    def test_leaves_one_audit_row_for_the_class(self, ekbacken: Ekbacken, seen: Callable[..., str]) -> None:
        seen()
        rows = db.session.scalars(sa.select(AuditEntry).filter_by(action="class_overview:shown")).all()
        assert [row.subject for row in rows] == [f"schoolclass:{ekbacken.class_1a.id}"]

    def test_the_alias_stands_for_a_protected_pupil(self, seen: Callable[..., str]) -> None:
        page = seen()
        assert "Elev S" in names(page)
        assert "Skog" not in page

    def test_hostile_names_are_only_names(self, ekbacken: Ekbacken, seen: Callable[..., str]) -> None:
        ekbacken.noor.given_name = "<script>alert(1)</script>"
        db.session.commit()
        page = seen()
        assert "<script>alert" not in page
        assert "<script>alert(1)</script> Alm" in names(page)


class TestWhatItSays:
    @pytest.mark.both_databases
    def test_the_sentence_answers_first(self, ekbacken: Ekbacken, seen: Callable[..., str]) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, avstamning_a=1)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25, avstamning_a=2)
        db.session.commit()
        assert sentence(seen()) == "1 av 3 att följa upp; 1 saknar resultat."

    def test_who_is_away_is_missing_here_and_filled_in_on_the_sheet(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        absent = Absence.ABSENT
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=absent, avstamning_a=absent)
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=25, avstamning_a=2)
        db.session.commit()
        assert sentence(seen()).endswith("2 saknar resultat, varav 1 frånvarande.")
        record(ekbacken.autumn, ekbacken.siv, bokstavsljud=absent, avstamning_a=absent)
        db.session.commit()
        assert sentence(seen()).endswith("2 saknar resultat (frånvarande).")

    def test_a_year_without_levels_has_nobody_to_count(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        """Förskoleklass in autumn: the benchmark set expects nothing and judges nothing there."""
        db.session.execute(sa.update(Enrolment).values(year=0))
        db.session.commit()
        assert sentence(seen()) == "Inga resultat ifyllda; ingen nivå ges i årskursen den här perioden."
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        assert sentence(seen()) == "1 resultat ifyllt; ingen nivå ges i årskursen den här perioden."

    def test_a_score_has_its_shape_letter_and_word(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, avstamning_a=1)
        db.session.commit()
        page = seen()
        assert "N Nära målet" in row_of(page, "Kim Berg")
        assert "7 N Nära målet" in row_of(page, "Kim Berg")
        assert "Delvis" in row_of(page, "Kim Berg")
        assert "#shape-near_goal" in page

    def test_absences_are_words_and_never_zero(self, ekbacken: Ekbacken, seen: Callable[..., str]) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=Absence.ABSENT)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=Absence.NOT_YET_ABLE)
        db.session.commit()
        page = seen()
        assert "frånvarande" in row_of(page, "Kim Berg")
        assert "Underlag saknas" in row_of(page, "Kim Berg")
        assert "kan inte genomföras ännu N Nära målet" in row_of(page, "Noor Alm")
        assert "Resultat saknas" in row_of(page, "Elev S")

    def test_the_header_counts_everyone_also_those_not_assessed(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
        db.session.commit()
        assert texts(seen(), "//thead//ul[@class='counts']") == [
            "1 når målet 1 nära målet 1 resultat saknas",
            "1 når målet 1 nära målet 1 resultat saknas",
            "3 resultat saknas",
        ]

    def test_the_greatest_need_stands_first_and_names_are_a_choice(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
        db.session.commit()
        assert names(seen()) == ["Kim Berg", "Elev S", "Noor Alm"]
        assert names(seen(order="name")) == ["Noor Alm", "Kim Berg", "Elev S"]

    def test_of_two_in_need_the_one_further_from_the_goal_stands_first(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=9)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=3)
        db.session.commit()
        assert names(seen())[:2] == ["Noor Alm", "Kim Berg"]

    def test_at_the_goal_the_nearer_stands_first_however_sure(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        for pupil, score in ((ekbacken.kim, 29), (ekbacken.noor, 12), (ekbacken.siv, 20)):
            record(ekbacken.autumn, pupil, bokstavsljud=score)
        db.session.commit()
        assert names(seen()) == ["Noor Alm", "Elev S", "Kim Berg"]

    def test_a_measure_can_be_the_order_with_the_lowest_first(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, fonologisk_medvetenhet=90)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25, fonologisk_medvetenhet=80)
        db.session.commit()
        page = seen(order="fonologisk_medvetenhet")
        assert names(page) == ["Noor Alm", "Kim Berg", "Elev S"]
        (sorted_by,) = texts(page, "//th[@aria-sort='ascending']/a")
        assert sorted_by.startswith("Fonologisk medvetenhet")
        assert names(seen(order="hittepå")) == names(seen())

    def test_what_has_no_limits_is_counted_by_its_own_words(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, avstamning_a=1)
        record(ekbacken.autumn, ekbacken.noor, avstamning_a=2)
        db.session.commit()
        assert "1 Delvis 1 Nådd 1 resultat saknas" in texts(seen(), "//thead//ul[@class='counts']")

    def test_waiting_signals_say_what_they_wait_for(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        assert "Klassen är inte inlämnad" in seen()
        hand_in(ekbacken.class_1a, ekbacken.autumn, None)
        db.session.commit()
        assert "Klassen är inte inlämnad" not in seen()

    def test_words_of_people_never_codes(self, ekbacken: Ekbacken, seen: Callable[..., str]) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        said = text(seen(), "//main").lower()
        for word in ("near_goal", "watch", "riskelev", "svag", "not_determined", "flagga"):
            assert word not in said

    def test_a_person_decides(self, seen: Callable[..., str]) -> None:
        assert "Verktyget ger underlag. En person beslutar." in seen()


class TestMovement:
    @pytest.fixture
    def winter(self, ekbacken: Ekbacken, monkeypatch: pytest.MonkeyPatch) -> AssessmentWindow:
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        return a_window("2026/27", Season.WINTER, date(2027, 1, 11), date(2027, 2, 12))

    def see(self, ekbacken: Ekbacken, signed_in: SignIn, window: AssessmentWindow) -> str:
        db.session.commit()
        answer = signed_in(ekbacken.birgitta).get(address(ekbacken.class_1a, window))
        assert answer.status_code == 200
        return str(answer.text)

    @pytest.mark.both_databases
    def test_an_arrow_stands_only_where_the_level_changed(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=25)
        record(winter, ekbacken.kim, bokstavsljud=28)
        record(winter, ekbacken.noor, bokstavsljud=29)
        page = self.see(ekbacken, signed_in, winter)
        assert "↑ upp från Nära målet" in row_of(page, "Kim Berg")
        assert "↑" not in row_of(page, "Noor Alm")
        assert "1 har gått upp" in sentence(page)

    def test_earlier_windows_are_small_squares(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow
    ) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        page = self.see(ekbacken, signed_in, winter)
        assert "Hösten 2026/27: Nära målet" in row_of(page, "Kim Berg")
        assert "Hösten 2026/27: Underlag saknas" in row_of(page, "Noor Alm")

    def test_a_clock_stands_by_results_older_than_four_months(
        self, ekbacken: Ekbacken, signed_in: SignIn, winter: AssessmentWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LASSPAR_TODAY", "2026-09-10")
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        monkeypatch.setenv("LASSPAR_TODAY", "2026-10-01")
        record(ekbacken.autumn, ekbacken.noor, bokstavsljud=7)
        monkeypatch.setenv("LASSPAR_TODAY", "2027-01-20")
        page = self.see(ekbacken, signed_in, winter)
        assert "senaste resultat 2026-09-10" in row_of(page, "Kim Berg")
        assert "senaste resultat" not in row_of(page, "Noor Alm")


class TestTheSidePanel:
    """What opens beside the row: the levels of each area, why there are signals, and where to go."""

    @staticmethod
    def panel(ekbacken: Ekbacken, client: FlaskClient, pupil: Pupil) -> Any:
        return client.get(f"/pupils/{pupil.id}/windows/{ekbacken.autumn.slug}/panel.html")

    @pytest.mark.parametrize(("who", "status"), [("astrid", 200), ("rut", 200), ("ada", 403), ("carl", 404)])
    def test_opens_for_those_who_see_scores(
        self, ekbacken: Ekbacken, signed_in: SignIn, who: str, status: int
    ) -> None:
        client = signed_in(getattr(ekbacken, who))
        assert self.panel(ekbacken, client, ekbacken.kim).status_code == status

    def test_is_noted_as_the_pupil_seen(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        self.panel(ekbacken, signed_in(ekbacken.astrid), ekbacken.kim)
        (row,) = db.session.scalars(sa.select(AuditEntry).filter_by(action="pupil:seen"))
        assert row.subject == f"pupil:{ekbacken.kim.id}"
        assert row.duty_id is not None

    def test_says_areas_and_why(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7, avstamning_a=1)
        db.session.commit()
        page = self.panel(ekbacken, signed_in(ekbacken.astrid), ekbacken.kim).text
        said = text(f"<main>{page}</main>", "//main")
        assert "Bokstäver och ljud N Nära målet Bokstavsljud: 7 N Nära målet" in said
        assert "Avkodning Avstämning A (Skolverkets bedömningsstöd): Delvis" in said
        assert "Målet är minst 11" in said
        assert "<html" not in page

    def test_says_what_is_missing(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        record(ekbacken.autumn, ekbacken.kim, avstamning_a=1)
        db.session.commit()
        page = self.panel(ekbacken, signed_in(ekbacken.astrid), ekbacken.kim).text
        assert "Bokstavsljud: resultat saknas" in text(f"<main>{page}</main>", "//main")

    def test_leads_to_the_pupil_the_sheet_and_the_prints(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = self.panel(ekbacken, signed_in(ekbacken.astrid), ekbacken.kim).text
        window = f"windows/{ekbacken.autumn.slug}"
        for address in (
            f"/pupils/{ekbacken.kim.id}",
            f"/classes/{ekbacken.class_1a.id}/{window}/sheet",
            f"/pupils/{ekbacken.kim.id}/{window}/home-page.pdf",
        ):
            assert f'href="{address}"' in page

    def test_offers_no_print_of_a_protected_pupil(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        page = self.panel(ekbacken, signed_in(ekbacken.astrid), ekbacken.siv).text
        assert "Elev S" in page
        assert "Skog" not in page
        assert ".pdf" not in page

    def test_is_not_there_for_a_window_of_another_year(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        a_window("2025/26", Season.SPRING, date(2026, 4, 7), date(2026, 5, 13))
        db.session.commit()
        address = f"/pupils/{ekbacken.kim.id}/windows/2025-26-spring/panel.html"
        assert signed_in(ekbacken.astrid).get(address).status_code == 404


class TestTheWholeClass:
    def test_gets_the_answer_before_its_pupils(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        school_class, _ = class_2b(ekbacken, [10] * 5 + [60] * 5)
        page = signed_in(ekbacken.birgitta).get(address(school_class, ekbacken.autumn)).text
        assert "Det här gäller många i klassen. Börja med undervisningen." in page
        assert "5 av 10 med bedömd nivå når ännu inte målet" in page

    def test_nine_pupils_are_no_class_answer(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        school_class, _ = class_2b(ekbacken, [10] * 9)
        page = signed_in(ekbacken.birgitta).get(address(school_class, ekbacken.autumn)).text
        assert "många i klassen" not in page


class TestWhoIsCounted:
    def test_a_pupil_in_anpassad_grundskola_has_a_row_but_no_level_and_no_share(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        ekbacken.kim.school_form = SchoolForm.ANPASSAD
        record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
        db.session.commit()
        page = seen()
        assert "7" in row_of(page, "Kim Berg")
        assert "målet" not in row_of(page, "Kim Berg")
        assert "anpassad" not in page.lower()
        assert sentence(page).startswith("Ingen av 2 att följa upp")

    def test_a_pupil_whose_year_has_no_window_has_no_level(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        ekbacken.pupil("Frida", "Sex", "1007", year=0)
        db.session.commit()
        page = seen()
        assert "ingen nivå" in row_of(page, "Frida Sex")
        assert "ingår inte i perioden" in row_of(page, "Frida Sex")
        assert "F" in row_of(page, "Frida Sex").split()  # the chip of a mixed class
        assert names(page)[-1] == "Frida Sex"
        assert " av 3 " in sentence(page)

    def test_who_left_before_today_is_not_in_the_class(
        self, ekbacken: Ekbacken, seen: Callable[..., str]
    ) -> None:
        left = db.session.scalars(sa.select(Enrolment).filter_by(pupil_id=ekbacken.kim.id)).one()
        left.ends_on = date(2026, 10, 14)
        db.session.commit()
        assert "Kim Berg" not in names(seen())

    def test_an_empty_class_says_what_to_do(self, ekbacken: Ekbacken, signed_in: SignIn) -> None:
        empty = SchoolClass(name="1Q", academic_year="2026/27", school=ekbacken.school)
        db.session.add(empty)
        db.session.commit()
        page = signed_in(ekbacken.birgitta).get(address(empty, ekbacken.autumn)).text
        assert "Ingen gick i klassen den här perioden" in page


@pytest.mark.long
def test_the_number_of_questions_does_not_grow_with_the_class(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    school_class, _ = class_2b(ekbacken, [10, 60])
    client = signed_in(ekbacken.birgitta)
    asked = []
    for _ in range(2):
        with counted_queries() as statements:
            client.get(address(school_class, ekbacken.autumn))
        asked.append(len(statements))
        for place in range(20):
            pupil = ekbacken.pupil(
                "Ny", f"Elev{place}", f"{asked}{place:03}", school_class=school_class, year=2
            )
            db.session.flush()
            record(ekbacken.autumn, pupil, ord_per_minut=place)
        db.session.commit()
    assert asked[0] == asked[1]
    assert asked[1] < 40


def test_a_teacher_of_two_classes_sees_both(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    school_class, _ = class_2b(ekbacken, [10])
    db.session.add(
        Duty(
            staff_member=ekbacken.astrid.staff_member, role=Role.TEACHER, school_class=school_class,
            starts_on=date(2026, 8, 18),
        )
    )  # fmt: skip
    db.session.commit()
    client = signed_in(ekbacken.astrid)
    assert client.get(address(school_class, ekbacken.autumn)).status_code == 200


@pytest.mark.parametrize(
    ("at_best", "said"),
    [
        (Level.NEAR_GOAL, "kan inte bli bättre än Nära målet"),
        (Level.AT_GOAL, ""),  # as where nothing is measured at all
        (Level.ABOVE_GOAL, ""),
        (None, ""),
    ],
)
def test_what_is_missing_is_told_of_where_it_cannot_help(at_best: Level | None, said: str) -> None:
    assert note_on(Judgement(level=Level.NOT_DETERMINED, at_best=at_best, is_despite_missing=False)) == said
