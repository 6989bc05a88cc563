"""A goal as the steering group reads it: the answer, the picture, each year, and what it rests on."""

from dataclasses import dataclass

from reports.figures.imprint import Imprint
from screening.coordination.goal_picture import GoalPicture


@dataclass(frozen=True)
class GoalYear:
    """A line of the table, ready to print."""

    academic_year: str
    count: str
    assessed: str
    of_assessed: str
    of_all: str
    path: str
    answer: str


@dataclass(frozen=True)
class GoalPaper:
    imprint: Imprint
    name: str
    sentence: str
    about: str
    picture: GoalPicture | None
    years: tuple[GoalYear, ...]
    beside: tuple[tuple[str, str, GoalPicture | None], ...]  # worrying absence: name, sentence and picture
    notes: tuple[str, ...]
