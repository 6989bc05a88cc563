"""What may be seen is put into words once, and not again by each page or for each person."""

from collections.abc import Callable
from typing import Any

from cast import Ekbacken
from flask.testing import FlaskClient
from scoring import record

from assessments.database import db
from screening.handovers import seeing


def test_the_next_page_is_asked_in_the_same_words_whoever_asks(
    ekbacken: Ekbacken, signed_in: Callable[[Any], FlaskClient]
) -> None:
    record(ekbacken.autumn, ekbacken.kim, bokstavsljud=7)
    db.session.commit()
    here = f"/classes/{ekbacken.class_1a.id}/windows/{ekbacken.autumn.slug}"
    pages = f"{here}/sheet", f"{here}/overview", f"/pupils/{ekbacken.kim.id}"

    def read_by(account: Any) -> int:
        browser = signed_in(account)
        assert [browser.get(page).status_code for page in pages] == [200, 200, 200]
        return seeing._closed.cache_info().misses

    assert read_by(ekbacken.birgitta) == read_by(ekbacken.astrid)
