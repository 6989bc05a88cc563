"""The quick guide for teachers: five steps in the words of the screens, the same on paper and on the page."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint


@dataclass(frozen=True)
class GuideStep:
    """``picture``: its name in ``reports.guide_pictures``; ``shows``: what it shows, in words."""

    title: str
    lines: tuple[str, ...]
    picture: str
    shows: str


STEPS = (
    GuideStep(
        "Logga in",
        (
            "Första gången får du en länk av kommunens administratör. Där väljer du lösenord.",
            "Logga ut när du lämnar en dator som andra använder.",
        ),
        "sign_in",
        "Rutor för användarnamn och lösenord, och knappen Logga in.",
    ),
    GuideStep(
        "Fyll i",
        (
            "Mina klasser: klicka på klassen. Skriv, tryck Enter, ta nästa papper.",
            "Allt sparas av sig självt, också om nätet försvinner. En tom ruta är inte noll.",
        ),
        "enter",
        "Ett blad med tre elever: två resultat med nivå, och rutan för den tredje väntar. Enter går nedåt.",
    ),
    GuideStep(
        "Lämna in",
        (
            "Tryck på Lämna in klassen när du är klar. Du kan rätta efteråt.",
            "Glömmer du det når signalerna fram ändå, två skoldagar efter den senaste ändringen.",
        ),
        "hand_in",
        "Knappen Lämna in klassen, och pilar till specialläraren och rektor.",
    ),
    GuideStep(
        "Se vem som behöver dig",
        (
            "Klassöversikten visar störst behov först. Formen och bokstaven säger detsamma som färgen.",
            "En signal är ett underlag: ni avgör vad den betyder. Nästa steg sparar specialläraren.",
        ),
        "signal",
        "En lista: en elev under målet, en nära målet och en som når målet.",
    ),
    GuideStep(
        "Skriv ut",
        (
            "Rapporter: läs bladen hem, ändra, granska klart och skriv ut, ett ark per barn.",
            "Skriv ut dubbelsidigt. Klassrapporten innehåller elevuppgifter: förvara den inlåst.",
        ),
        "print",
        "Ett blad hem med rubrik, ett band med tre zoner och en markering.",
    ),
)
CODES = (
    ("f", "frånvarande"),
    ("a", "avstod"),
    ("u", "undantag"),
    ("s", "annat språk"),
    ("k", "kan inte genomföras ännu"),
    ("o", "ogiltigt"),
    ("12b", "avbrutet vid 12"),
)
HELP = (
    "Fel i en ruta: skriv om den. Ctrl+Z ångrar. Står det hos fel elev: Rätta, ovanför bladet.",
    "Saknas en klass: be administratören titta på ditt uppdrag. Mer står under Hjälp, på varje sida.",
)


@dataclass(frozen=True)
class QuickGuide:
    imprint: Imprint
    steps: tuple[GuideStep, ...] = STEPS
    codes: tuple[tuple[str, str], ...] = CODES
    help: tuple[str, ...] = HELP
