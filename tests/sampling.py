"""What is too much for every run is sampled there, by a seed that is printed; `make fuzz` runs all.

TEST_SEED draws the same sample again, TEST_WHOLE=1 leaves nothing out.
"""

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")

# In the environment, so that all workers of a run draw the same.
SEED = int(os.environ.setdefault("TEST_SEED", str(Random().randrange(2**32))))
WHOLE = os.environ.get("TEST_WHOLE", "") not in {"", "0"}


def header() -> str:
    """Say what this run draws from."""
    if WHOLE:
        return "nothing is sampled (TEST_WHOLE)"
    return f"samples are drawn by TEST_SEED={SEED}; `make fuzz` leaves nothing out"


def some(things: Sequence[Thing], most: int, of: str = "") -> list[Thing]:
    """Draw at most so many, in their order; `of` has each place of use draw its own."""
    if WHOLE or len(things) <= most:
        return list(things)
    drawn = Random(f"{SEED} {of}").sample(range(len(things)), most)
    return [things[place] for place in sorted(drawn)]


def times(short: int, whole: int) -> int:
    """Return how often something is repeated."""
    return whole if WHOLE else short
