"""Papers as pictures before they are printed: the very file, by the same rights, noted as looked at."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from cast import TERM_START, Ekbacken
from every_document import EXAMPLES
from flask import Flask
from PIL import Image
from scoring import class_2b

from assessments.access.models import AuditEntry
from assessments.clock import today
from assessments.database import db
from assessments.roster.models import Duty, Pupil, Role, SchoolClass
from assessments.roster.narrowing import narrow
from reports import papers_shown
from reports.page_pictures import page_picture, paper_told
from reports.papers_shown import Shown
from reports.views import previews

CLASS_NAME = '2B"><b>$x$ & <img src=x>'


def files(app: Flask) -> Iterator[str]:
    """The address of every paper, with something in place of what it is about."""
    for rule in app.url_map.iter_rules():
        if "pdf" in rule.rule.rpartition("/")[2] and not rule.rule.startswith(previews.NONE_OF):
            values: dict[str, Any] = dict.fromkeys(rule.arguments, 7)
            values |= {"window": "2026-27-autumn", "form": "pdf", "kind": "home"}
            yield app.url_map.bind("").build(rule.endpoint, {name: values[name] for name in rule.arguments})


@pytest.fixture
def printed(ekbacken: Ekbacken) -> str:
    """The address of a paper about two pupils of 2B."""
    school_class, _pupils = class_2b(ekbacken, [12, 60])
    school_class.name = CLASS_NAME
    db.session.commit()
    return f"/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/class-report"


def looked_at() -> list[str]:
    asked = sa.select(AuditEntry.subject).where(AuditEntry.action == "report:previewed")
    return sorted(db.session.scalars(asked))


def pictures(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'<img src="([^"]+)"', page)]


def test_every_paper_has_a_preview_and_the_preview_leads_to_the_paper(app: Flask) -> None:
    with app.test_request_context():
        found = list(files(app))
        assert len(found) >= 15
        for file in found:
            place = previews._place(previews.preview_of(file).partition("?")[0].removeprefix("/preview/"))
            assert app.url_map.bind("").build(place.endpoint, place.values) == file


def test_a_paper_is_shown_page_by_page_before_it_is_printed(
    printed: str, ekbacken: Ekbacken, signed_in: Any
) -> None:
    """A name that looks like markup is a name. What the page has noted, its pictures do not note again."""
    client = signed_in(ekbacken.birgitta)
    page = client.get(f"/preview{printed}?back=/reports").text
    assert f'href="{printed}.pdf"' in page
    assert f'href="{printed}.pdf" download' in page
    assert '<a href="/reports">Tillbaka</a>' in page
    assert "Sida 1 av 1" in page
    assert "<img src=x>" not in page
    assert "2B&#34;&gt;&lt;b&gt;$x$ &amp; &lt;img src=x&gt;" in page
    noted = looked_at()
    assert len(noted) == 2
    (picture,) = pictures(page)
    answer = client.get(picture)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    assert looked_at() == noted
    assert not db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "report:printed")).all()


@pytest.mark.slow
def test_a_picture_is_noted_for_whoever_was_not_shown_its_page(
    printed: str, ekbacken: Ekbacken, signed_in: Any
) -> None:
    (picture,) = pictures(signed_in(ekbacken.birgitta).get(f"/preview{printed}").text)
    other = signed_in(ekbacken.rut)
    assert other.get(picture).status_code == 200
    assert len(looked_at()) == 4
    assert other.get(f"{picture}x").status_code == 200
    assert other.get(f"/preview{printed}/1.png").status_code == 200
    assert len(looked_at()) == 8
    assert other.get(f"/preview{printed}/2.png").status_code == 404
    assert len(looked_at()) == 8  # nobody was shown
    assert signed_in(ekbacken.carl).get(picture).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("is_protected", [True, False])
def test_the_pictures_of_a_page_are_of_the_paper_it_showed_while_its_reader_may_see_it(
    printed: str, ekbacken: Ekbacken, signed_in: Any, is_protected: bool
) -> None:
    """It is drawn once. What has come since is on the next page; who has become protected, or whose record is
    no longer to be used, is on none."""
    astrid, client = ekbacken.astrid, signed_in(ekbacken.birgitta)
    school_class = db.session.scalars(sa.select(SchoolClass).filter_by(name=CLASS_NAME)).one()
    where = {"staff_member_id": astrid.staff_member.id, "school_class_id": school_class.id}
    duty = Duty(role=Role.TEACHER, starts_on=TERM_START, **where)  # she teaches 1A too
    db.session.add(duty)
    db.session.commit()
    (hers,) = pictures(signed_in(astrid).get(f"/preview{printed}").text)
    (picture,) = pictures(client.get(f"/preview{printed}").text)
    first = client.get(picture).data
    low, high = db.session.scalars(sa.select(Pupil).where(Pupil.code.startswith("300"))).all()
    low.given_name, duty.ends_on = "Zaria", ekbacken.autumn.opens_on
    db.session.commit()
    assert client.get(picture).data == first
    assert client.get(f"/preview{printed}/1.png").data != first
    assert signed_in(astrid).get(hers).status_code == 404
    if is_protected:
        high.is_protected = True
    else:
        narrow(high, "Uppgifterna är bestridda.", today())
    db.session.commit()
    noted = len(looked_at())
    assert client.get(picture).data != first
    assert len(looked_at()) == noted + 1


def test_a_paper_is_kept_for_a_minute_and_eight_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(papers_shown.time, "monotonic", lambda: now[0])
    for number in range(10):
        papers_shown.keep(("minute", number), Shown(b"%PDF", frozenset(), now[0]))
    assert [papers_shown.find(("minute", number)) is not None for number in range(10)] == [False] * 2 + [
        True
    ] * 8
    papers_shown.keep("large", Shown(b"%" * (papers_shown.LARGEST + 1), frozenset(), now[0]))
    assert papers_shown.find("large") is None
    now[0] = papers_shown.KEPT_FOR + 1
    assert papers_shown.find(("minute", 9)) is None
    papers_shown.keep("next", Shown(b"%PDF", frozenset(), now[0]))
    assert list(papers_shown._kept) == ["next"]


@pytest.mark.slow
def test_many_pages_are_shown_some_at_a_time(
    ekbacken: Ekbacken, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "ON_A_PAGE", 2)
    school_class, _pupils = class_2b(ekbacken, [60, 60])
    db.session.commit()
    client = signed_in(ekbacken.birgitta)
    at = f"/preview/classes/{school_class.id}/windows/{ekbacken.autumn.slug}/home-pages"
    for asked, shown in (("", [1, 2]), ("?from=3", [3]), ("?from=99", [3]), ("?from=-1", [1, 2])):
        page = client.get(at + asked).text
        assert [int(one.partition(".png")[0].rpartition("/")[2]) for one in pictures(page)] == shown, asked
    page = client.get(f"{at}?from=3&back=/reports").text
    assert f'href="{at}?back=%2Freports&amp;from=1">Sidorna 1–2</a>' in page
    assert f'href="{at}?back=%2Freports&amp;from=3" aria-current="page">Sida 3</a>' in page


def test_what_is_no_paper_has_no_preview(ekbacken: Ekbacken, signed_in: Any) -> None:
    client = signed_in(ekbacken.astrid)
    of_class = f"preview/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}/class-report.pdf"
    for path in ("nothing", of_class, f"pupils/{ekbacken.kim.id}", "print-jobs/1/prints", "//", "%00"):
        assert client.get(f"/preview/{path}").status_code == 404, path


@pytest.mark.slow
def test_the_header_changes_the_window_of_the_paper(printed: str, ekbacken: Ekbacken, signed_in: Any) -> None:
    client = signed_in(ekbacken.birgitta)
    answer = client.get(f"/preview{printed}?window=2026-27-winter&class_id=9&back=/reports&_external=1")
    winter = printed.replace("autumn", "winter")
    assert answer.location == f"/preview{winter}?back=%2Freports&_external=1"
    elsewhere = client.get(f"/preview{printed}?back=//example.com&_scheme=javascript&from=x").text
    assert "Tillbaka" not in elsewhere
    assert f'href="{printed}.pdf?_scheme=javascript"' in elsewhere


@pytest.mark.parametrize("document", ["reading_groups", pytest.param("class_report", marks=pytest.mark.slow)])
def test_every_document_is_drawn_as_large_as_its_page_says_on_white(document: str) -> None:
    content = EXAMPLES[document]()
    told = paper_told(content)
    assert told.title
    picture = Image.open(io.BytesIO(page_picture(content, len(told.sizes)) or b""))
    assert picture.size == told.sizes[-1]
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert page_picture(content, len(told.sizes) + 1) is None
