"""Compares the shifts that stand with those of new hours: kept, moved, removed, added."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.calendars.clock import opening
from outreach.language import gettext as _
from outreach.staffing.booth.drawing import Drawn, say_shifts


@dataclass(frozen=True, slots=True)
class StandingShift:
    """A shift that stands, and who is on it or waits for it: number and first name each."""

    id: int
    kind: str
    starts: datetime
    ends: datetime
    people: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What new hours would do to the shifts of a booth."""

    kept: tuple[StandingShift, ...]
    moved: tuple[tuple[StandingShift, Drawn], ...]
    removed: tuple[StandingShift, ...]
    added: tuple[Drawn, ...]

    @property
    def told(self) -> dict[int, str]:
        """Return who must be told, by number: who is on a shift that moves or goes."""
        shifts = [*(standing for standing, _ in self.moved), *self.removed]
        return {number: name for shift in shifts for number, name in shift.people}

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing that stands is touched."""
        return not (self.moved or self.removed)

    @property
    def headline(self) -> str:
        """Say what becomes of the shifts: "2 shifts new, 1 moved, 12 kept."."""
        if self.is_plain and not self.added:
            return _("Every shift stays as it is.")
        new, moved, removed = len(self.added), len(self.moved), len(self.removed)
        parts = [
            _("%(shifts)s new", shifts=say_shifts(new)) if new else "",
            _("%(count)s moved", count=moved) if moved else "",
            _("%(count)s removed", count=removed) if removed else "",
            _("%(count)s kept", count=len(self.kept)),
        ]
        return f"{opening(', '.join(filter(None, parts)))}."

    @property
    def fingerprint(self) -> str:
        """Return a short word for what is touched: what somebody saw is what is done."""
        touched = [
            [(shift.id, shift.people, str(to and (to.starts, to.ends))) for shift, to in pairs]
            for pairs in (self.moved, [(shift, None) for shift in self.removed])
        ]
        return hashlib.sha256(json.dumps(touched).encode()).hexdigest()[:16]


def compare(standing: Sequence[StandingShift], drawn: Sequence[Drawn], now: datetime) -> Difference:
    """Tell what becomes of each shift when the booth's shifts are to be as drawn.

    A shift moves to a drawn one of its kind that shares time with it, the most shared first: the
    people on it could stand there at that time. What shares no time with any goes, for nobody
    said yes to another time. What is over stays as it was, and nothing is drawn that is over.
    """
    left = [shift for shift in standing if shift.ends > now]
    free = list(drawn)
    kept = [shift for shift in standing if shift.ends <= now]
    for shift in list(left):
        same = next((one for one in free if _is_same(shift, one)), None)
        if same is not None:
            free.remove(same)
            left.remove(shift)
            kept.append(shift)
    free = [one for one in free if one.ends > now]
    moved = _pairs(left, free)
    gone = [shift for shift in left if all(shift is not one for one, _ in moved)]
    new = [one for one in free if all(one is not to for _, to in moved)]
    return Difference(
        kept=tuple(sorted(kept, key=_by_time)),
        moved=tuple(sorted(moved, key=lambda pair: _by_time(pair[0]))),
        removed=tuple(sorted(gone, key=_by_time)),
        added=tuple(new),
    )


def _is_same(shift: StandingShift, one: Drawn) -> bool:
    return (shift.kind, shift.starts, shift.ends) == (one.kind, one.starts, one.ends)


def _pairs(
    left: Sequence[StandingShift], free: Sequence[Drawn]
) -> list[tuple[StandingShift, Drawn]]:
    """Pair shifts with drawn ones, the most shared time first."""
    shared = [
        (min(shift.ends, one.ends) - max(shift.starts, one.starts), shift, one)
        for shift in left
        for one in free
        if shift.kind == one.kind
    ]
    shared = [pair for pair in shared if pair[0] > timedelta()]
    shared.sort(key=lambda pair: (-pair[0], pair[1].starts, pair[1].id, pair[2].starts))
    pairs: list[tuple[StandingShift, Drawn]] = []
    for _shared, shift, one in shared:
        if all(shift is not other and one is not to for other, to in pairs):
            pairs.append((shift, one))
    return pairs


def _by_time(shift: StandingShift) -> tuple[datetime, int]:
    return shift.starts, shift.id
