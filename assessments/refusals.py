"""How rules say no: with every reason at once, in Swedish, before anything has changed."""

import errno

FAILURES = {
    errno.ENOENT: "det finns ingen sådan fil eller mapp",
    errno.EACCES: "behörighet saknas",
    errno.EPERM: "behörighet saknas",
    errno.ENOTDIR: "en del av sökvägen är ingen mapp",
    errno.EEXIST: "där finns redan en fil",
    errno.EISDIR: "det är en mapp",
    errno.ENAMETOOLONG: "namnet är för långt",
    errno.ENOSPC: "disken är full",
    errno.EDQUOT: "utrymmet är slut",
    errno.EROFS: "disken går bara att läsa",
}

SQLITE_CANNOT = {
    "locked": "{} är upptagen. Inget har ändrats. Försök igen om en stund.",
    "busy": "{} är upptagen. Inget har ändrats. Försök igen om en stund.",
    "readonly": "{} går bara att läsa här. Inget har ändrats.",
    "full": "{}: disken är full. Inget har ändrats.",
    "disk I/O": "{}: disken är full eller går inte att läsa och skriva på. Inget har ändrats.",
    "not a database": "{} är ingen databas. Flytta undan filen och försök igen.",
    "malformed": "{} är skadad. Inget har ändrats. Återställ en säkerhetskopia med: lasspar restore",
    "unable to open": "{} går inte att öppna. Kontrollera att du får läsa och skriva både filen och mappen.",
}  # what SQLite says, and what we say of the file


class Refused(Exception):
    """The data or the state does not allow it. ``reasons`` are whole sentences for the person who asked."""

    def __init__(self, reasons: list[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else reasons
        super().__init__(" ".join(self.reasons))


class NotYet(Refused):
    """What was asked for can be had a while later, without anybody changing anything."""


def because(error: OSError) -> str:
    """Why the system could not, in Swedish where we know the word for it."""
    return FAILURES.get(error.errno or 0, error.strerror or str(error))


def because_of_sqlite(text: str, file: object) -> str | None:
    """What SQLite could not do with the file, as a sentence; None where we know none for it."""
    return next((said.format(file) for part, said in SQLITE_CANNOT.items() if part in text), None)
