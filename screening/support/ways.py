"""What support is called, the four ways to set its goal, and how it can have worked."""

import enum

WITHOUT_KIND = "Stöd som följs upp"  # of a period whose kind nobody has said


class SupportKind(enum.StrEnum):
    """Support that is followed up, as the law and the schools name it."""

    ADAPTATIONS = "adaptations"
    INTENSIVE_PERIOD = "intensive_period"
    SPECIAL_SUPPORT = "special_support"
    LANGUAGE_SUPPORT = "language_support"

    @property
    def label(self) -> str:
        """What staff read."""
        return _KIND_WORDS[self]


class GoalWay(enum.StrEnum):
    """Where the goal of a support period is from."""

    BENCHMARK = "benchmark"
    TYPICAL_RATE = "typical_rate"
    OWN_RATE = "own_rate"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        """What staff read, after "satt efter"."""
        return _WAY_WORDS[self]


class WhatWorked(enum.StrEnum):
    """What those who gave the support say of it when it ends."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    CANNOT_SAY = "cannot_say"

    @property
    def label(self) -> str:
        """What staff read."""
        return _WORKED_WORDS[self]


_KIND_WORDS = {
    SupportKind.ADAPTATIONS: "Extra anpassningar",
    SupportKind.INTENSIVE_PERIOD: "Intensivperiod",
    SupportKind.SPECIAL_SUPPORT: "Särskilt stöd",
    SupportKind.LANGUAGE_SUPPORT: "Språkstöd",
}
_WAY_WORDS = {
    GoalWay.BENCHMARK: "riktmärket för perioden",
    GoalWay.TYPICAL_RATE: "en och en halv gång den vanliga takten",
    GoalWay.OWN_RATE: "en och en halv gång elevens egen takt",
    GoalWay.AGREED: "det som ni har kommit överens om",
}
_WORKED_WORDS = {
    WhatWorked.YES: "Insatsen fungerade",
    WhatWorked.PARTLY: "Delar av insatsen fungerade",
    WhatWorked.NO: "Insatsen fungerade inte",
    WhatWorked.CANNOT_SAY: "Det går inte att säga",
}
