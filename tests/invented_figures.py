"""Figures of invented pupils, for documents that are drawn without a database; and how a PDF is read."""

import contextlib
import functools
import io
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2

from reports.figures.growth import Growth, GrowthScale, Moment, Zones
from reports.figures.guardian import AreaRow, GuardianSheet, Support
from reports.figures.imprint import Imprint
from reports.figures.school_class import Cell, ClassReport, Column, PupilRow
from reports.figures.sources import Source
from reports.figures.staff import EarlierWindow, Result, Signal, StaffSheet, Step
from reports.sentences import proposal
from reports.translating import scale_in_words
from reports.wording import wording
from screening.levels import Level, Limits
from screening.spread import Distribution, Dot

D = Decimal
IMPRINT = Imprint("Björkskolan", "Hösten 2026/27", "Lässpår bas 2026, version 1", date(2026, 10, 15))
HOSTILE = (
    '<img src="/etc/passwd">', "<b>Fet</b>", "$x^2$", "&amp; &lt;", "_under", "Robert'); DROP TABLE pupil;--",
    "W" * 100, ("Anna-Lena " * 10).strip(), "%s {name} {0}", "\\n\\N{BULLET}",
)  # fmt: skip
FAR_AND_WIDE = (
    "Åsa Öberg", "Łukasz Wiśniewski", "Ánne-Márjá Ŋuohtta", "Nguyễn Thị Hà", "Олександра Шевченко",
    "İpek Yıldız", "Žofia Đorđević", "Ólafur Þórsson",
)  # fmt: skip
# What never stands on a page for the home (the beginnings of words).
NEVER = (
    "riskelev", "svag", "underkän", "rank", "diagnos", "stanine", "percentil", "medel", "plats i klassen",
    "jämfört med", "andra elever", "klasskamrat", "personnummer", "adress", "oro", "flagg", "signal", "sämre",
    "bristande", "dålig", "problem", "svårighet", "misslyck", "elevhälsa", "dyslexi", "!",
)  # fmt: skip
ZONES = Zones(D(0), D(80), D(26), D(35))
SCALE = GrowthScale(
    "Läsa med flyt", "ord på en minut", D(0), D(80),
    (
        Moment("vinter", "åk 1", D(10), D(20)), Moment("vår", "åk 1", D(18), D(28)),
        Moment("höst", "åk 2", D(26), D(35)), Moment("vinter", "åk 2", D(33), D(43)),
    ),
)  # fmt: skip
GROWTH = Growth(SCALE, ((0, D(12)), (1, D(22)), (2, D(31))), now=2)
AREAS = ("letters", "sounds", "decoding", "fluency", "language", "comprehension")


def row(area: str, level: Level | None, **more: Any) -> AreaRow:
    points = {Level.BELOW_GOAL: D(15), Level.NEAR_GOAL: D(30), Level.AT_GOAL: D(44), Level.ABOVE_GOAL: D(70)}
    if level is None:
        return AreaRow(area, None, **more)
    return AreaRow(area, level, ZONES, **{"points": points[level], "before": D(24), **more})


def sheet(name: str = "Ebba Lindqvist", level: Level | None = Level.NEAR_GOAL, **more: Any) -> GuardianSheet:
    """A page for the home: letters at goal, reading at ``level``, comprehension not measured."""
    words = wording(more.get("language", "sv"))
    rows = more.pop(
        "rows",
        (
            row("letters", Level.AT_GOAL, told=told(words, "bokstavsljud", 28, 29)),
            row("fluency", level, told=None if level is None else told(words, "ord_per_minut", 31, 250)),
            row("comprehension", None),
        ),
    )
    proposed = proposal([(one.area, one.level) for one in rows if one.level], 2, words)
    figures: dict[str, Any] = {
        "imprint": IMPRINT, "key": 1, "name": name, "first_name": name.split(maxsplit=1)[0],
        "class_name": "2B", "year": 2, "level": level, "rows": rows,
        "can": proposed.can, "practise": proposed.practise, "home": proposed.home,
        "support": (), "growth": growth(words), "phone": "0500-12 34 56",
        "contact": words["functions"]["teacher"],
    }  # fmt: skip
    return GuardianSheet(**{**figures, **more})


def told(words: dict[str, Any], measure: str, points: int, maximum: int) -> str:
    return str(words["told"][measure]).format(points=points, maximum=maximum)


def growth(words: dict[str, Any]) -> Growth:
    """The child's way in words, in the language."""
    title, unit = words["areas"]["fluency"]["name"], words["growth"]["ord_per_minut"]
    return replace(GROWTH, scale=scale_in_words(replace(SCALE, title=title, unit=unit), words))


def crowded(name: str = "Ebba Lindqvist", language: str = "sv") -> GuardianSheet:
    """As much as a page can be asked to hold: nine areas, and two long things that the school does."""
    words = wording(language)
    levels = [Level.BELOW_GOAL, Level.NEAR_GOAL, Level.AT_GOAL]
    rows = tuple(row(area, level) for level in levels for area in AREAS[:3])
    extra, special = words["support"]["intensive_period"], words["functions"]["special_teacher"]
    support = Support(f"{extra} " * 2, special, date(2026, 9, 14), date(2026, 12, 4))
    whole = sheet(name, Level.BELOW_GOAL, rows=rows, support=(support, support), language=language)
    practise = tuple(f"{said} {words['empty']['practise']}" for said in whole.practise)
    return replace(whole, practise=practise, home=whole.home[:2])


