"""What the page Elever att följa upp prints."""

from dataclasses import dataclass

from screening.class_first import ClassAnswer
from screening.queries.consultations import ConsultationRow
from screening.queries.follow_up_order import Choices
from screening.queries.functions_held import FunctionHeld
from screening.queries.other_work import OtherWork
from screening.queries.signal_cards import Card
from screening.queries.thread_work import StepTaken
from screening.rules.catalogue import Step


@dataclass(frozen=True)
class Item:
    """A line of the list: the signal, and where its pupil goes."""

    card: Card
    name: str
    class_id: int
    class_name: str
    school_name: str
    year: str


@dataclass(frozen=True)
class ClassGroup:
    """A class that gets the answer before its pupils do. ``answered``: the answer whose day has come."""

    class_id: int
    class_name: str
    school_name: str
    window: str
    answer: ClassAnswer
    items: tuple[Item, ...]
    answered: StepTaken | None


@dataclass(frozen=True)
class Counts:
    """Of everything that the filters let through, not only of this page."""

    signals: int
    late: int
    due: int
    overdue: int
    handled: int
    consultations: int  # asked of a function of the reader's
    other: int
    other_overdue: int

    @property
    def follow_ups(self) -> int:
        """Of signals, and of other work."""
        return self.due + self.other

    @property
    def late_follow_ups(self) -> int:
        return self.overdue + self.other_overdue

    @property
    def waiting(self) -> int:
        return self.signals + self.follow_ups + self.consultations

    @property
    def is_empty(self) -> bool:
        return not self.waiting and not self.handled


@dataclass(frozen=True)
class FollowUp:
    functions: tuple[FunctionHeld, ...]
    consultations: tuple[ConsultationRow, ...]
    open_consultations: int  # also those that wait for others
    other: tuple[OtherWork, ...]
    follow_ups: tuple[Item, ...]
    groups: tuple[ClassGroup, ...]
    items: tuple[Item, ...]  # of this page
    counts: Counts
    pages: int
    protected: int  # signals of pupils with protected identity, kept out of lists above the class
    choices: Choices
    common_steps: tuple[Step, ...]  # that fit several at once
    class_steps: tuple[Step, ...]

    @property
    def cards(self) -> list[Item]:
        """Every signal on the page."""
        return [*self.follow_ups, *(item for group in self.groups for item in group.items), *self.items]

    @property
    def class_ids(self) -> set[int]:
        """The classes whose pupils stand on the page."""
        return {row.class_id for rows in (self.cards, self.consultations, self.other) for row in rows}
