"""What programs are told of signals and next steps, for OpenAPI and the page about it."""

from assessments.access.programs.operations import Operation
from assessments.access.programs.schemas import (
    DAY,
    ID,
    TEXT,
    WHOLE,
    YES_OR_NO,
    Schema,
    one_of,
    or_null,
    record,
    rows,
    told,
)
from assessments.access.programs.scopes import TokenScope
from assessments.asked_writes import LONGEST
from screening.asked_steps import MOST_WEEKS
from screening.signals import Family, FlagState, Kind
from screening.steps.lines import LONGEST_LINE

PART = "Signaler och nästa steg"
SHOWN = {"signals": "väntar på nästa steg", "due": "ska följas upp nu", "handled": "har ett nästa steg"}
STATE = one_of(*(one.value for one in FlagState))
PAGE: Schema = {"type": "integer", "minimum": 1, "maximum": 10**6}
ASKS = {
    "show": told(
        one_of(*SHOWN), f"{'; '.join(f'{name}: {words}' for name, words in SHOWN.items())}. Utan: signals."
    ),
    "school": told(ID, "Bara en skolas."),
    "class": told(ID, "Bara en klass. Då står även elever med skyddade personuppgifter med, under alias."),
    "kind": told(one_of(*(one.value for one in Kind)), "Bara ett slag."),
    "page": told(
        PAGE, "Sidan; hur många det finns står i pages. Klasser som får ett svar först delas också upp."
    ),
}
STEP = {
    "id": ID,
    "kind": TEXT,
    "label": TEXT,
    "taken_on": DAY,
    "line": or_null(TEXT),
    "competence": or_null(TEXT),
    "due_on": or_null(DAY),
    "is_closing": YES_OR_NO,
}
FLAG = record(
    id=ID,
    pupil=record(id=ID, name=told(TEXT, "För den som har skyddade personuppgifter ett alias.")),
    **{"class": record(id=ID, name=TEXT, school=TEXT)},
    year=TEXT,
    window=TEXT,
    family=one_of(*(one.value for one in Family)),
    kind=one_of(*(one.value for one in Kind)),
    label=told(TEXT, "Slaget i ord."),
    level=told(or_null(WHOLE), "1 till 3; 3 är störst behov."),
    state=STATE,
    since=told(DAY, "Sedan när den väntar: dagen den kom, eller då någon senast gjorde något åt den."),
    why=told(TEXT, "Varför, med siffrorna."),
    absence=told(or_null(TEXT), "Hög frånvaro, om den är känd."),
    seen=told(rows(TEXT), "Vad någon har sett."),
    limits=told(or_null(TEXT), "Vad gränserna vilar på."),
    sources=rows(TEXT),
    waits=told(YES_OR_NO, "Väntar på någon i dag."),
    is_overdue=YES_OR_NO,
    may_act=told(YES_OR_NO, "Om nyckeln får spara ett steg för signalen."),
    proposed=told(or_null(TEXT), "Steget som föreslås; ett av offered."),
    offered=rows(
        record(
            kind=TEXT,
            label=TEXT,
            asks=told(rows(TEXT), "Vad steget frågar efter."),
            weeks=rows(WHOLE),
            ready=rows(TEXT),
            is_closing=YES_OR_NO,
        )
    ),
    steps=told(rows(record(**STEP, by=TEXT, is_done=or_null(YES_OR_NO))), "Sparade steg, det senaste först."),
)
FLAGS = Operation(
    "Signaler att följa upp",
    PART,
    TokenScope.SIGNALS_READ,
    detail="Som på sidan Att följa upp, det nyaste behovet först. Att du läser antecknas.",
    asks=ASKS,
    answers={
        200: (
            "En sida med signaler.",
            record(
                page=WHOLE,
                pages=WHOLE,
                counts=record(waiting=WHOLE, late=WHOLE, due=WHOLE, overdue=WHOLE, handled=WHOLE),
                protected=told(WHOLE, "Signaler som inte står här; de finns i klassens egen lista."),
                flags=rows(FLAG),
            ),
        )
    },
)
WORD: Schema = or_null({"type": "string", "maxLength": LONGEST})
LINE: Schema = or_null({"type": "string", "maxLength": LONGEST_LINE})
WEEKS: Schema = or_null({"type": "integer", "minimum": 1, "maximum": MOST_WEEKS})
TAKE_STEP = Operation(
    "Spara ett nästa steg",
    PART,
    TokenScope.STEPS_WRITE,
    detail="Samma steg igen samma dag ändrar inget. Det som inte går svarar 409 med varje skäl.",
    body=record(
        *("line", "weeks", "due_on", "follow_up_weeks", "competence_kind", "competence", "ready", "reason"),
        kind=told(
            {"type": "string", "minLength": 1, "maxLength": LONGEST}, "Ett av signalens offered.", "talk"
        ),
        line=told(LINE, "Högst en rad."),
        weeks=told(WEEKS, "För steg som frågar efter weeks."),
        due_on=told(or_null(DAY), "När det följs upp."),
        follow_up_weeks=told(WEEKS, "I stället för due_on: om så många skolveckor."),
        competence_kind=told(WORD, "Vilken specialpedagogisk kompetens som deltog."),
        competence=told(LINE, "Vem som deltog."),
        ready=told(LINE, "En av stegets färdiga rader."),
        reason=told(WORD, "Varför signalen avslutas."),
    ),
    answers={200: ("Steget som det sparades.", record(**STEP, flag=record(id=ID, state=STATE)))},
    faults=(400, 403, 404, 409, 413, 415),
)
