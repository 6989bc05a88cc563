"""The parts of what is known of a pupil that can be chosen, and what they are called."""

import enum
from collections.abc import Iterable


class Part(enum.StrEnum):
    """Something that travels only when it was chosen."""

    RESULTS = "results"
    SIGNALS = "signals"
    SUPPORT = "support"
    STEPS = "steps"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def hint(self) -> str:
        return _HINTS[self]


_LABELS = {
    Part.RESULTS: "Resultat",
    Part.SIGNALS: "Öppna signaler och varför",
    Part.SUPPORT: "Stöd och vad som fungerade",
    Part.STEPS: "Öppna steg",
}
_HINTS = {
    Part.RESULTS: "Mått, resultat och nivå.",
    Part.SIGNALS: "Varför eleven följs upp, med resultat och mål.",
    Part.SUPPORT: "Stödperioder: vad, när, före och efter, och hur det gick.",
    Part.STEPS: "Planerade nästa steg: vad, funktion och dag, och raden som hör till.",
}


def in_order(chosen: Iterable[str]) -> list[str]:
    """The known ones among what was chosen, in the order they are told."""
    wanted = set(chosen)
    return [part.value for part in Part if part.value in wanted]
