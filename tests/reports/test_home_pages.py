"""A teacher makes the page for the home her own: she chooses, writes and reviews; others stay off it."""

import io
import re
from base64 import b64decode
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from invented_figures import bookmarks, pages
from lxml import html
from PIL import Image
from posting import post
from scoring import class_2b, counted_queries, flag, record
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from assessments.access.models import AuditEntry
from assessments.database import db
from assessments.recording import Recorder
from assessments.roster.models import Enrolment, Pupil, Role, SchoolClass
from reports.models import HomePage, PageState
from reports.queries.class_pages import class_pages
from screening.reviewing import Decision, record_next_step

AUTUMN = "2026-27-autumn"
CAN = "Läser med flyt och glädje."
NUMBER = "Texten ser ut att ha ett personnummer. Det får inte stå på bladet."
NAMES, ONE_CHILD = "Texten nämner en annan elev:", "Bladet handlar om ett barn."


def of_pupil(pupil_id: int, what: str = "home-page") -> str:
    return f"/pupils/{pupil_id}/windows/{AUTUMN}/{what}"


def of_class(class_id: int, what: str) -> str:
    return f"/classes/{class_id}/windows/{AUTUMN}/{what}"


def as_filled_in(page: str) -> MultiDict[str, str]:
    """The form of the page as a browser sends it when nothing is touched."""
    (form,) = html.fromstring(page).iterfind(".//form[@class='home-page']")
    fields: MultiDict[str, str] = MultiDict()
    for node in form.iter("input", "textarea"):
        is_box = node.get("type") == "checkbox"
        if node.get("name") and not (is_box and node.get("checked") is None):
            fields.add(
                node.get("name"), (node.text or "").strip() if node.tag == "textarea" else node.get("value")
            )
    return fields


def filled_in(client: FlaskClient, pupil_id: int, **changed: str) -> dict[str, list[str]]:
    """The form of the pupil's page with some fields changed; ``can``: one own sentence, no other."""
    fields = as_filled_in(client.get(of_pupil(pupil_id)).text)
    if "can" in changed:
        fields.poplist("can")
        fields["can:own"] = changed.pop("can")
    for name, said in changed.items():
        fields[name] = said
    return fields.to_dict(flat=False)


def send(client: FlaskClient, pupil_id: int, **changed: str) -> Any:
    return post(client, of_pupil(pupil_id), filled_in(client, pupil_id, **changed))


def printed(client: FlaskClient, pupil_id: int) -> str:
    return " ".join(pages(client.get(of_pupil(pupil_id, "home-page.pdf")).data)[0].split())


def kept(pupil_id: int) -> HomePage | None:
    return db.session.scalar(sa.select(HomePage).filter_by(pupil_id=pupil_id))


def told(answer: Any) -> list[str]:
    """The reasons on the page."""
    return [
        " ".join(node.text_content().split())
        for node in html.fromstring(answer.text).iterfind(".//div[@role='alert']//li")
    ]


@pytest.fixture
def desk(ekbacken: Ekbacken, signed_in: Any) -> FlaskClient:
    """Astrid's, who teaches 1A; Kim has a result."""
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    return signed_in(ekbacken.astrid)


@pytest.fixture
def kim(ekbacken: Ekbacken) -> int:
    return ekbacken.kim.id


def test_the_catalogues_sentences_are_ticked_as_proposed(desk: FlaskClient, kim: int):
    fields = as_filled_in(desk.get(of_pupil(kim)).text)
    assert fields.getlist("can") == ["letters/below_goal"]
    assert fields["can:letters/below_goal"] == "Är på väg att lära sig bokstävernas ljud."
    assert fields.getlist("home") == ["letters/0", "letters/1"]
    assert {name for name in fields if name.startswith("home:")} >= {
        "home:always/0",
        "home:always/1",
        "home:own",
    }


def test_a_page_that_is_sent_as_it_came_says_what_was_proposed(desk: FlaskClient, kim: int):
    before = printed(desk, kim)
    assert "Utkast" in before
    assert send(desk, kim, do="draft").status_code == 303
    assert printed(desk, kim) == before
    assert kept(kim).is_as_proposed


def test_sentences_and_comment_are_printed_as_written(desk: FlaskClient, kim: int):
    send(desk, kim, can=CAN, comment="Kim har läst   tre böcker\r\ni höst.", do="draft")
    text = printed(desk, kim)
    assert CAN in text
    assert "Läraren skriver Kim har läst tre böcker i höst." in text
    assert "Har lärt sig många" not in text


