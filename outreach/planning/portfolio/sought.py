"""What was asked of a portfolio: limits, what must be in and what must not, whom to reach."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from outreach.planning.portfolio.problem import Limits


@dataclass(frozen=True, slots=True)
class Sought:
    """A question as somebody asked it, by the numbers of events, segments and people."""

    limits: Limits = Limits()
    unpriced: int = 0
    """What an event counts whose price is not known."""
    must: frozenset[int] = frozenset()
    must_not: frozenset[int] = frozenset()
    segments: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        sets = {name: sorted(getattr(self, name)) for name in SETS}
        limits = asdict(self.limits) | {"in_region": dict(self.limits.in_region)}
        return {"limits": limits, "unpriced": self.unpriced, **sets}


SETS = ("must", "must_not", "segments", "people")


def read_sought(stored: Mapping[str, Any]) -> Sought:
    """Read what was kept."""
    sets = {name: frozenset(stored[name]) for name in SETS}
    return Sought(Limits(**stored["limits"]), stored["unpriced"], **sets)
