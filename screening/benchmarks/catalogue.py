"""Benchmark sets as frozen values."""


def load_built_in(_app: object) -> None:
    """The set that comes with Lässpår; safe to repeat."""
