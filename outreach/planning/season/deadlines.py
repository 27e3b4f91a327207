"""What an event waits for next, and by when: counted back from its first day."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.events import CALLED_OFF
from outreach.language import gettext as _
from outreach.planning.calls.closing import Closing

DECIDE_BEFORE = 90
"""Days before the start by which go or no-go is recorded (Debian names its people by then)."""
TEAM_BEFORE = 57
"""Days before the start by which people are chosen (Mozilla's practice for FOSDEM 2016)."""
PRINT_BEFORE = 3
"""Days before the start on which issues are matched again and the brief is printed."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to do and the day by which."""

    what: str
    by: date

    def is_late(self, today: date) -> bool:
        """Tell whether the day has passed."""
        return today > self.by


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known of an event when its deadlines are drawn up."""

    starts: date
    decision: str | None
    call: Closing | None = None
    """The one that closes next, of those that are open."""
    team_size: int = 0
    next_on: date | None = None
    """When its owner decides or looks again."""


def deadlines_of(readiness: Readiness, today: date) -> list[Deadline]:
    """List what is still to do before the event, nearest first."""
    if today > readiness.starts or readiness.decision in CALLED_OFF:
        return []
    found = []
    if readiness.call:
        found.append(Deadline(readiness.call.deadline, readiness.call.due(today)))
    if readiness.decision == "go":
        if readiness.team_size < 2:
            found.append(_before(readiness, _("Name at least two people"), TEAM_BEFORE))
        found.append(_before(readiness, _("Print brief"), PRINT_BEFORE))
        if readiness.next_on:
            found.append(Deadline(_("Look again"), readiness.next_on))
    elif readiness.next_on:
        found.append(Deadline(_("Go or no-go"), readiness.next_on))
    else:
        limit = _before(readiness, _("Go or no-go"), DECIDE_BEFORE)
        # What nobody has proposed is no duty, so it is never late.
        if readiness.decision or limit.by >= today:
            found.append(limit)
    return sorted(found, key=lambda deadline: deadline.by)


def _before(readiness: Readiness, what: str, days: int) -> Deadline:
    return Deadline(what, readiness.starts - timedelta(days=days))