def test_a_sentence_can_be_rewritten_where_it_stands(desk: FlaskClient, kim: int):
    send(desk, kim, **{"practise:letters/below_goal": "Vi övar på sch och tj."})
    assert "Vi övar på sch och tj." in printed(desk, kim)
    assert (
        as_filled_in(desk.get(of_pupil(kim)).text)["practise:letters/below_goal"] == "Vi övar på sch och tj."
    )


def test_a_reviewed_page_is_no_draft(desk: FlaskClient, kim: int):
    send(desk, kim, do="review")
    text = printed(desk, kim)
    assert "Granskad" in text
    assert "Utkast" not in text
    assert (kept(kim).state, kept(kim).version) == (PageState.REVIEWED, 1)


def test_reviewing_leads_to_the_next_page_that_is_not_reviewed(
    desk: FlaskClient, ekbacken: Ekbacken, kim: int
):
    assert send(desk, kim, do="review").location == of_pupil(ekbacken.noor.id)
    assert send(desk, ekbacken.noor.id, do="review").location == of_class(ekbacken.class_1a.id, "prints")


def test_a_draft_stays_on_its_page_and_the_neighbours_are_a_step_away(
    desk: FlaskClient, ekbacken: Ekbacken, kim: int
):
    assert send(desk, kim, do="draft").location == of_pupil(kim)
    links = re.findall(r'rel="(prev|next)" href="([^"]+)"', desk.get(of_pupil(kim)).text)
    assert links == [("prev", of_pupil(ekbacken.noor.id))]


def test_new_results_make_a_reviewed_page_a_draft_again_and_say_which(
    desk: FlaskClient, ekbacken: Ekbacken, kim: int
):
    send(desk, kim, do="review")
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=29)
    db.session.commit()
    text = printed(desk, kim)
    assert "Utkast" in text
    assert "Har lärt sig många" not in text  # nobody had chosen it: the catalogue proposes anew
    assert "Något har ändrats sedan bladet sparades" in desk.get(of_pupil(kim)).text
    assert "Bokstäver och ljud" in desk.get(of_class(ekbacken.class_1a.id, "prints")).text


def test_a_page_reviewed_before_the_support_was_kept_with_it_stays_so(desk: FlaskClient, kim: int):
    send(desk, kim, do="review")
    page = kept(kim)
    assert page
    page.basis = {name: said for name, said in page.basis.items() if name != "support"}
    db.session.commit()
    assert "Granskad" in printed(desk, kim)


def test_sentences_somebody_chose_stay_when_results_change(desk: FlaskClient, ekbacken: Ekbacken, kim: int):
    send(desk, kim, can=CAN, comment="Bra kämpat.", do="review")
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=29)
    db.session.commit()
    text = printed(desk, kim)
    assert "Utkast" in text
    assert CAN in text
    assert "Bra kämpat." in text


def test_nobody_reviews_results_that_came_while_the_page_was_open(
    desk: FlaskClient, ekbacken: Ekbacken, kim: int
):
    fields = filled_in(desk, kim, do="review")
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=29)
    db.session.commit()
    answer = post(desk, of_pupil(kim), fields)
    assert answer.status_code == 422
    assert told(answer) == ["Resultaten eller stödet har ändrats sedan du öppnade sidan. Läs bladet igen."]
    assert kept(kim) is None


def test_of_two_writers_the_second_sees_what_the_first_wrote(
    desk: FlaskClient, ekbacken: Ekbacken, signed_in: Any, kim: int
):
    fields = filled_in(desk, kim, comment="Astrids ord.")
    send(signed_in(ekbacken.birgitta), kim, comment="Birgittas ord.")
    answer = post(desk, of_pupil(kim), fields)
    assert answer.status_code == 422
    assert "Birgittas ord." in answer.text
    assert "speciallärare Ekbackens skola" in answer.text
    assert kept(kim).comment == "Birgittas ord."
    again = as_filled_in(answer.text)
    assert again["comment"] == "Astrids ord."
    assert post(desk, of_pupil(kim), again.to_dict(flat=False)).status_code == 303
    assert kept(kim).comment == "Astrids ord."


def test_the_preview_shows_what_is_typed_and_keeps_nothing(desk: FlaskClient, kim: int):
    answer = send(desk, kim, comment="Inte sparat än.", do="preview")
    assert as_filled_in(answer.text)["comment"] == "Inte sparat än."
    assert seen_in(answer) != seen_in(send(desk, kim, do="preview"))
    assert kept(kim) is None


