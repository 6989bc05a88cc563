"""What this room keeps about a pupil: judgements and signals, what people did about them, support, requests,
handovers; and the notes of the elevhälsa, a zone of their own. Read when an extract is made."""

from assessments.extracts.queries.places import named
from assessments.extracts.register import Kept
from assessments.roster.sealing import unsealed
from assessments.words import ROLE_WORDS, TEAM_WORDS
from screening.benchmarks.models import FormerJudgement
from screening.forms import OBSERVERS
from screening.growth import Verdict
from screening.handovers.models import Handover, HeldHistory
from screening.kept_words import (
    FAMILIES,
    STARTS,
    certainty,
    in_words,
    label,
    parts,
    plan,
    ruled,
    signals,
)
from screening.models import (
    BenchmarkSet,
    Flag,
    Judgement,
    NextStep,
    Observation,
    ReadingGroup,
    ReadingGroupMember,
    ReadingGroupSet,
    SupportPeriod,
    SupportResult,
)
from screening.notes.keeping import PURPOSE
from screening.notes.models import HealthNote, NoteLog
from screening.notes.queries import ACTIONS
from screening.reasons import from_window, why
from screening.requests.contacts import ABOUT, WAYS
from screening.requests.models import GuardianConsent, HelpRequest, HomeContact, RequestEvent, RequestStep
from screening.requests.queries import EVENT_WORDS, SAID_WORDS, STATE_WORDS
from screening.rollup.models import CountedPupil
from screening.signals import Kind
from screening.steps.models import CaseNote, Consultation, StepOutcome, Tick
from screening.support.models import (
    SupportChange,
    SupportFollowUp,
    SupportGroup,
    SupportLead,
    SupportPlan,
    SupportResultChange,
)

KEPT = [
    Kept("bedömningar", Judgement, (Judgement.pupil_id,), reads={"certainty": certainty}),
    Kept(
        "tidigare_bedömningar", FormerJudgement, (FormerJudgement.pupil_id,),
        reads={"certainty": certainty, "signals": signals},
    ),
    Kept(
        "signaler", Flag, (Flag.pupil_id,), names={"level": "signalens_nivå"},
        reads={"family": FAMILIES.__getitem__, "kind": label(Kind), "evidence": in_words},
        also={"varför": lambda row: f"{from_window(row.evidence)}: {why(row.kind, row.evidence)}"},
    ),
    Kept("nästa_steg", NextStep, (NextStep.flag_id,), reads={"kind": ruled("steps")}),
    Kept("avbockade_steg", StepOutcome, (StepOutcome.next_step_id,)),
    Kept("rektors_anteckningar", CaseNote, (CaseNote.next_step_id,), reads={"kind": ruled("cases")}),
    Kept("garantins_steg", Tick, (Tick.pupil_id,), reads={"item": ruled("checklist")}),
    Kept(
        "samråd", Consultation, (Consultation.pupil_id,),
        reads={"about": ruled("consultations"), "asked_role": ROLE_WORDS.__getitem__},
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
        "stödperiodernas_ändringar", SupportChange, (SupportChange.support_period_id,), reads={"plan": plan},
    ),
    Kept(
        "stödperiodernas_uppföljning", SupportFollowUp, (SupportFollowUp.support_period_id,),
        reads={"verdict": label(Verdict)},
    ),
    Kept(
        "begäranden_om_hjälp", HelpRequest, (HelpRequest.pupil_id,),
        reads={
            "receiver": TEAM_WORDS.__getitem__, "state": STATE_WORDS.__getitem__, "parts": parts,
            "facts": in_words,
        },
    ),
    Kept(
        "samtycken", GuardianConsent, (GuardianConsent.help_request_id,),
        reads={"said": SAID_WORDS.__getitem__, "parts": parts},
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
        reads={"parts": parts, "content": in_words},
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
NAMED = {"benchmark_set": named(BenchmarkSet)}
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
