"""Whom a handover is about at the school that receives it: never somebody whom nobody has chosen."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from cast import Ekbacken
from flask.testing import FlaskClient
from posting import post

from assessments.database import db
from assessments.roster import editing
from assessments.roster.models import Role, School, SchoolClass
from screening.handovers.models import Handover

SignIn = Callable[[Any], FlaskClient]


def handed_over(client: FlaskClient, pupil_id: int, school: School, part: str = "results") -> str:
    """The address of a handover of the pupil, who still goes at the school that makes it."""
    told = {
        "kind": "next_school", "parts": [part], "guardian_informed_on": "2026-10-14",
        "to_school": str(school.id),
    }  # fmt: skip
    return str(post(client, f"/leavers/{pupil_id}/handover", told).headers["Location"])


def test_nobody_of_another_municipality_is_chosen_beforehand(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    alone = ekbacken.pupil("Kim", "Berg", "2002", school_class=ekbacken.other_class)
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=ekbacken.other_school)
    db.session.commit()
    address = handed_over(signed_in(ekbacken.birgitta), ekbacken.kim.id, ekbacken.other_school)
    receiver = signed_in(siri)
    page = receiver.get(address).text
    assert '<option value="">Välj elev</option>' in page
    assert "selected" not in page
    assert f'<option value="{alone.id}">Kim Berg, 1A</option>' in page
    refused = post(receiver, f"{address}/accept", {"pupil": ""})
    assert refused.status_code == 422
    assert "Välj vilken elev det gäller." in refused.text
    assert db.session.scalars(sa.select(Handover)).one().accepted_on is None
    accepted = post(receiver, f"{address}/accept", {"pupil": alone.id}, follow_redirects=True).text
    assert "Elevens tidigare resultat står här, inte på elevens sida." in accepted
    own_page = receiver.get(f"/pupils/{alone.id}").text  # which has no result of that time
    assert f'href="{address}">överlämningen<' in own_page
    assert address not in signed_in(ekbacken.birgitta).get(f"/pupils/{ekbacken.kim.id}").text
    listed = receiver.get("/handovers").text
    assert "1 mottagen överlämning" in listed
    assert f'href="{address}"' in listed


def test_within_a_municipality_it_waits_until_the_very_pupil_goes_there(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    other = ekbacken.pupil("Ida", "Gran", "1009", school_class=class_1c)
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    db.session.commit()
    address = handed_over(signed_in(ekbacken.birgitta), ekbacken.kim.id, granbacken)
    receiver = signed_in(siri)
    page = receiver.get(address).text
    assert "Eleven står inte i någon klass hos er ännu." in page
    assert "Ida Gran" not in page
    assert post(receiver, f"{address}/accept", {"pupil": other.id}).status_code == 404


def test_results_are_said_to_follow_only_where_they_are_handed_over(
    ekbacken: Ekbacken, signed_in: SignIn
) -> None:
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    db.session.add(class_1c)
    db.session.commit()
    address = handed_over(signed_in(ekbacken.birgitta), ekbacken.kim.id, granbacken, "support")
    editing.move_pupil(ekbacken.kim, class_1c, 1, date(2026, 10, 15))
    db.session.commit()
    receiver = signed_in(siri)
    assert "När ni tar emot ser ni det som lämnas över." in receiver.get(address).text
    accepted = post(receiver, f"{address}/accept", {"pupil": ekbacken.kim.id}, follow_redirects=True).text
    assert "Överlämningen är mottagen." in accepted
    assert "följer nu med" not in accepted


def test_what_nobody_can_accept_any_more_waits_in_nobodys_list(ekbacken: Ekbacken, signed_in: SignIn) -> None:
    granbacken = School(name="Granbackens skola", code="10000009", municipality=ekbacken.municipality)
    lakeside = School(name="Sjöviks skola", code="10000010", municipality=ekbacken.municipality)
    class_1c = SchoolClass(name="1C", academic_year="2026/27", school=granbacken)
    class_1d = SchoolClass(name="1D", academic_year="2026/27", school=lakeside)
    siri = ekbacken.staff("Siri Sten", "siri", Role.SPECIAL_TEACHER, school=granbacken)
    db.session.add_all([class_1c, class_1d])
    db.session.commit()
    sender, receiver = signed_in(ekbacken.birgitta), signed_in(siri)
    address = handed_over(sender, ekbacken.kim.id, granbacken)
    assert f'href="{address}"' in receiver.get("/handovers").text
    editing.move_pupil(ekbacken.kim, class_1c, 1, date(2026, 10, 1))
    db.session.commit()
    assert "Ta emot överlämningen" in receiver.get(address).text
    editing.move_pupil(ekbacken.kim, class_1d, 1, date(2026, 10, 15))
    db.session.commit()
    assert f'href="{address}"' not in receiver.get("/handovers").text
    assert "Ta emot överlämningen" not in receiver.get(address).text
    refused = post(receiver, f"{address}/accept", {"pupil": ekbacken.kim.id})
    assert refused.status_code == 422
    assert "Kan inte tas emot: eleven går inte på den skolan nu." in refused.text
    # Those who made it are told, and the pupil waits for a handover to the school where she goes.
    listed = sender.get("/handovers").text
    assert "Kan inte tas emot: eleven går inte på den skolan nu" in listed
    assert f'href="/leavers/{ekbacken.kim.id}/handover"' in listed
    # Whoever comes back there can be received again.
    editing.correct_class(ekbacken.kim, class_1c, 1)
    db.session.commit()
    assert f'href="{address}"' in receiver.get("/handovers").text
