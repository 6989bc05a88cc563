"""Work that makes many values and lets go of them all, none in a circle, with Python's collector at rest.

The collector looks for circles through everything the process holds, over and over while values are made: it
took as long as the judging of a chunk. What is let go of without circles goes at once all the same.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Also a decorator. Whoever comes first rests the collector and wakes it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