def seen_in(answer: TestResponse) -> str:
    """The one picture that stands in the page."""
    (picture,) = re.findall('src="data:image/png;base64,([^"]+)"', answer.text)
    assert Image.open(io.BytesIO(b64decode(picture))).size == (774, 1095)
    return picture


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"comment": "å" * 301}, "Kommentaren har 301 tecken. Högst 300 får plats."),
        ({"can": "Läser " * 20}, "En mening under ”Det här kan” är för lång. Högst 100 tecken får plats."),
        ({"can": " "}, "”Det här kan” är tomt. Välj minst en mening."),
        ({"practise:letters/below_goal": ""}, "En vald mening under ”Det här övar vi på nu” är tom."),
        ({"home:own": "Läs."}, "Välj högst 2 meningar under ”Det här kan ni göra hemma”. Nu är det 3."),
        ({"comment": "Noor och Kim läser ihop."}, f"{NAMES} Noor. {ONE_CHILD}"),
        ({"comment": "De läser i noors grupp."}, f"{NAMES} noors. {ONE_CHILD}"),
        ({"can": "Läser som Noors bror."}, f"{NAMES} Noors. {ONE_CHILD}"),
        ({"comment": "Nr 20180304-1234."}, NUMBER),
        ({"comment": "Kan vara Dyslexi."}, "”dyslexi” skriver vi inte på ett blad hem."),
    ],
)  # fmt: skip
def test_what_may_not_stand_on_the_page_is_refused_with_all_still_typed(
    desk: FlaskClient, kim: int, changed: dict[str, str], reason: str
):
    answer = send(desk, kim, **changed)
    assert answer.status_code == 422
    assert told(answer) == [reason]
    assert kept(kim) is None


def test_a_word_that_is_also_somebodys_name_is_asked_about(desk: FlaskClient, ekbacken: Ekbacken, kim: int):
    for given, family, code in (("Vi", "Bui", "9001"), ("Saga", "Ny", "9002"), ("Kim", "Ung", "9003")):
        ekbacken.pupil(given, family, code)
    db.session.commit()
    answer = send(desk, kim, comment="Vi läser en saga som Kim valt.", do="review")
    assert answer.status_code == 422
    marked = re.findall(r"(\w*) ?<mark>(\w+)</mark>", answer.text)
    assert marked == [("", "Vi"), ("en", "saga"), ("som", "Kim")]
    again = as_filled_in(answer.text)
    again["do"], again["is_sure"] = "review", "y"
    assert post(desk, of_pupil(kim), again.to_dict(flat=False)).status_code == 303
    assert kept(kim).comment == "Vi läser en saga som Kim valt."
    assert send(desk, kim, do="draft").status_code == 303  # what is kept has been answered for


def test_pupils_of_other_schools_and_years_are_nobody_to_the_text(
    desk: FlaskClient, ekbacken: Ekbacken, kim: int
):
    assert send(desk, kim, comment="Olle hälsar.").status_code == 303


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("astrid", 200, 303), ("birgitta", 200, 303), ("rut", 200, 403), ("carl", 404, 404),
        ("ada", 403, 403), ("teo", 403, 403),
    ],
)  # fmt: skip
def test_those_who_teach_write_and_the_principal_reads(
    desk: FlaskClient, ekbacken: Ekbacken, signed_in: Any, kim: int, who: str, reads: int, writes: int
):
    fields = filled_in(desk, kim)
    client = signed_in(getattr(ekbacken, who))
    page = client.get(of_pupil(kim))
    assert page.status_code == reads
    assert ("Granska klart" in page.text) == (writes == 303)
    assert post(client, of_pupil(kim), fields).status_code == writes


def test_who_teaches_the_child_now_writes_on_the_page_of_the_class_before(
    desk: FlaskClient, ekbacken: Ekbacken, signed_in: Any, kim: int
):
    ekbacken.autumn.closes_on = date(2026, 10, 1)
    ekbacken.kim.enrolments[0].ends_on = date(2026, 10, 10)
    new = SchoolClass(name="1C", academic_year="2026/27", school=ekbacken.school)
    db.session.add(Enrolment(pupil=ekbacken.kim, school_class=new, year=1, starts_on=date(2026, 10, 11)))
    tove = ekbacken.staff("Tove Tall", "tove", Role.TEACHER, school_class=new)
    db.session.commit()
    assert desk.get(of_pupil(kim)).status_code == 404
    client = signed_in(tove)
    assert "i 1A," in client.get(of_pupil(kim)).text
    assert send(client, kim, do="review").status_code == 303


def test_a_protected_pupil_has_no_page(desk: FlaskClient, ekbacken: Ekbacken):
    siv = ekbacken.siv.id
    assert desk.get(of_pupil(siv)).status_code == 403
    assert post(desk, of_pupil(siv), {"can": "own"}).status_code == 403
    assert kept(siv) is None


