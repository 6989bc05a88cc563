"""What this room keeps about a pupil: judgements and signals, what people did about them, support, requests,
handovers; and the notes of the elevhälsa, a zone of their own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assessments.extracts.register import Kept
from assessments.models import Absence
from assessments.roster.sealing import unsealed
from assessments.words import ROLE_WORDS, TEAM_WORDS
from screening.benchmarks.models import FormerJudgement
from screening.facts.ways import Part
from screening.forms import OBSERVERS
from screening.handovers.models import Handover, HeldHistory
from screening.levels import Certainty, Level
from screening.models import (
    Flag,
    Judgement,
    NextStep,
    Observation,
    ReadingGroup,
    ReadingGroupMember,
    ReadingGroupSet,
    StartFrom,
    SupportPeriod,
    SupportResult,
)
from screening.notes.keeping import PURPOSE
from screening.notes.models import HealthNote, NoteLog
from screening.notes.queries import ACTIONS
from screening.reasons import why
from screening.requests.contacts import ABOUT, WAYS
from screening.requests.models import GuardianConsent, HelpRequest, HomeContact, RequestEvent, RequestStep
from screening.requests.queries import EVENT_WORDS, SAID_WORDS, STATE_WORDS
from screening.rollup.models import CountedPupil
from screening.rules.catalogue import rule_sets
from screening.signals import Family, FlagState, Kind
from screening.steps.models import CaseNote, Consultation, StepOutcome, Tick
from screening.support.models import (
    SupportChange,
    SupportFollowUp,
    SupportGroup,
    SupportLead,
    SupportPlan,
    SupportResultChange,
)
from screening.support.ways import GoalWay, SupportKind

CERTAINTIES = {
    Certainty.CLEAR: "tydlig",
    Certainty.NEAR: "nära gränsen",
    Certainty.ON_THE_LINE: "på gränsen",
    Certainty.UNKNOWN: "okänd: måttets mätfel är inte känt",
}
FAMILIES = {
    Family.NEED: "behov",
    Family.GROWTH: "utveckling",
    Family.CHANGE: "förändring",
    Family.COVERAGE: "kartläggning",
    Family.DATA: "kontroll av siffra",
    Family.OBSERVATION: "iakttagelse",
}
STARTS = {
    StartFrom.GIVEN: "angivet värde",
    StartFrom.FIRST_RESULTS: "de första resultatens mittvärde",
    StartFrom.WINDOW: "periodens resultat",
}


def _label(kind: Callable[[str], Any]) -> Callable[[str], str]:
    """The Swedish word of a code that is kept as text; a code of another day stands as it is."""

    def read(code: str) -> str:
        try:
            return str(kind(code).label)
        except ValueError:
            return code

    return read


def _ruled(part: str) -> Callable[[str], str]:
    """The Swedish word of a code of a rule set, whichever set it was that day."""

    def read(code: str) -> str:
        found = (getattr(rules, part).get(code) for rules in rule_sets().values())
        word = next((one for one in found if one is not None), code)
        return str(getattr(word, "label", word))

    return read


def in_words(value: Any, key: str = "") -> Any:
    """What is kept as JSON with its levels, absences and certainties in Swedish, however deep they lie."""
    if isinstance(value, dict):
        return {name: in_words(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_words(inner, key) for inner in value]
    if isinstance(value, str) and key in CODED:
        return CODED[key].get(value, value)
    return value


def _parts(codes: list[str]) -> list[str]:
    return [_label(Part)(code) for code in codes]


def _signals(told: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The signals that stood beside a former judgement."""
    return [
        {
            "slag": FAMILIES[Family(one["family"])],
            "vad": _label(Kind)(one["kind"]),
            "läge": FlagState(one["state"]).label,
            "nivå": one["level"],
        }
        for one in told
    ]


