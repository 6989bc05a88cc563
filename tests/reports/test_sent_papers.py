"""Papers that leave the school: names as data, many periods over pages, what worked before the numbers."""

from datetime import date
from typing import Any

from invented_figures import page_count, pages

from reports.documents import handover, help_request
from reports.figures.handover import HandoverPaper
from reports.figures.help_request import RequestPaper
from reports.figures.imprint import Imprint

NAME = 'Ebba <b>$x$ & <img src="/etc/passwd"> Lindqvist'
IMPRINT = Imprint("Ekbackens skola", "Överlämning", "", date(2026, 10, 15))


def window(number: int) -> dict[str, Any]:
    """A period with three measures, one of them without a result."""
    measures = [
        {"name": f"Mått {place}", "shown": "12 ord/min", "level": level, "level_word": word}
        for place, (level, word) in enumerate(
            [("near_goal", "Nära målet"), (None, ""), ("at_goal", "Når målet")]
        )
    ]
    return {
        "label": f"Period {number}", "year": "åk 2", "level": "near_goal", "level_word": "Nära målet",
        "note": "", "judged_by": "bas@1", "measures": measures,
    }  # fmt: skip


PERIOD = {
    "kind": "Intensivperiod", "measure": "Ord per minut", "starts_on": "2026-02-16", "goal_on": "2026-05-22",
    "how_often": "20 minuter, 4 gånger i veckan", "goal": "Från 18 till målet 32.", "verdict": "",
    "evidence": "", "ended_on": "2026-05-20", "before": "18", "after": "30", "worked": "Insatsen fungerade",
    "line": "Läsa <i>högt</i>",
}  # fmt: skip


def paper(**more: Any) -> HandoverPaper:
    said: dict[str, Any] = {
        "imprint": IMPRINT, "name": NAME, "title": "Till nästa lärare", "class_name": "2B", "year": "åk 2",
        "to": "nästa lärare", "made_by": "speciallärare", "made_on": date(2026, 10, 15),
        "informed": "inte antecknat", "line": None, "external_id": "x", "facts": {},
    }  # fmt: skip
    return HandoverPaper(**{**said, **more})


def test_names_and_lines_are_laid_sign_by_sign() -> None:
    told = " ".join(pages(handover.pdf(paper(facts={"support": [PERIOD]}))))
    assert "<b>$x$" in told
    assert "Läsa <i>högt</i>" in told


def test_what_worked_stands_before_the_numbers() -> None:
    told = pages(handover.pdf(paper(facts={"results": [window(1)], "support": [PERIOD], "steps": []})))[0]
    assert told.index("Insatsen fungerade") < told.index("Inga planerade steg.") < told.index("Period 1")


def test_many_periods_go_on_over_pages_and_the_same_figures_give_the_same_bytes() -> None:
    told = paper(facts={"results": [window(number) for number in range(12)]})
    drawn = handover.pdf(told)
    assert page_count(drawn) > 1
    assert drawn == handover.pdf(told)


def test_a_request_holds_the_duty_to_report_and_lines_for_the_answer() -> None:
    request = RequestPaper(
        imprint=IMPRINT, name=NAME, receiver="Närhälsan", asked_by="speciallärare", sent_on=date(2026, 10, 1),
        due_on=date(2026, 11, 1), consent="2 av 2 har sagt ja.", question="Rad ett\nRad två", facts={},
    )  # fmt: skip
    told = " ".join(" ".join(pages(help_request.pdf(request))).split())
    for said in ("orosanmälan", "Rad två", "Svar till skolan", "<b>$x$"):
        assert said in told
    assert "Resultat" not in told
