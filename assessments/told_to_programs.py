"""What programs are told of classes and sheets, for OpenAPI and the page about it."""

from assessments.access.programs.operations import Operation
from assessments.access.programs.schemas import (
    DAY,
    DECIMAL,
    ID,
    MOMENT,
    NUMBER,
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
from assessments.asked_writes import LONGEST, MOST
from assessments.models import Absence

PART = "Klasser och resultat"
LEVEL = one_of("above_goal", "at_goal", "near_goal", "below_goal")
ABSENCE = one_of(*(one.value for one in Absence))
WINDOW = record(
    code=told(TEXT, "Perioden.", "2026/27-autumn"),
    slug=told(TEXT, "Samma i adresser.", "2026-27-autumn"),
    label=TEXT,
)
SHEET = record(
    **{"class": record(id=ID, name=TEXT, school=TEXT)},
    window=WINDOW,
    may_record=told(YES_OR_NO, "Om du får skriva på bladet."),
    closed=told(or_null(TEXT), "Varför inget nytt kan sparas i dag; null när det går."),
    codes=rows(record(letter=TEXT, absence=ABSENCE, word=TEXT)),
    levels=rows(record(code=LEVEL, letter=TEXT, word=TEXT)),
    measures=rows(
        record(
            code=TEXT,
            name=TEXT,
            unit=TEXT,
            minimum=DECIMAL,
            maximum=DECIMAL,
            step=told(DECIMAL, "Resultat är minimum plus ett antal steg."),
            higher_is_better=YES_OR_NO,
            labels=told(rows(TEXT), "Ord som visas i stället för tal, från minimum och uppåt."),
            same_text=told(YES_OR_NO, "Resultat jämförs bara text för text."),
            is_expected=told(YES_OR_NO, "Väntas av någon på bladet."),
            assessed_on=told(or_null(DAY), "Testdagen för hela kolumnen."),
            text=told(or_null(TEXT), "Den bestämda texten."),
            limits=told(
                {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": or_null(DECIMAL)},
                },
                "Gränser för varje årskurs på bladet, den lägsta poängen i varje nivå.",
            ),
        )
    ),
    rows=rows(
        record(
            "is_judged",
            row=told(TEXT, "Radens namn, samma varje gång för dig och ingens annans. Skickas som pupil."),
            history=told(or_null(TEXT), "Rutornas historik, för människor; måttets code läggs till sist."),
            name=told(TEXT, "För den som har skyddade personuppgifter ett alias."),
            first_name=TEXT,
            year=told(WHOLE, "Årskurs; 0 är förskoleklass."),
            is_judged=told(YES_OR_NO, "Står bara när resultaten inte bedöms."),
            year_label=or_null(TEXT),
            cells=told(
                rows(
                    record(
                        text=told(TEXT, "Som det skrivs: 12, 12,5, 12b (avbrutet) eller f. Tomt: inget."),
                        version=told(WHOLE, "Skickas tillbaka som expected_version. 0: aldrig ifylld."),
                        absence=or_null(ABSENCE),
                        level=or_null(LEVEL),
                        assessed_on=or_null(DAY),
                        is_on_other_text=told(YES_OR_NO, "Läste en annan text än den bestämda."),
                        is_open=told(YES_OR_NO, "Går att skriva i."),
                        is_expected=YES_OR_NO,
                        before=told(or_null(DECIMAL), "Elevens senaste resultat före perioden."),
                        before_in=told(or_null(TEXT), "Perioden som before är från: våren 2025/26."),
                    )
                ),
                "En ruta för varje mått, i samma ordning som measures.",
            ),
        )
    ),
)
WORD = {"type": "string", "maxLength": LONGEST}
WRITE = {
    "type": "object",
    "properties": {
        "client_id": told(
            {**WORD, "minLength": 1, "pattern": "^[ -~]+$"},
            "Ditt eget namn på skrivningen. Samma igen ändrar inget och får samma svar.",
            "2026-10-05-rad-1",
        ),
        "pupil": told(WORD, "row från bladet."),
        "measure": told(WORD, "Måttets code.", "bokstavsljud"),
        "value": told(
            {"type": ["number", "string", "null"]},
            "Resultatet: ett tal, eller text som den skrivs i rutan. null tömmer rutan.",
            12,
        ),
        "absence": told(or_null(WORD), f"I stället för value: {', '.join(Absence)}."),
        "expected_version": told(
            {"type": "integer", "minimum": 0}, "Rutans version när du läste den; 0 för en tom ruta."
        ),
        "assessed_on": told(or_null(WORD), "När testet gjordes.", "2026-09-07"),
        "is_on_other_text": {"type": ["boolean", "null"]},
        "gives_way": told({}, "true: låt det som någon annan skrev stå."),
    },
    "required": ["client_id", "pupil", "measure", "expected_version"],
    "anyOf": [{"required": ["value"]}, {"required": ["absence"]}],
}
RESULT = record(
    client_id=TEXT,
    status=told(
        one_of("stored", "conflict", "refused"),
        "stored: det står så nu. conflict: någon hann före, läs igen. refused: reason säger varför.",
    ),
    version=WHOLE,
    value=or_null(NUMBER),
    absence=or_null(ABSENCE),
    text=TEXT,
    level=or_null(LEVEL),
    is_on_other_text=YES_OR_NO,
    reason=or_null(TEXT),
    by=or_null(TEXT),
    at=or_null(MOMENT),
)

CLASSES = Operation(
    "Klasserna som du får se resultat i",
    PART,
    TokenScope.SCORES_READ,
    asks={"window": told(TEXT, "Perioden. Utan: den som pågår eller senast var öppen.", "2026-27-autumn")},
    answers={
        200: (
            "Klasserna, efter skola och namn.",
            record(
                window=or_null(WINDOW),
                classes=rows(
                    record(
                        id=ID,
                        name=TEXT,
                        school=TEXT,
                        school_id=ID,
                        years=TEXT,
                        pupils=WHOLE,
                        filled=told(WHOLE, "Ifyllda av de väntade rutorna."),
                        expected=WHOLE,
                        handed_in_on=told(or_null(DAY), "När klassen lämnades in."),
                        sheet=told(TEXT, "Adressen till bladet."),
                    )
                ),
            ),
        )
    },
    faults=(404,),
)
SHOW_SHEET = Operation(
    "Läs en klass blad",
    PART,
    TokenScope.SCORES_READ,
    detail="Elever, mått, resultat, nivåer och gränser. Att du läser antecknas.",
    answers={200: ("Bladet.", SHEET)},
    faults=(403, 404),
)
WRITE_SHEET = Operation(
    "Skriv in resultat",
    PART,
    TokenScope.SCORES_WRITE,
    detail=f"Högst {MOST} rutor åt gången. Det som går att spara sparas, och varje ruta får sitt eget svar.",
    body={
        "type": "object",
        "properties": {"writes": {"type": "array", "items": WRITE, "maxItems": MOST}},
        "required": ["writes"],
    },
    answers={200: ("Ett svar för varje skrivning, i samma ordning.", record(results=rows(RESULT)))},
    faults=(400, 403, 404, 413, 415),
)
