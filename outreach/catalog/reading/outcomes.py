"""What will happen to each row of a pasted table, and how that is said."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from outreach.language import gettext as _

Outcome = Literal["new", "same", "bad", "left out"]


class Judged(Protocol):
    """A row of a table that somebody is about to take over."""

    @property
    def outcome(self) -> Outcome: ...


AnyLine = TypeVar("AnyLine", bound=Judged)


def those_of(lines: Iterable[AnyLine], outcome: Outcome) -> list[AnyLine]:
    """Return the rows to which this happens."""
    return [line for line in lines if line.outcome == outcome]


def say_outcomes(lines: Sequence[Judged]) -> str:
    """Say the counts: "6 new, 1 here already."."""
    words: dict[Outcome, str] = {
        "new": _("new"), "same": _("here already"), "left out": _("left out"),
    }  # fmt: skip
    counts = {outcome: len(those_of(lines, outcome)) for outcome in words}
    parts = [f"{counts[key]} {word}" for key, word in words.items() if counts[key]]
    return f"{', '.join(parts)}." if parts else ""
