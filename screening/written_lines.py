"""The lines of this room that people write by hand, for whoever has to find a name in them."""

from typing import Any

from assessments.written_lines import LineKind
from screening.handovers.models import Handover
from screening.models import Flag, NextStep, Observation, ReadingGroup, ReadingGroupSet, SupportPeriod
from screening.requests.models import HelpRequest, HomeContact, RequestEvent
from screening.steps.models import CaseNote, Consultation, StepOutcome, Tick
from screening.support.models import SupportChange, SupportFollowUp

OF_STEP: dict[str, Any] = {"pupil_id": Flag.pupil_id, "joins": (NextStep.flag,), "may_be_empty": True}
TO_STEP = (NextStep, NextStep.id == StepOutcome.next_step_id)
TO_REPORT = (NextStep, NextStep.id == CaseNote.next_step_id)
TO_FLAG = (Flag, Flag.id == NextStep.flag_id)
OF_OUTCOME: dict[str, Any] = {"pupil_id": Flag.pupil_id, "joins": (TO_STEP, TO_FLAG), "may_be_empty": True}
OF_SAMRAD: dict[str, Any] = {"pupil_id": Consultation.pupil_id, "may_be_empty": True}
TO_PERIOD = (SupportPeriod, SupportChange.support_period_id == SupportPeriod.id)
TO_ENDED = (SupportPeriod, SupportFollowUp.support_period_id == SupportPeriod.id)
OF_SUPPORT: dict[str, Any] = {
    "pupil_id": SupportPeriod.pupil_id, "joins": (TO_PERIOD,), "may_be_empty": True,
    "written_at": SupportChange.changed_at,
}  # fmt: skip
OF_SUPPORT_ENDED: dict[str, Any] = {
    "pupil_id": SupportPeriod.pupil_id, "joins": (TO_ENDED,), "may_be_empty": True,
}  # fmt: skip
TO_SET = (ReadingGroupSet, ReadingGroup.reading_group_set_id == ReadingGroupSet.id)
TO_REQUEST = (HelpRequest, HelpRequest.id == RequestEvent.help_request_id)
LINES = [
    LineKind(
        "handover", "Överlämning, bra att veta", Handover, "line", pupil_id=Handover.pupil_id,
        may_be_empty=True,
    ),
    LineKind(
        "request_question", "Begäran om hjälp", HelpRequest, "question", pupil_id=HelpRequest.pupil_id,
        longest=1000,
    ),
    LineKind(
        "request_event", "Begäran om hjälp, vad som hände", RequestEvent, "line",
        pupil_id=HelpRequest.pupil_id, joins=(TO_REQUEST,), longest=1000, may_be_empty=True,
    ),
    LineKind(
        "home_contact", "Kontakt med hemmet", HomeContact, "line", pupil_id=HomeContact.pupil_id,
        may_be_empty=True,
    ),
    LineKind("observation", "Iakttagelse", Observation, "line", pupil_id=Observation.pupil_id),
    LineKind("next_step", "Nästa steg", NextStep, "line", **OF_STEP),
    LineKind("competence", "Nästa steg, samråd", NextStep, "competence", **OF_STEP),
    LineKind("outcome", "Avbockat steg", StepOutcome, "line", **OF_OUTCOME),
    LineKind("outcome_competence", "Avbockat steg, samråd", StepOutcome, "competence", **OF_OUTCOME),
    LineKind("question", "Samråd, frågan", Consultation, "question", **OF_SAMRAD),
    LineKind("answer", "Samråd, vad ni kom fram till", Consultation, "answer", **OF_SAMRAD),
    LineKind("consulted", "Samråd, vem som deltog", Consultation, "competence", **OF_SAMRAD),
    LineKind("tick", "Garantins steg", Tick, "line", pupil_id=Tick.pupil_id, may_be_empty=True),
    LineKind("tick_competence", "Garantins steg, samråd", Tick, "competence", pupil_id=Tick.pupil_id),
    LineKind(
        "case", "Rektors anteckning", CaseNote, "line", pupil_id=Flag.pupil_id, joins=(TO_REPORT, TO_FLAG),
        may_be_empty=True,
    ),
    LineKind("support_change", "Ändring av en stödperiod", SupportChange, "line", **OF_SUPPORT),
    LineKind("support_end", "Uppföljning av en stödperiod", SupportFollowUp, "line", **OF_SUPPORT_ENDED),
    LineKind(
        "reading_group", "Namnet på en grupp", ReadingGroup, "name", class_id=ReadingGroupSet.school_class_id,
        joins=(TO_SET,), written_at=ReadingGroupSet.created_at, longest=40,
    ),
]  # fmt: skip
