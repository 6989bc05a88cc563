"""What a printed request for help says: as it was sent, and nothing that came after."""

from assessments.clock import today
from reports.figures.help_request import RequestPaper
from reports.figures.imprint import Imprint
from screening.requests.models import HelpRequest
from screening.requests.queries import request_page


def request_paper(asked: HelpRequest) -> RequestPaper | None:
    """None while nothing has been sent, and when nothing is to be seen any longer."""
    page = request_page(asked)
    if page.row.sent_on is None or page.row.is_draft or page.row.is_ended:
        return None
    return RequestPaper(
        imprint=Imprint(page.row.school, "Begäran om hjälp", "", today()),
        name=page.row.pupil,
        receiver=page.row.receiver,
        asked_by=page.asked_by,
        sent_on=page.row.sent_on,
        due_on=page.due_on,
        consent=page.consent.sentence,
        question=page.question,
        facts=page.facts,
    )
