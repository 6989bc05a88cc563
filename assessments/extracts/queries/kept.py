"""What this room keeps about a pupil: the class list, results with their history, absence, protection;
and what schools, periods, measures and functions are called."""

from assessments.absence.file_models import AbsenceFile, AbsenceFileChange
from assessments.absence.models import AbsenceShare
from assessments.extracts.queries import places
from assessments.extracts.register import Kept
from assessments.import_models import ScoreFile, ScoreFileChange
from assessments.models import How, Score, ScoreChange, ScoreChangeNote
from assessments.retention.models import DisposedPupil, RetentionHold
from assessments.roster.models import (
    Curriculum,
    Enrolment,
    LineToReview,
    Municipality,
    Narrowing,
    ProtectedNumber,
    Pupil,
    School,
    SchoolForm,
)
from assessments.roster.personnummer import decrypted
from assessments.roster.trace_models import RosterChange, Wrote

CURRICULA = {Curriculum.SWEDISH: "svenska", Curriculum.SWEDISH_AS_SECOND_LANGUAGE: "svenska som andraspråk"}
SCHOOL_FORMS = {SchoolForm.GRUNDSKOLA: "grundskola", SchoolForm.ANPASSAD: "anpassad grundskola"}
WAYS = {
    How.FILE: "ur en fil",
    How.MOVED: "flyttat från en annan plats",
    How.RESTORED: "ett tidigare värde återställt",
}
LISTS = {
    Wrote.PUPIL_ADDED: "eleven lades till",
    Wrote.PUPIL_CHANGED: "eleven ändrades",
    Wrote.ENROLMENT_ADDED: "eleven fick en klass",
    Wrote.ENROLMENT_CHANGED: "elevens klass ändrades",
}
KEPT = [
    Kept(
        "elev", Pupil, (Pupil.id,), names={"external_id": "externt_id"},
        reads={
            "curriculum": CURRICULA.__getitem__, "school_form": SCHOOL_FORMS.__getitem__,
            "personnummer_encrypted": decrypted,
        },
        left_out={"personnummer_hash": "samma nummer, gjort till ett spår som inte går att läsa"},
    ),
    Kept("skolgång", Enrolment, (Enrolment.pupil_id,)),
    Kept("resultat", Score, (Score.pupil_id,)),
    Kept(
        "resultatens_historik", ScoreChange, (ScoreChange.pupil_id,),
        left_out={"client_id": "webbläsarens nyckel: samma rad skrivs inte två gånger"},
    ),
    Kept(
        "historikens_noter", ScoreChangeNote, (ScoreChangeNote.change_id,), reads={"how": WAYS.__getitem__},
    ),
    Kept(
        "inlästa_ur_fil", ScoreFileChange, (ScoreFileChange.change_id,),
        joins=((ScoreFile, ScoreFile.id == ScoreFileChange.score_file_id),),
        beside={"inläst": ScoreFile.created_at},
    ),
    Kept("frånvaro", AbsenceShare, (AbsenceShare.pupil_id,)),
    Kept(
        "frånvaro_ur_fil", AbsenceFileChange, (AbsenceFileChange.pupil_id,),
        joins=((AbsenceFile, AbsenceFile.id == AbsenceFileChange.absence_file_id),),
        beside={"inläst": AbsenceFile.created_at},
    ),
    Kept(
        "skrivet_av_klasslista", RosterChange, (RosterChange.pupil_id,), reads={"kind": LISTS.__getitem__},
        left_out={
            "before": "det som stod före en klasslista, i 30 dagar, för att kunna ångra den",
            "after": "det som klasslistan skrev, som står under elev och skolgång",
        },
    ),
    Kept("rader_att_rätta_efter_skydd", LineToReview, (LineToReview.pupil_id,)),
    Kept("begränsningar", Narrowing, (Narrowing.pupil_id,)),
    Kept("undantag_från_gallring", RetentionHold, (RetentionHold.pupil_id,)),
    Kept("gallrade_resultat", DisposedPupil, (DisposedPupil.pupil_id,)),
    Kept(
        "spår_av_skyddat_nummer", ProtectedNumber, (ProtectedNumber.pupil_id,),
        not_told="ett spår som bara känner igen numret: det går inte att läsa och säger inget",
    ),
]  # fmt: skip
NAMED = {
    "municipality": places.named(Municipality),
    "school": places.named(School),
    "school_class": places.classes,
    "assessment_window": places.windows,
    "measure": places.measures,
    "duty": places.functions,
}
WITHOUT_KEY = {
    "measure.years": "årskurser som ett mått är till för",
    "measure.labels": "orden på en skala",
    "audit_entry.details": "id och tal; raderna om eleven står under spår",
    "job.details": "vilka perioder, skolor eller klasser ett jobb gäller, aldrig en elev",
    "disposal.kinds": "hur många rader som gallrades efter vilken regel, aldrig vilken elev",
    "roster_trace.places": "id på skolor och klasser som en klasslista gjorde, för att kunna ångras",
    "new_year.trace": "id på vad ett nytt läsår skrev, för att kunna ångras; det står under skolgång",
}
