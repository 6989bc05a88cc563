"""What programs are told of papers and large prints, for OpenAPI and the page about it."""

from dataclasses import replace

from assessments.access.programs.operations import Operation
from assessments.access.programs.schemas import (
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_OR_NO,
    one_of,
    or_null,
    record,
    rows,
    told,
)
from assessments.access.programs.scopes import TokenScope
from assessments.spreadsheets import KINDS
from reports.print_jobs.models import Outcome, Purpose

PART, PDF = "Utskrifter", ("application/pdf",)
CLASS_PAPER = Operation(
    "En klass papper som PDF",
    PART,
    TokenScope.REPORTS_PRINT,
    detail="class-report: klassrapporten. home-pages: alla blad hem som är klara. blank-sheet: blad att"
    " skriva på. Att du hämtar antecknas för varje elev på papperet.",
    answers={200: ("Papperet.", PDF)},
    faults=(403, 404),
)
PUPIL_PAPER = Operation(
    "En elevs papper som PDF",
    PART,
    TokenScope.REPORTS_PRINT,
    detail="home-page: bladet hem. staff-report: underlaget inför samråd. Elever med skyddade personuppgifter"
    " skrivs inte ut: 403.",
    answers={200: ("Papperet.", PDF)},
    faults=(403, 404),
)
SCHOOL_PAPER = Operation(
    "En skolas rapport som PDF",
    PART,
    TokenScope.REPORTS_PRINT,
    detail="För rektorn. Att du hämtar antecknas för varje elev som nämns. 409 medan skolan räknas om.",
    answers={200: ("Papperet.", PDF)},
    faults=(403, 404, 409),
)
INITIATIVE_PAPER = Operation(
    "Lässatsningens rapport",
    PART,
    TokenScope.REPORTS_PRINT,
    detail="För samordnaren: perioden så som den senast räknades, utan elever. pdf: papperet. csv och xlsx:"
    " tabellen. 404 tills någon har räknat perioden, 409 medan skolor räknas om.",
    answers={200: ("Rapporten.", (*PDF, *(kind.partition(";")[0] for kind in KINDS.values())))},
    faults=(403, 404, 409),
)
JOB = record(
    id=ID,
    state=told(one_of("waiting", "running", "done", "cancelled", "expired"), "expired: filerna är borta."),
    window=TEXT,
    pupils=WHOLE,
    done=told(WHOLE, "Elever vars blad är gjorda."),
    **{one.value: WHOLE for one in Outcome if one is not Outcome.WAITING},
    expires_at=or_null(MOMENT),
    is_alone=told(YES_OR_NO, "Ingen arbetar på det: be den som sköter servern starta lasspar worker."),
    file=told(or_null(TEXT), "Adressen till alla klasser i en fil."),
    zip=told(or_null(TEXT), "Adressen till en fil för varje klass."),
    classes=rows(
        record(
            id=ID,
            name=TEXT,
            school=TEXT,
            pupils=WHOLE,
            fault=told(or_null(TEXT), "Varför klassen inte gick att skriva ut."),
            file=or_null(TEXT),
        )
    ),
)
ORDER_PRINTS = Operation(
    "Beställ blad hem för flera klasser",
    PART,
    TokenScope.REPORTS_PRINT,
    detail="Det som redan är beställt beställs inte två gånger. Fråga sedan på adressen i rubriken Location.",
    body={
        "type": "object",
        "properties": {
            "window": told(TEXT, "Perioden.", "2026-27-autumn"),
            "purpose": told(
                one_of(*(one.value for one in Purpose)),
                "home: att skicka hem. talk: till samtalen. Utan: home.",
            ),
            "classes": told({"type": ["array", "null"], "items": ID}, "Klassernas id. Utan: alla du får."),
            "covers": told(YES_OR_NO, "Ett försättsblad för fönsterkuvert före varje blad. Utan: false."),
            "measured": told(YES_OR_NO, "Bara blad med något resultat. Utan: false."),
        },
        "required": ["window"],
    },
    answers={202: ("Beställningen.", JOB)},
    faults=(400, 403, 404, 413, 415),
)
SHOW_PRINTS = Operation(
    "Hur långt en beställning har kommit",
    PART,
    TokenScope.REPORTS_PRINT,
    answers={200: ("Beställningen.", JOB)},
    faults=(403, 404),
)
BOUND = Operation(
    "Alla klasser i en fil",
    PART,
    TokenScope.REPORTS_PRINT,
    answers={200: ("Bladen.", PDF)},
    faults=(403, 404),
)
OF_CLASS = replace(BOUND, summary="En klass ur beställningen")
ZIP = replace(BOUND, summary="En fil för varje klass", answers={200: ("Filerna.", ("application/zip",))})