def school_class(names: tuple[str, ...] = FAR_AND_WIDE, measures: int = 3, **more: Any) -> ClassReport:
    """A class report with a score missing for the first pupil on the first measure."""
    kinds = [
        ("Bokstavsljud", "antal", D(0), D(29), D(24), D(27), ()),
        ("Rätt lästa ord per minut, text", "ord/min", D(0), D(250), D(26), D(35), ()),
        (
            "Avstämning B (Skolverkets bedömningsstöd)",
            "bedömning",
            D(0),
            D(2),
            D(1),
            D(2),
            ("Ej nådd", "Delvis", "Nådd"),
        ),
        ("Läsförståelse, normerat test", "stanine", D(1), D(9), D(3), D(4), ()),
    ]
    kinds = (kinds * 2)[:measures]
    dots: list[list[Dot]] = [[] for _ in kinds]
    rows = []
    for number, name in enumerate(names):
        cells = [Cell("frånvarande", None, True)] if number == 0 else []
        for place in range(len(cells), measures):
            _, _, low, high, near, goal, labels = kinds[place]
            points = min(high, max(low, goal + (number * 7 + place) % 9 - 4))
            level = Limits(near, goal).level(points)
            dots[place].append(Dot(points, level))
            cells.append(Cell(labels[int(points)] if labels else str(points), level))
        level = min((cell.level for cell in cells if cell.level), default=None)
        rows.append(
            PupilRow(name, None, tuple(cells), level, moved=number % 3 - 1, is_to_follow_up=number == 1)
        )
    counts = Counter(one.level for one in rows)
    told: dict[str, Any] = {
        "imprint": IMPRINT,
        "class_name": "2B",
        "sentence": f"1 av {len(names)} att följa upp; 1 saknar resultat.",
        "enrolled": len(names),
        "columns": tuple(Column(kind[0], kind[1], f"mål {kind[5]}") for kind in kinds),
        "rows": tuple(rows),
        "counts": tuple((level, counts[level]) for level in (*reversed(Level), None)),
        "distributions": tuple(
            Distribution(title, unit, low, high, D(1), near, goal, tuple(found), labels)
            for (title, unit, low, high, near, goal, labels), found in zip(kinds, dots, strict=True)
        ),
        "missing": ((names[0], (kinds[0][0],)),),
        "sources": tuple(
            Source(
                f"Studie{number}", (f"{kind[0]}, åk 2 höst: nära {kind[4]}, mål {kind[5]} (eget förslag)",)
            )
            for number, kind in enumerate(kinds, start=1)
        ),
    }
    return ClassReport(**{**told, **more})


def staff(name: str = "Ebba Lindqvist", **more: Any) -> StaffSheet:
    result = Result(
        "Rätt lästa ord per minut, text", "läsflyt, ord/min", "31", Level.NEAR_GOAL, "nära en gräns",
        "Nära målet 26, mål 35", "Beräknad ur norm", "Sävsjö skolprojekt", "22 våren 2025/26",
        date(2026, 9, 24),
    )  # fmt: skip
    step = Step(date(2026, 9, 30), "Extra anpassningar", "klasslärare 2B", "Läser i par", date(2026, 11, 5))
    signal = Signal("Nära målet", "Kvarstår", "31 ord/min. Målet är minst 35.", "Hösten 2026/27", (step,))
    told: dict[str, Any] = {
        "imprint": IMPRINT, "name": name, "class_name": "2B", "year": "åk 2", "level": Level.NEAR_GOAL,
        "certainty": "Resultatet ligger nära en gräns.", "reason": None, "results": (result,),
        "windows": (EarlierWindow("Våren 2025/26", "åk 1", Level.BELOW_GOAL, None),),
        "growth": (Growth(SCALE, GROWTH.points, 2, D(8)),),
        "signals": (signal,),
        "growth_sources": (Source("En norsk studie", ("Läsa med flyt, vår åk 1 (publicerad norm)",)),),
    }  # fmt: skip
    return StaffSheet(**{**told, **more})


@functools.lru_cache(maxsize=32)
def pages(content: bytes) -> list[str]:
    """The text of every page, as somebody copies it: in the order it was drawn, each letter as it is said."""
    with contextlib.closing(pypdfium2.PdfDocument(content)) as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    return ["\n".join(line.rstrip() for line in text.splitlines()) for text in texts]


def seen(content: bytes) -> list[str]:
    """The text of every page, as somebody looks at it: from above to below, from the left to the right."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [page.extract_text() for page in pdf.pages]


def page_count(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def lines(content: bytes, page: int = 0) -> list[str]:
    return pages(content)[page].splitlines()


def fonts_of(content: bytes) -> dict[str, bool]:
    """Every font in the file, and whether it is embedded."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [thing for thing in pdf.objects if _is(thing, "/Font")]
        return {str(font.BaseFont): "/FontFile2" in font.get("/FontDescriptor", {}) for font in found}


def bookmarks(content: bytes) -> list[tuple[str, int]]:
    """(title, page from 1) of every bookmark, in order."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return [(str(item.title), numbers[item.destination[0].objgen]) for item in _flat(outline.root)]


def _flat(items: list[pikepdf.OutlineItem]) -> list[pikepdf.OutlineItem]:
    return [one for item in items for one in (item, *_flat(list(item.children)))]


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind
