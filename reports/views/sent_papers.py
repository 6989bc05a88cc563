"""Papers that leave the school: requests for help, and handovers. What draws is imported when asked for."""

from flask import Response, abort, request

from assessments import clock
from assessments.access import audit
from assessments.access.permissions import Permission, needs
from assessments.roster.models import SchoolClass
from reports.drawer import drawn
from reports.views.room import bp, paper
from screening.handovers.models import Handover
from screening.open_support.places import chosen_among, places_around_me
from screening.queries.class_handovers import made_from
from screening.requests.models import HelpRequest
from screening.views.handovers import is_open_to_me

P = Permission


@bp.get("/requests/<int(max=9223372036854775807):request_id>/request.pdf")
@needs(P.ASK_FOR_HELP, P.ANSWER_REQUESTS, of="help_request")
def help_request(help_request: HelpRequest) -> Response:
    from reports.gathering.help_request import request_paper

    told = request_paper(help_request)
    if told is None:
        abort(404)
    audit.note_read(
        "request:printed", help_request.pupil, school_id=help_request.school_id, request=help_request.id
    )
    return paper(drawn("documents.help_request:pdf", told), "begaran-om-hjalp.pdf")


@bp.get("/handovers/<int(max=9223372036854775807):handover_id>/handover.pdf")
@needs(P.HAND_OVER, of="handover")
def handover(handover: Handover) -> Response:
    from reports.gathering.handover import handover_paper

    if handover.taken_back_at is not None:
        abort(404)
    if not is_open_to_me(handover):
        abort(403)
    audit.note_read("handover:printed", handover.pupil, handover=handover.id)
    content = drawn("documents.handover:pdf", handover_paper(handover))
    return paper(content, "overlamning.pdf")


@bp.get("/open-support/tips.pdf")
@needs(P.ASK_FOR_HELP)
def open_support() -> Response:
    """To take home: one place, or all there are. Nothing is written of whom it is for, for nobody asks."""
    from reports.gathering.open_support import printed

    places = chosen_among(places_around_me(), request.args.get("place", type=int))
    if not places:
        abort(404)
    content = drawn("documents.open_support:pdf", printed(places), clock.today())
    return paper(content, "oppet-stod.pdf")


@bp.get("/classes/<int(max=9223372036854775807):class_id>/handovers.pdf")
@needs(P.HAND_OVER, of="school_class")
def class_handovers(school_class: SchoolClass) -> Response:
    """What has been handed over to the class's next teacher, each pupil on an own sheet."""
    from reports.gathering.handover import handover_papers

    made = handover_papers(made_from(school_class))
    if not made:
        abort(404)
    for one, _ in made:
        audit.note_read("handover:printed", one.pupil, handover=one.id)
    content = drawn("documents.handover:pdf_of_several", [told for _, told in made])
    return paper(content, "overlamningar.pdf")
