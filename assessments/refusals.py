"""How rules say no: with every reason at once, in Swedish, before anything has changed."""


class Refused(Exception):
    """The data or the state does not allow it. ``reasons`` are whole sentences for the person who asked."""

    def __init__(self, reasons: list[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else reasons
        super().__init__(" ".join(self.reasons))
