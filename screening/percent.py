"""Shares as people read them. One way to round, so that no two pages say different percents of one share."""

ALMOST = 1e-9  # of a percent: what a float loses of a share that it cannot hold


def whole_percent(share: float) -> int:
    """``0.125`` as 13: halves upwards. ``share`` is 0 or more."""
    return int(100 * share + 0.5 + ALMOST)
