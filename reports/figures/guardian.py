"""What a page for the home says."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.figures.growth import Growth, Zones
from reports.figures.imprint import Imprint
from screening.levels import Level


@dataclass(frozen=True)
class Support:
    """What the school does, in words for the home. Without ``from_on`` it is done once, by ``to_on``."""

    what: str
    function: str | None
    from_on: date | None
    to_on: date | None


Band = tuple[tuple[int, Level | None], ...]
UNDER_GOAL = "under_goal"  # of the words for levels: nobody can say whether it is near


@dataclass(frozen=True)
class AreaRow:
    """One line of the guardian's band table. No level: not measured in this window."""

    area: str  # a key of [areas] in the wording
    level: Level | None
    zones: Zones | None = None
    points: Decimal | None = None
    before: Decimal | None = None  # the same measure, the time before
    told: str | None = None  # "24 av 29 bokstavsljud"; never a stanine or percentile

    @property
    def is_only_under_goal(self) -> bool:
        """Whether no limit says what is near, so that near the goal may be no point at all."""
        return self.level is Level.NEAR_GOAL and self.zones is not None and self.zones.near_from is None

    @property
    def said_as(self) -> Level | None:
        """The level whose sentences are true of the points: nothing is promised that they do not show."""
        return Level.BELOW_GOAL if self.is_only_under_goal else self.level

    @property
    def level_said(self) -> str:
        """Which of the words for levels of a wording stands on the page."""
        if self.level is None:
            return "none" if self.points is None else "no_goal"
        return UNDER_GOAL if self.is_only_under_goal else self.level.value

    @property
    def band(self) -> Band:
        """The zones of the band, worst first: how many thirds each takes, and the level it is coloured as;
        none where nothing is told, and where nobody can say which of two it is."""
        if self.level is None or self.zones is None:
            return ((1, None),) * 3
        if self.zones.thirds == (2, 1):
            return ((2, None), (1, Level.AT_GOAL))
        return ((1, Level.BELOW_GOAL), (1, Level.NEAR_GOAL), (1, Level.AT_GOAL))

    def marks_said(self, words: dict[str, Any]) -> str | None:
        """The zones in which the marks on the band stand, in the words of a wording, as in "nu: är nära
        målet; förra gången: …". None where there are no marks."""
        if self.level is None or self.zones is None or self.points is None:
            return None
        page, two = words["page"], self.zones.thirds == (2, 1)
        zones = [words["levels"][UNDER_GOAL]] * 2 + page["zones"][2:] if two else page["zones"]
        told = [("now", self.points), *([("before", self.before)] if self.before is not None else [])]
        return "; ".join(f"{page[when]}: {zones[int(self.zones.place(points) * 3)]}" for when, points in told)


@dataclass(frozen=True)
class GuardianSheet:
    """One child's page for the home. No level: it could not be determined. ``key`` is never printed."""

    imprint: Imprint
    key: int  # tells two children of one name apart
    name: str
    first_name: str
    class_name: str
    year: int
    level: Level | None
    rows: tuple[AreaRow, ...]
    can: tuple[str, ...]
    practise: tuple[str, ...]
    home: tuple[str, ...]
    support: tuple[Support, ...]
    growth: Growth | None
    contact: str  # a function, never a person
    phone: str | None
    has_own_goals: bool = False  # anpassad grundskola: no level, no band
    has_goal: bool = True  # the window judges this year
    has_next_step: bool = False
    is_reviewed: bool = False
    comment: str = ""  # the teacher's own words
    language: str = "sv"
    # What a teacher has rewritten, on a translated page: nobody has translated it.
    can_in_swedish: tuple[str, ...] = ()
    practise_in_swedish: tuple[str, ...] = ()
    home_in_swedish: tuple[str, ...] = ()
    offers_interpreter: bool = False
    homes: tuple["GuardianSheet", ...] = ()  # on the Swedish page: what each home gets; none: this page
    has_cover: bool = False  # each home's page lies behind a cover sheet for an envelope with a window

    @property
    def is_measured(self) -> bool:
        """Whether the page has any result of this window."""
        return any(row.points is not None for row in self.rows)

    @property
    def lacks_results(self) -> bool:
        """Whether the page only says that nothing has been measured yet."""
        return not self.is_measured and not self.has_own_goals

    @property
    def says_needs_support(self) -> bool:
        """Whether the page says "behöver mer träning och stöd" anywhere."""
        return Level.BELOW_GOAL in {self.level, *(row.level for row in self.rows)}

    @property
    def papers(self) -> tuple[tuple["GuardianSheet", ...], ...]:
        """A sheet of paper for each home: its pages, front first. A translation has the Swedish page on its
        back."""
        back = replace(self, homes=(), offers_interpreter=True)
        return tuple(
            (front,) if front.language == self.language else (front, back) for front in self.homes or (self,)
        )

    @property
    def is_ready(self) -> bool:
        """Nobody should read at home what nobody has talked about."""
        return self.has_next_step or not self.says_needs_support


@dataclass(frozen=True)
class ClassSet:
    """The pages of one class in Swedish alphabetical order, for every enrolled pupil with open identity."""

    imprint: Imprint
    class_name: str
    sheets: tuple[GuardianSheet, ...]

    def printed(self, *, only_ready: bool) -> tuple[GuardianSheet, ...]:
        """``only_ready`` leaves out who needs more support, until somebody has recorded a next step."""
        return tuple(sheet for sheet in self.sheets if sheet.is_ready or not only_ready)

    def measured(self) -> "ClassSet":
        """Without the pages that only say that nothing has been measured yet."""
        return replace(self, sheets=tuple(sheet for sheet in self.sheets if not sheet.lacks_results))

    def with_covers(self) -> "ClassSet":
        return replace(self, sheets=tuple(replace(sheet, has_cover=True) for sheet in self.sheets))
