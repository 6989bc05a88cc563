"""Every document we print, drawn of invented figures. A document without an example here fails a test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from invented_figures import FAR_AND_WIDE, HOSTILE, IMPRINT, crowded, school_class, sheet, staff

from assessments.instruments.catalogue import Measure
from reports.documents import (
    blank_sheet,
    class_report,
    class_set,
    disposal,
    guardian,
    halving_goal,
    handover,
    help_request,
    initiative_report,
    open_support,
    quick_guide,
    reading_groups,
    register_extract,
    school_report,
    staff_pupil,
    support_period,
)
from reports.figures.blank_sheet import BlankSheet, SheetColumn, SheetRow
from reports.figures.disposal import CutChain, DisposalPaper, DisposedKind
from reports.figures.guardian import ClassSet, GuardianSheet
from reports.figures.halving_goal import GoalPaper, GoalYear
from reports.figures.handover import HandoverPaper
from reports.figures.help_request import RequestPaper
from reports.figures.initiative import (
    CurriculumLine,
    FlowPart,
    FlowTold,
    FunnelTold,
    GroupLine,
    InitiativeReport,
)
from reports.figures.levels import LevelRow
from reports.figures.open_support import Place
from reports.figures.quick_guide import QuickGuide
from reports.figures.reading_groups import GroupList, GroupOnPaper
from reports.figures.register_extract import ExtractPaper, ExtractPart
from reports.figures.school import (
    Counted,
    FlowTable,
    MissingClass,
    MissingPupil,
    SchoolReport,
    SignalLine,
    YearMeasures,
)
from reports.figures.sources import Source
from reports.figures.staff import SupportPeriod
from reports.figures.support_period import GoalByWay, Measured, PlanVersion, SupportSheet
from screening.coordination.figures import Figures, Percent
from screening.coordination.funnels import Funnel, Group
from screening.coordination.goal_picture import Dot, GoalPicture, Line, Tick
from screening.levels import Level
from screening.support.queries.drawn import Shown
from screening.support.queries.picture import support_picture

STARTED = date(2026, 8, 24)
ADDRESS = "https://lasspar.example/classes/123456/windows/2026-27-autumn/sheet"
COLUMNS = (
    SheetColumn("Bokstavsljud", "0–29 antal"),
    SheetColumn("Avstämning A (Skolverkets bedömningsstöd)", "Ej nådd, Delvis, Nådd"),
    SheetColumn("Rätt lästa ord per minut, text", "0–250 ord/min", "Sommar, bestämd 2026-09-01"),
)
NAMES = (*FAR_AND_WIDE, *HOSTILE[:5], "نور الهدى", "አበበ Ek")
# Facts as screening/facts freezes them.
WINDOW = {
    "label": "Våren 2025/26", "year": "åk 1", "level": "near_goal", "level_word": "Nära målet", "note": "",
    "judged_by": "bas@1",
    "measures": [
        {"name": "Ord per minut", "shown": "18 ord/min", "level": "near_goal", "level_word": "Nära målet"},
        {"name": "Läslust", "shown": "3", "level": None, "level_word": ""},
    ],
}  # fmt: skip
PERIOD = {
    "kind": "Intensivperiod", "measure": "Ord per minut", "starts_on": "2026-02-16", "goal_on": "2026-05-22",
    "how_often": "20 minuter, 4 gånger i veckan", "goal": "Från 18 till målet 32.", "verdict": "",
    "evidence": "", "ended_on": "2026-05-20", "before": "18", "after": "30", "worked": "Insatsen fungerade",
    "line": "Läser i par",
}  # fmt: skip
SIGNAL = {"label": "Nära målet", "state": "Kvarstår", "why": "31 ord/min.", "window": "Hösten 2026/27"}
STEP = {
    "taken_on": "2026-09-30", "label": "Extra anpassningar", "by": "klasslärare 2B", "line": "Läser i par",
    "due_on": "2026-11-05",
}  # fmt: skip
PLACES = (Place("Familjecentralen", "Råd om läsning hemma.", (("Telefon", "0531-000 10"),)),)
FACTS = {"results": [WINDOW] * 8, "signals": [SIGNAL], "support": [PERIOD], "steps": [STEP, STEP]}


def support() -> SupportPeriod:
    measure = Measure(
        code="ord", name="Läsa ord", unit="ord/min", minimum=Decimal(0), maximum=Decimal(250),
        step=Decimal(1), higher_is_better=True, area="fluency", years=(1,), how="", sem=Decimal(8),
    )  # fmt: skip
    results = [(STARTED + timedelta(weeks=week), Decimal(20 + week)) for week in range(8)]
    picture = support_picture(
        Shown(
            measure, STARTED, Decimal(20), STARTED + timedelta(weeks=10), Decimal(35), Decimal(30), results,
            ((results[0][0], 20.0), (results[-1][0], 27.0)), [(date(2026, 9, 28), "fler gånger i veckan")],
            None, "På väg",
        )
    )  # fmt: skip
    changes = ("2026-09-28: fler gånger i veckan",)
    return SupportPeriod("Intensivperiod: läsa ord", "10 veckor", ("På väg. 8 resultat.",), changes, picture)


def followed() -> SupportSheet:
    """A period with so many results that their table goes on over pages."""
    rows = tuple(Measured(STARTED + timedelta(days=day), "20", "20,0", day > 40) for day in range(60))
    return SupportSheet(
        imprint=IMPRINT, name="Ebba Lindqvist", class_name="2B", year="åk 2", kind="Intensivperiod",
        measure="Läsa ord", verdict="På väg", is_behind=False, evidence="8 resultat på 8 veckor.",
        facts=(("Mått", "Läsa ord"),), goal="Från 20 till 35.", pace="Planerat är 1,5 i veckan.",
        goals=(GoalByWay("Riktmärket", "35", True),), picture=support().picture,
        changes=(PlanVersion(STARTED, ("Mål: 30 blev 35.",), "speciallärare"),), results=rows, ending=None,
        sources=(Source("Sävsjö", ("Läsa ord, åk 1 vår: mål 35 (publicerad norm)",)),),
    )  # fmt: skip


def sent(**more: Any) -> HandoverPaper:
    said: dict[str, Any] = {
        "imprint": IMPRINT, "name": "Ebba Lindqvist", "title": "Till nästa lärare", "class_name": "2B",
        "year": "åk 2", "to": "nästa lärare", "made_by": "speciallärare", "made_on": date(2026, 10, 15),
        "informed": "inte antecknat", "line": "Läser gärna högt.", "external_id": "x", "facts": FACTS,
    }  # fmt: skip
    return HandoverPaper(**{**said, **more})


def request() -> RequestPaper:
    return RequestPaper(
        imprint=IMPRINT, name="Ebba Lindqvist", receiver="Närhälsan", asked_by="speciallärare",
        sent_on=date(2026, 10, 1), due_on=date(2026, 11, 1), consent="2 av 2 har sagt ja.",
        question="Rad ett\nRad två", facts=FACTS,
    )  # fmt: skip


def to_write_on(columns: int) -> BlankSheet:
    rows = tuple(SheetRow(name, "åk 2", (False, *[True] * (columns - 1))) for name in NAMES)
    codes = (("f", "frånvarande"), ("k", "kan inte genomföras ännu"))
    return BlankSheet(IMPRINT, "2-3", (COLUMNS * 6)[:columns], rows, codes, ADDRESS)


def groups() -> GroupList:
    some = tuple(GroupOnPaper(f"Uggla {number}", NAMES[:6]) for number in range(5))
    return GroupList(IMPRINT, "3A", date(2026, 10, 15), some)


def school(classes: int = 20) -> SchoolReport:
    """So many classes that tables go on over pages."""
    rows = tuple(LevelRow(f"{number}A", (1, 4, 9, 6, 2), (0.1, 0.4)) for number in range(classes))
    counted = (
        Counted("Intensivperiod", "går som planerat", 3),
        Counted("Läxhjälp", "för tidigt att säga", 1),
    )
    pupils = tuple(MissingPupil(number, name, "Bokstavsljud") for number, name in enumerate(NAMES))
    flow = FlowTable(
        "Våren 2025/26", "Hösten 2026/27", ((1, 2, 0, 0, 0, 1),) * 6, ("12 gick här båda perioderna.",)
    )
    return SchoolReport(
        imprint=IMPRINT, sentence="90 av 95 elever är kartlagda; 20 når ännu inte målet.", whole=rows[0],
        curricula=rows[:2], years=rows[:3], classes=rows, measures=(YearMeasures("åk 1", rows[:4]),),
        flow=flow, missing=(MissingClass("1A", len(pupils) + 1, pupils),),
        signals=(SignalLine("1A", (1, 2, 3), 1, ""),), steps=counted, running=counted, ended=counted,
        support_late=1, sources=(Source("En norsk studie", ("Läsa med flyt, åk 2 (publicerad norm)",)),),
    )  # fmt: skip


def goal() -> GoalPaper:
    years = tuple(
        GoalYear(f"20{year}/{year + 1}", "30", "28", "25 % (12 till 43)", "23 %", "24 %", "på väg")
        for year in (25, 26)
    )
    dots = (Dot(150, 100, 60, 140, "25 %", False), Dot(350, 120, 80, 160, "20 %", True))
    scale, labels = (Tick(60, "40"), Tick(260, "0")), (Tick(150, "2025/26"), Tick(350, "2026/27"))
    path = Line(150, 100, 550, 180)
    picture = GoalPicture(720, 300, 56, 588, 260, scale, labels, path, "hälften 12 %", dots)
    beside = (("Oroande frånvaro", "12 % hade oroande frånvaro.", picture),)
    return GoalPaper(
        imprint=IMPRINT, name="Halvera", sentence="Andelen är på väg.", about="Elever i åk 1.",
        picture=picture, years=years, beside=beside, notes=("Så här.",),
    )  # fmt: skip


def initiative() -> InitiativeReport:
    """So many schools that names in the funnel make way for each other, some of them hidden."""
    shown, hidden = Figures(40, 38, 22, 10), Figures(30, 28, None)
    told = ((shown, None), (shown, None), (hidden, shown), (None, None))
    lines = tuple(
        GroupLine(name, bool(place % 5), *told[place % 4], "läsårets 2 perioder", 21, 11, None)
        for place, name in enumerate(NAMES * 4)
    )
    joint = Percent(0.3, 0.25, 0.35)
    groups = tuple(Group(name, 8 + place, 40, place > 12) for place, name in enumerate(NAMES))
    levels = ((12, None, 40, 11, 10, 12, 95),) * 7
    moved = FlowPart("Alla", ((12, None, 40, 11, 70),) * 5, (joint, None), levels)
    limits = tuple((size, max(0.0, 0.3 - 1 / size), 0.3 + 1 / size) for size in range(2, 60))
    return InitiativeReport(
        imprint=IMPRINT, sentence="90 av 95 elever är kartlagda.", counted="Räknat 2026-10-15 14.05.",
        lines=lines, total=GroupLine("Alla", False, shown, None, "", 22, 11, 10), late_after=10,
        curricula=(CurriculumLine("Ekby", shown, hidden), CurriculumLine("Alla", shown, shown)),
        funnels=(FunnelTold("Skolorna", "Ingen skiljer sig.", Funnel(joint, groups, limits)),),
        flows=(FlowTold("Våren 2025/26", "Av 40 når 12 målet nu.", (moved,)),),
        sources=(Source("En norsk studie", ("Läsa med flyt, åk 2 (publicerad norm)",)),),
    )  # fmt: skip


def home(language: str, name: str = "Ebba Lindqvist") -> GuardianSheet:
    """The Swedish page of a child, one of whose homes reads another language."""
    swedish = sheet(name, Level.NEAR_GOAL, comment="Ebba läser gärna om hästar.", is_reviewed=True)
    front = sheet(name, Level.NEAR_GOAL, language=language, comment=swedish.comment, offers_interpreter=True)
    return replace(swedish, homes=(front, swedish))


def school_set() -> bytes:
    first = ClassSet(IMPRINT, "2B", (sheet(NAMES[0]), home("ar"), sheet(NAMES[-1])))
    return class_set.pdf([first, ClassSet(IMPRINT, "3A", (home("en"),)).with_covers()])


def disposed() -> DisposalPaper:
    """Many kinds, a decision with odd signs in it, a pupil who waits."""
    rows = (("resultat", 812), ("resultatens historik", 1_204), ("historikens noter", 3))
    kind = DisposedKind(
        "Resultat och nivåer", "5 år efter att eleven slutade", f"Nämnden {HOSTILE[0]} § 45, 2027-01-01",
        "2029-09-01", "41 elever", rows,
    )  # fmt: skip
    what = f"{2_019 * 9} rader om 41 elever"
    chains = tuple(CutChain(name, 4_711, "5f" * 32) for name in (HOSTILE[0], "Ekbackens skola"))
    return DisposalPaper(IMPRINT, 7, "2034-09-01 10.15", "administratör Ekby", what, 1, (kind,) * 9, chains)


def extracted() -> ExtractPaper:
    """A long life in odd words."""
    line = f"id: 12; period: Hösten 2026/27; rad: {' '.join(HOSTILE)}; av: speciallärare Björkskolan"
    parts = tuple(ExtractPart(name, (line,) * 40) for name in ("nästa steg", "iakttagelser"))
    kept = ("Resultat och nivåer: gallras 5 år efter att eleven slutade.",)
    return ExtractPaper(
        IMPRINT, "10092", "2034-09-01", parts, ("grupper", "blad hem"), kept, ("utskrifter: två dygn.",)
    )


EXAMPLES: Mapping[str, Callable[[], bytes]] = {
    "blank_sheet": lambda: blank_sheet.pdf(to_write_on(11)),
    "class_report": lambda: class_report.pdf(school_class(NAMES, 4)),
    "class_set": school_set,
    "disposal": lambda: disposal.pdf(disposed()),
    "guardian": lambda: guardian.pdf(crowded()),
    "halving_goal": lambda: halving_goal.pdf(goal()),
    "handover": lambda: handover.pdf(sent()),
    "help_request": lambda: help_request.pdf(request()),
    "initiative_report": lambda: initiative_report.pdf(initiative()),
    "open_support": lambda: open_support.pdf(PLACES, STARTED),
    "quick_guide": lambda: quick_guide.pdf(QuickGuide(IMPRINT)),
    "register_extract": lambda: register_extract.pdf(extracted()),
    "reading_groups": lambda: reading_groups.pdf(groups()),
    "school_report": lambda: school_report.pdf(school()),
    "staff": lambda: staff_pupil.pdf(staff(support=(support(),))),
    "support_period": lambda: support_period.pdf(followed()),
}
"""By the name in ``reports.documents.DOCUMENTS``."""
