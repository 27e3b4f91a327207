"""Acts as a page of a history tells them: when, what changed, and how each goes back or why not."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_full_moment, say_moment, say_time
from outreach.language import gettext as _
from outreach.planning.history.changes import ToldChange, tell_changes
from outreach.planning.history.imports import ImportGoingBack, find_ways_back
from outreach.planning.history.lines import Line, tell_lines
from outreach.planning.history.stretch import Found

LETTERS = frozenset(["handed over a link", "sent again"])


@dataclass(frozen=True, slots=True)
class ToldAct:
    """One act; `pressed` is the line that its button takes back, None where it has none."""

    line: Line
    when: str
    is_today: bool
    """Whether it opens what was done today."""
    said: list[ToldChange]
    pressed: int | None
    why_not: str
    way: ImportGoingBack | None
    """Of an import: what of it goes back."""

    @property
    def goes(self) -> bool:
        """Tell whether it stands and can be taken back."""
        return self.pressed == self.line.id


def tell_acts(
    session: Session, foundation: Foundation, found: Found, today: date, by: Person
) -> list[ToldAct]:
    """Tell acts in the order they were done; who leads an event is offered what is theirs."""
    entries = [entry for entry, _who in found]
    said = tell_changes(session, foundation, entries)
    again = history.find_ways_again(session, entries)
    is_staff = by.role == "staff"
    ways = find_ways_back(session, foundation, entries) if is_staff else {}
    told: list[ToldAct] = []
    before: datetime | None = None
    for entry, line in zip(entries, tell_lines(session, foundation, found), strict=True):
        mine = is_staff or history.is_a_leads(entry, by)
        pressed = again.get(entry.id, entry) if line.is_back else entry
        goes = mine and history.find_hindrance(pressed) is None
        day = line.at.date()
        told.append(
            ToldAct(
                line,
                _say_when(line.at, before, today),
                day == today and (before is None or before.date() != day),
                said[entry.id],
                pressed.id if goes else None,
                _say_why_not(entry) if mine and not goes else "",
                ways.get(entry.id),
            )
        )
        before = line.at
    return told


def _say_when(local: datetime, before: datetime | None, today: date) -> str:
    """Say when it was done, below what was done before it: the day once, the year if not this."""
    if before is not None and before.date() == local.date():
        return say_time(local)
    if local.date() == today:
        return _("today %(clock)s", clock=say_time(local))
    return say_moment(local) if local.year == today.year else say_full_moment(local)


def _say_why_not(entry: Entry) -> str:
    """Say in a few words why an act does not go back; empty where it does."""
    if entry.taken_back_at is not None:
        return _("taken back")
    if entry.act in LETTERS:
        return _("sent mail stays sent")
    if entry.subject in ("tracker", "issue") and entry.person_id is None:
        return _("comes from the tracker")
    if (entry.subject, entry.act) == ("person", "removed"):
        return _("stays forgotten")
    return {
        history.TOO_OLD: _("too old"),
        history.NOTHING: _("changed nothing"),
        history.FINAL: _("cannot be done again"),
    }.get(history.find_hindrance(entry) or "", "")
