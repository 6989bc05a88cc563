"""What a program's token may be used for: each scope a part of the page of rights, never more than it."""

import enum
from collections.abc import Iterable

from assessments.access.permissions import Permission

P = Permission


class TokenScope(enum.StrEnum):
    SCORES_READ = "scores:read"
    SCORES_WRITE = "scores:write"
    SIGNALS_READ = "signals:read"
    STEPS_WRITE = "steps:write"
    REPORTS_PRINT = "reports:print"
    METRICS_READ = "metrics:read"

    @property
    def label(self) -> str:
        """What the administrator reads."""
        return _WORDS[self]


_WORDS = {
    TokenScope.SCORES_READ: "läsa klasser och resultat",
    TokenScope.SCORES_WRITE: "skriva in resultat",
    TokenScope.SIGNALS_READ: "läsa signaler och varför de finns",
    TokenScope.STEPS_WRITE: "spara nästa steg",
    TokenScope.REPORTS_PRINT: "hämta och beställa utskrifter",
    TokenScope.METRICS_READ: "läsa serverns mätvärden (ingen uppgift om någon)",
}
GIVES: dict[TokenScope, set[Permission]] = {
    TokenScope.SCORES_READ: {P.SEE_SCORES},
    TokenScope.SCORES_WRITE: {P.RECORD_SCORES},
    TokenScope.SIGNALS_READ: {P.SEE_SIGNALS},
    TokenScope.STEPS_WRITE: {P.ACT_ON_SIGNALS, P.ACT_ON_REPORTED},
    TokenScope.REPORTS_PRINT: {P.PRINT, P.LEAD_SCHOOL, P.SEE_AGGREGATES},
    TokenScope.METRICS_READ: set(),
}
ON_COMMAND = {TokenScope.METRICS_READ}
"""About the server and not about a municipality: whoever looks after the server gives it."""


def permissions_of(scopes: Iterable[TokenScope]) -> frozenset[Permission]:
    """What duties may still give where only these scopes are open."""
    return frozenset(permission for scope in scopes for permission in GIVES[scope])


def scopes_in(text: str) -> frozenset[TokenScope]:
    """Scopes as a row holds them; what a newer version may have called something is passed over."""
    return frozenset(scope for scope in TokenScope if scope in text.split())
