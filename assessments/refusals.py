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
