"""Underlag inför samråd: numbers, where limits come from, why, and whose decision it is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from invented_figures import FAR_AND_WIDE, HOSTILE, fonts_of, lines, pages, staff

from assessments.instruments.catalogue import Measure
from reports.documents import staff_pupil
from reports.figures.staff import Consultation, EarlierWindow, SupportPeriod
from screening.levels import Level
from screening.support.queries.drawn import Shown
from screening.support.queries.picture import support_picture


def whole(content: bytes) -> str:
    return " ".join(" ".join(pages(content)).split())


def test_it_says_that_a_person_decides_on_every_page():
    found = pages(staff_pupil.pdf(staff(signals=staff().signals * 12)))
    assert len(found) > 1
    for page in found:
        assert "Verktyget ger underlag; en person beslutar." in page
        assert "förvara inlåst" in page


@pytest.mark.parametrize("name", [FAR_AND_WIDE[2], *HOSTILE[:5], HOSTILE[-3]])
def test_the_name_stands_on_a_line_of_its_own(name):
    assert name in lines(staff_pupil.pdf(staff(name)))


def test_results_come_with_limits_source_certainty_and_the_time_before():
    text = whole(staff_pupil.pdf(staff()))
    for part in (
        "Nära målet", "31", "Nära målet 26, mål 35", "Beräknad ur norm", "Sävsjö skolprojekt",
        "nära en gräns", "22 våren 2025/26", "Resultatet ligger nära en gräns.",
    ):  # fmt: skip
        assert part in text


def test_limits_that_are_drawn_say_what_they_rest_on():
    drawn = "Läsa med flyt, vår åk 1 (publicerad norm). Källa: En norsk studie"
    assert drawn in whole(staff_pupil.pdf(staff()))


def test_an_earlier_window_that_another_version_judged_says_so():
    before = EarlierWindow("Våren 2025/26", "åk 1", Level.BELOW_GOAL, "trots saknat resultat", "bas@1")
    text = whole(staff_pupil.pdf(staff(windows=(before,))))
    assert "Under målet trots saknat resultat · bas@1" in text


def test_signals_come_with_why_and_what_was_done():
    text = whole(staff_pupil.pdf(staff()))
    assert "Nära målet – kvarstår" in text
    assert "Målet är minst 35." in text
    assert "2026-09-30: Extra anpassningar · klasslärare 2B · Läser i par · följs upp 2026-11-05" in text


def test_earlier_windows_and_lines_for_the_meeting_are_there():
    text = whole(staff_pupil.pdf(staff()))
    assert "Våren 2025/26 · åk 1 Under målet" in text
    for part in ("Med på samrådet (funktioner)", "Vår bedömning", "Nästa steg, ansvarig funktion och datum"):
        assert part in text


def test_samrad_says_who_took_part_when_and_what_was_agreed_on():
    asked = {"asked_on": date(2026, 9, 28), "asked_by": "klasslärare 2B", "asked_of": "speciallärare"}
    held = Consultation(
        "Extra anpassningar",
        **asked,
        held_on=date(2026, 10, 2),
        held_by="speciallärare Ekbacken",
        competence="specialpedagog: Eva Ek",
        said="Läser högt varje dag.",
    )
    unheld = {"held_on": None, "held_by": None, "competence": None}
    waits = Consultation("Uppföljning", **asked, **unheld, said="Ska vi fortsätta?")
    text = whole(staff_pupil.pdf(staff(consultations=(waits, held))))
    for part in (
        "Samråd Väntar på svar: Uppföljning Ska vi fortsätta?",
        "Begärt 2026-09-28 av klasslärare 2B. Frågan ligger hos speciallärare.",
        "2026-10-02: Extra anpassningar Läser högt varje dag. Med specialpedagog: Eva Ek.",
        "Skrivet av speciallärare Ekbacken.",
    ):
        assert part in text


def test_support_comes_with_its_answer_its_changes_and_how_it_ended():
    started = date(2026, 8, 24)
    measure = Measure(
        code="ord", name="Läsa ord", unit="ord/min", minimum=Decimal(0), maximum=Decimal(250),
        step=Decimal(1), higher_is_better=True, area="fluency", years=(1,), how="", sem=Decimal(8),
    )  # fmt: skip
    results = [(started + timedelta(weeks=week), Decimal(20 + week)) for week in range(8)]
    picture = support_picture(
        Shown(
            measure, started, Decimal(20), started + timedelta(weeks=10), Decimal(35), Decimal(30), results,
            (results[0], results[-1]), [(date(2026, 9, 28), HOSTILE[0])], None, "På väg",
        )
    )  # fmt: skip
    period = SupportPeriod(
        "Intensivperiod: läsa ord", "10 veckor", ("På väg. 8 resultat.",), (HOSTILE[0],), picture
    )
    text = whole(staff_pupil.pdf(staff(support=(period,), absence="Hög frånvaro före perioden: 22 %.")))
    for part in (
        "Stöd Intensivperiod: läsa ord 10 veckor På väg. 8 resultat.", "Hög frånvaro före perioden: 22 %.",
        "28/9", "elmål 30", "trend", "v. 35",  # the words at the lines' ends are read across each other
    ):  # fmt: skip
        assert part in text


def test_a_pupil_without_anything_is_printed_too():
    empty = staff(level=None, certainty=None, results=(), windows=(), growth=(), signals=())
    text = whole(staff_pupil.pdf(empty))
    for part in ("Underlag saknas", "Inga resultat i perioden.", "Inga öppna signaler."):
        assert part in text


@pytest.mark.parametrize("name", [HOSTILE[0], HOSTILE[2], "نور الهدى", "አበበ"])
def test_every_font_is_embedded_and_the_same_figures_give_the_same_bytes(name):
    content = staff_pupil.pdf(staff(name))
    assert set(fonts_of(content).values()) == {True}
    assert staff_pupil.pdf(staff(name)) == content