def _plan(told: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as a change of it left it; the goal is kept in thousandths."""
    return dict(_plan_words(told))


def _plan_words(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    names = {
        "goal_on": "måldatum",
        "minutes": "minuter",
        "times_a_week": "gånger_i_veckan",
        "led_by": "leds_av",
    }
    for key, value in told.items():
        if key == "kind":
            yield "vad", value and _label(SupportKind)(value)
        elif key == "goal_way":
            yield "målet_satt_efter", value and _label(GoalWay)(value)
        elif key == "goal":
            yield "mål", value if value is None else value / 1000
        else:
            yield names.get(key, key), value


def _certainty(code: str) -> str:
    return CERTAINTIES[Certainty(code)]


LEVELS = {level.value: level.label for level in Level}
CODED: Mapping[str, Mapping[str, str]] = {
    "level": LEVELS, "firm_level": LEVELS, "at_best": LEVELS, "before": LEVELS, "after": LEVELS,
    "absence": {absence.value: absence.label for absence in Absence},
    "certainty": {certainty.value: word for certainty, word in CERTAINTIES.items()},
    "kind": {kind.value: kind.label for kind in Kind},
    "family": {family.value: word for family, word in FAMILIES.items()},
    "state": {state.value: state.label for state in FlagState},
}  # fmt: skip
"""By the key that a code stands under."""

JUDGED: dict[str, Any] = {"certainty": _certainty}
KEPT = [
    Kept("bedömningar", Judgement, (Judgement.pupil_id,), reads=JUDGED),
    Kept(
        "tidigare_bedömningar", FormerJudgement, (FormerJudgement.pupil_id,),
        reads={**JUDGED, "signals": _signals},
    ),
    Kept(
        "signaler", Flag, (Flag.pupil_id,), names={"level": "signalens_nivå"},
        reads={"family": FAMILIES.__getitem__, "kind": _label(Kind), "evidence": in_words},
        also={"varför": lambda row: why(row.kind, row.evidence)},
    ),
    Kept("nästa_steg", NextStep, (NextStep.flag_id,), reads={"kind": _ruled("steps")}),
    Kept("avbockade_steg", StepOutcome, (StepOutcome.next_step_id,)),
    Kept("rektors_anteckningar", CaseNote, (CaseNote.next_step_id,), reads={"kind": _ruled("cases")}),
    Kept("garantins_steg", Tick, (Tick.pupil_id,), reads={"item": _ruled("checklist")}),
    Kept(
        "samråd", Consultation, (Consultation.pupil_id,),
        reads={"about": _ruled("consultations"), "asked_role": ROLE_WORDS.__getitem__},
    ),
    Kept(
        "iakttagelser", Observation, (Observation.pupil_id,), reads={"observed_by": OBSERVERS.__getitem__},
    ),
    Kept(
        "grupper", ReadingGroupMember, (ReadingGroupMember.pupil_id,),
        joins=(
            (ReadingGroup, ReadingGroup.id == ReadingGroupMember.reading_group_id),
            (ReadingGroupSet, ReadingGroupSet.id == ReadingGroupMember.reading_group_set_id),
        ),
        beside={"gruppens_namn": ReadingGroup.name, "sparad": ReadingGroupSet.saved_on},
    ),
    Kept(
        "stödperioder", SupportPeriod, (SupportPeriod.pupil_id,), reads={"start_from": STARTS.__getitem__},
    ),
    Kept("stödperiodernas_planer", SupportPlan, (SupportPlan.support_period_id,)),
    Kept(
        "stödperiodernas_ansvariga", SupportLead, (SupportLead.support_period_id,),
        reads={"role": ROLE_WORDS.__getitem__},
        joins=((SupportGroup, SupportGroup.id == SupportLead.support_group_id),),
        beside={"gruppens_namn": SupportGroup.name},
    ),
    Kept("stödperiodernas_resultat", SupportResult, (SupportResult.support_period_id,)),
    Kept(
        "stödresultatens_historik", SupportResultChange, (SupportResultChange.support_period_id,),
    ),
    Kept(
        "stödperiodernas_ändringar", SupportChange, (SupportChange.support_period_id,), reads={"plan": _plan},
    ),
    Kept("stödperiodernas_uppföljning", SupportFollowUp, (SupportFollowUp.support_period_id,)),
    Kept(
        "begäranden_om_hjälp", HelpRequest, (HelpRequest.pupil_id,),
        reads={
            "receiver": TEAM_WORDS.__getitem__, "state": STATE_WORDS.__getitem__, "parts": _parts,
            "facts": in_words,
        },
    ),
    Kept(
        "samtycken", GuardianConsent, (GuardianConsent.help_request_id,),
        reads={"said": SAID_WORDS.__getitem__, "parts": _parts},
    ),
    Kept(
        "begärandens_händelser", RequestEvent, (RequestEvent.help_request_id,),
        reads={"kind": EVENT_WORDS.__getitem__},
    ),
    Kept("begärandens_steg", RequestStep, (RequestStep.help_request_id,)),
    Kept(
        "kontakter_med_hemmet", HomeContact, (HomeContact.pupil_id,),
        reads={"way": WAYS.__getitem__, "about": ABOUT.__getitem__},
    ),
    Kept(
        "överlämningar", Handover, (Handover.pupil_id, Handover.accepted_pupil_id),
        reads={"parts": _parts, "content": in_words},
    ),
    Kept("historik_som_väntar_på_överlämning", HeldHistory, (HeldHistory.pupil_id,)),
    Kept(
        "räknad_som", CountedPupil, (CountedPupil.pupil_id,),
        not_told="en avskrift av bedömningarna, för skolornas summor",
    ),
    Kept(
        "elevhälsans_anteckningar", HealthNote, (HealthNote.pupil_id,), of_health=True,
        reads={"role": ROLE_WORDS.__getitem__, "sealed": lambda token: unsealed(token, PURPOSE)},
    ),
    Kept(
        "elevhälsans_logg", NoteLog, (NoteLog.pupil_id,), of_health=True,
        reads={"action": ACTIONS.__getitem__},
    ),
]  # fmt: skip
SUMS = "summor för skolor och kommuner, aldrig en elev"
LIMITS = "gränser och riktmärken"
WITHOUT_KEY = {
    "benchmark_window.decides": LIMITS,
    "benchmark_window.also": LIMITS,
    "benchmark_window.expected": LIMITS,
    "composite.weights": LIMITS,
    "composite.divide": LIMITS,
    "draft_change.before": LIMITS,
    "draft_change.after": LIMITS,
    "reading_group.areas": "områden som en grupp övar",
    **{
        f"{table}.{column}": SUMS
        for table, columns in {
            "released_comparison": ("before", "after", "changed", "lines", "hidden", "hidden_changed"),
            "released_figures": ("cells", "lines", "hidden", "facts"),
            "released_table": ("cells", "lines", "hidden"),
        }.items()
        for column in columns
    },
}  # fmt: skip
