"""What a school's pupils reach, summed; and as what each of them is counted there.

Pages above the school read sums: counting pupils takes a hundred times as long. A sum follows when one pupil
is counted otherwise than before, so what each was counted as is remembered.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.database import Model
from assessments.database.types import Word, one_of
from assessments.models import AssessmentWindow
from assessments.roster.models import Curriculum, Pupil, School

WHOLE_WINDOW = ""  # in the place of a measure's code: the level of the window itself
NOBODY = 0  # in the place of a set's id: the pupil has not been judged


class CountedPupil(Model):
    """Where and as what a pupil is counted: in grundskola, enrolled on the window's closing date.

    ``levels`` by measure, and WHOLE_WINDOW: 0 below the goal to 3 above it, -1 without a level.
    """

    __table_args__ = (one_of("curriculum", Curriculum),)

    pupil_id: Mapped[int] = mapped_column(sa.ForeignKey(Pupil.id), primary_key=True)
    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id))
    year: Mapped[int]
    curriculum: Mapped[Curriculum] = mapped_column(Word(Curriculum))
    judged_by: Mapped[int]  # the set's id, or NOBODY
    levels: Mapped[dict[str, int]]


class SchoolCount(Model):
    """How many pupils of a school, year and curriculum are at each level of a measure, by one set.

    Of a measure those are counted who have something written down; of WHOLE_WINDOW everybody.
    """

    __table_args__ = (one_of("curriculum", Curriculum),)

    window_id: Mapped[int] = mapped_column(sa.ForeignKey(AssessmentWindow.id), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)  # a code, or WHOLE_WINDOW
    school_id: Mapped[int] = mapped_column(sa.ForeignKey(School.id), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    curriculum: Mapped[Curriculum] = mapped_column(Word(Curriculum), primary_key=True)
    judged_by: Mapped[int] = mapped_column(primary_key=True)  # the set's id, or NOBODY
    below_goal: Mapped[int]
    near_goal: Mapped[int]
    at_goal: Mapped[int]
    above_goal: Mapped[int]
    no_level: Mapped[int]
