"""The words of signals: families, kinds and states, and in which order pupils need us."""

import enum

from screening.levels import Certainty, Level


class Family(enum.StrEnum):
    """One thread may be open per pupil and family."""

    NEED = "need"
    GROWTH = "growth"
    CHANGE = "change"
    COVERAGE = "coverage"
    DATA = "data"
    OBSERVATION = "observation"


class Kind(enum.StrEnum):
    BELOW_GOAL = "below_goal"
    NEAR_GOAL = "near_goal"
    WATCH = "watch"
    FALLING_BEHIND = "falling_behind"
    DROP = "drop"
    LOST_LEVEL = "lost_level"
    NOT_ASSESSED = "not_assessed"
    CHECK_DATA = "check_data"
    OBSERVATION = "observation"

    @property
    def label(self) -> str:
        """What staff read."""
        return _LABELS[self]


_LABELS = {
    Kind.BELOW_GOAL: "Under målet",
    Kind.NEAR_GOAL: "Nära målet",
    Kind.WATCH: "Ny avstämning",
    Kind.FALLING_BEHIND: "Utvecklas långsammare än planerat",
    Kind.DROP: "Lägre än förra gången",
    Kind.LOST_LEVEL: "Målet har stigit snabbare än resultatet",
    Kind.NOT_ASSESSED: "Resultat saknas",
    Kind.CHECK_DATA: "Kontrollera siffran",
    Kind.OBSERVATION: "Iakttagelse",
}


class FlagState(enum.StrEnum):
    """Where a thread stands in its life (``screening.threads`` says what leads where)."""

    NEW = "new"
    PERSISTENT = "persistent"
    PERSISTENT_UNCONFIRMED = "persistent_unconfirmed"
    AT_GOAL_ONCE = "at_goal_once"
    CLOSE_PROPOSED = "close_proposed"
    CLOSED = "closed"
    RECURRENCE = "recurrence"

    @property
    def label(self) -> str:
        """What staff read."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    FlagState.NEW: "Ny",
    FlagState.PERSISTENT: "Kvarstår",
    FlagState.PERSISTENT_UNCONFIRMED: "Kvarstår, inte bekräftad",
    FlagState.AT_GOAL_ONCE: "Nådde målet en gång",
    FlagState.CLOSE_PROPOSED: "Kan avslutas",
    FlagState.CLOSED: "Avslutad",
    FlagState.RECURRENCE: "Åter",
}

ABOUT_THE_GOAL = (Kind.BELOW_GOAL, Kind.NEAR_GOAL, Kind.WATCH)


def state_label(state: FlagState, kind: str) -> str:
    """What staff read of a thread. Who has not dropped again, or grows as planned again, may be far under the
    goal: only of signals about the goal it is said that the goal was reached."""
    is_said = state is not FlagState.AT_GOAL_ONCE or kind in ABOUT_THE_GOAL
    return state.label if is_said else "Inte längre"


_CERTAINTY_ORDER = [Certainty.CLEAR, Certainty.NEAR, Certainty.ON_THE_LINE, Certainty.UNKNOWN]
# A window without a level stands between those who need us and those who have reached the goal.
_LEVEL_ORDER = [Level.BELOW_GOAL, Level.NEAR_GOAL, Level.NOT_DETERMINED, Level.AT_GOAL, Level.ABOVE_GOAL]


def need_order(
    signal_level: int | None,
    level: Level,
    certainty: Certainty,
    below_goal_by: float | None = None,
    movement: float | None = None,
) -> tuple[int, int, int, float, float]:
    """Sort key: the greatest need first.

    ``signal_level`` 3 to 1, none without a signal; ``below_goal_by`` how far under the goal, as a share of
    the measure's range (negative above it); ``movement`` the change since last time on the same scale.
    Under the goal the surer stands first; of those who have reached it the nearer, however sure that is.
    """
    is_at_goal = level >= Level.AT_GOAL
    return (
        -(signal_level or 0),
        _LEVEL_ORDER.index(level),
        0 if is_at_goal else _CERTAINTY_ORDER.index(certainty),
        -(below_goal_by or 0.0),
        movement or 0.0,
    )