def test_reads_and_changes_leave_traces(desk: FlaskClient, ekbacken: Ekbacken, kim: int):
    send(desk, kim, do="review")
    rows = db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.subject, AuditEntry.details).order_by(AuditEntry.id)
    )
    found = [(row.action, row.details) for row in rows if row.subject == f"pupil:{kim}"]
    window = ekbacken.autumn.id
    assert ("home_page:shown", {"window": window}) in found
    assert ("home_page:reviewed", {"window": window, "version": 1}) in found


@pytest.fixture
def class_with_one_low(ekbacken: Ekbacken) -> tuple[SchoolClass, list[Pupil]]:
    return class_2b(ekbacken, [12, 60, 64, None])


def test_a_class_is_reviewed_at_once_but_for_those_who_need_more(
    ekbacken: Ekbacken, signed_in: Any, class_with_one_low: Any
):
    school_class, (low, *others) = class_with_one_low
    client = signed_in(ekbacken.birgitta)
    page = client.get(of_class(school_class.id, "prints")).text
    assert "0 av 4 blad är granskade" in page
    assert "Granska 3 blad på en gång" in page
    post(client, of_class(school_class.id, "home-pages/review"))
    page = client.get(of_class(school_class.id, "prints")).text
    assert "3 av 4 blad är granskade" in page
    assert "på en gång" not in page
    assert "Granskad" in printed(client, others[0].id)
    assert "Utkast" in printed(client, low.id)


def test_a_page_somebody_wrote_on_before_the_results_changed_is_read_alone(
    ekbacken: Ekbacken, signed_in: Any, class_with_one_low: Any
):
    school_class, (_low, high, *_others) = class_with_one_low
    client = signed_in(ekbacken.birgitta)
    send(client, high.id, can=CAN)
    record(ekbacken.autumn, high, ord_per_minut=62)
    db.session.commit()
    post(client, of_class(school_class.id, "home-pages/review"))
    assert kept(high.id).state is PageState.DRAFT


def test_reviewing_at_once_keeps_what_was_written(
    ekbacken: Ekbacken, signed_in: Any, class_with_one_low: Any
):
    school_class, (_low, high, *_others) = class_with_one_low
    client = signed_in(ekbacken.birgitta)
    send(client, high.id, can=CAN, comment="Fint läst.")
    post(client, of_class(school_class.id, "home-pages/review"))
    text = printed(client, high.id)
    assert "Granskad" in text
    assert CAN in text
    assert "Fint läst." in text


def test_a_reviewed_page_still_waits_for_its_talk(
    ekbacken: Ekbacken, signed_in: Any, class_with_one_low: Any
):
    school_class, (low, *_others) = class_with_one_low
    client = signed_in(ekbacken.birgitta)
    send(client, low.id, do="review")
    assert "1 blad väntar på samtal" in client.get(of_class(school_class.id, "prints")).text
    assert len(bookmarks(client.get(of_class(school_class.id, "home-pages.pdf")).data)) == 3
    record_next_step([flag(low)], Decision("adaptations", due_on=date(2026, 11, 20)), Recorder())
    db.session.commit()
    assert "Utkast" in printed(client, low.id)  # what the school does has come to it since
    assert (
        "ändrat sedan det granskades: vad skolan gör" in client.get(of_class(school_class.id, "prints")).text
    )
    send(client, low.id, do="review")
    assert "Granskad" in printed(client, low.id)
    assert len(bookmarks(client.get(of_class(school_class.id, "home-pages.pdf")).data)) == 4


def test_the_command_line_prints_the_same_page(desk: FlaskClient, kim: int, lasspar: Any, tmp_path: Any):
    send(desk, kim, can=CAN, comment="Fint läst.", do="review")
    out = tmp_path / "kim.pdf"
    code = db.session.get_one(Pupil, kim).code
    done = lasspar("report", "pupil", code, "--window", "2026/27-autumn", "--out", out)
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == desk.get(of_pupil(kim, "home-page.pdf")).data
    assert CAN in pages(out.read_bytes())[0]


def test_however_many_go_in_the_class_its_list_asks_as_many_questions(ekbacken: Ekbacken):
    few = _questions(ekbacken)
    for number in range(8):
        ekbacken.pupil("Ny", f"Elev{number}", f"95{number:02}")
    db.session.commit()
    assert _questions(ekbacken) == few


def _questions(ekbacken: Ekbacken) -> int:
    for pupil in (ekbacken.kim, ekbacken.noor):
        record(ekbacken.autumn, pupil, bokstavsljud=20)
    db.session.commit()
    school_class = db.session.get_one(SchoolClass, ekbacken.class_1a.id)
    class_pages(school_class, ekbacken.autumn)  # what the initiative has chosen is asked for once
    with counted_queries() as asked:
        class_pages(school_class, ekbacken.autumn)
    return len(asked)
