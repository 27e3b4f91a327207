"""What taking an import back would do now: how many of its events go, which stay, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ActSubject, Event, Foundation
from outreach.accounts.history import TOOK_BACK, Entry, find_hindrance
from outreach.accounts.rows import table_of, where_in
from outreach.calendars.clock import say_figure, say_some
from outreach.catalog.importing.going_back import find_going
from outreach.catalog.importing.import_rows import IMPORTED
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.history.lines import MOST_NAMED, find_names, say_act, select_lines

MOST_DRAWN = 600

Touch = tuple[Entry, str | None, int]
Names = Mapping[int, Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True)
class ImportGoingBack:
    """An import as it would go back."""

    entry_id: int
    going: int
    changes: int
    """Events that it changed, which are set back."""
    staying: Collection[int]
    """Events that it made and somebody works with by now."""
    touched: list[str]
    """Who did what to those, a sentence each."""

    @property
    def button(self) -> str:
        """Name what goes back; empty where nothing does."""
        if not self.going:
            return ngettext("Take back a change", "Take back %(count)s changes", self.changes,
                            count=say_figure(self.changes)) if self.changes else ""  # fmt: skip
        return ngettext("Take back an event", "Take back %(count)s events", self.going,
                        count=say_figure(self.going))  # fmt: skip

    @property
    def remark(self) -> str:
        """Say what the button leads to, and what goes back besides the events."""
        if not self.button:
            return _("Somebody works with all of it by now.")
        if self.going and self.changes:
            return ngettext("A change of an event is set back too.",
                            "%(count)s changes of events are set back too.", self.changes,
                            count=say_figure(self.changes))  # fmt: skip
        return ""

    @property
    def is_drawn(self) -> bool:
        """Tell whether its events are few enough to be drawn one by one."""
        return 1 < self.going + len(self.staying) <= MOST_DRAWN

    @property
    def says_going(self) -> str:
        """Say how many go."""
        if not self.going:
            return _("None goes back")
        count = say_figure(self.going)
        return ngettext("%(count)s goes back", "%(count)s go back", self.going, count=count)

    @property
    def says_staying(self) -> str:
        """Say how many stay; empty where none does."""
        count = len(self.staying)
        return ngettext("%(count)s was touched since: it stays",
                        "%(count)s were touched since: they stay", count,
                        count=say_figure(count)) if count else ""  # fmt: skip


def find_ways_back(
    session: Session, foundation: Foundation, entries: Collection[Entry]
) -> dict[int, ImportGoingBack]:
    """Look at the imports that can be taken back, many with as many questions as one."""
    imports = [one for one in entries if one.act == IMPORTED and find_hindrance(one) is None]
    if not imports:
        return {}
    going = find_going(session, imports)
    names = _find_names(session, foundation, imports)
    stays = {
        one.id: {
            number: names[one.at, number]
            for number in one.detail["created"]
            if number not in going[one.id] and (one.at, number) in names
        }
        for one in imports
    }
    touches = _find_touches(session, foundation, {one for some in stays.values() for one in some})
    about = find_names(session, [entry.id for entry, _who, _number in touches])
    return {
        one.id: ImportGoingBack(
            one.id,
            len(going[one.id]),
            count_changes(one),
            stays[one.id],
            _tell(stays[one.id], [touch for touch in touches if touch[0].id > one.id], about),
        )
        for one in imports
    }


def count_changes(entry: Entry) -> int:
    """Return how many events an import changed."""
    changes = entry.detail["changes"]
    return changes if isinstance(changes, int) else len(changes)  # as earlier versions kept it


def _find_names(
    session: Session, foundation: Foundation, imports: Collection[Entry]
) -> dict[tuple[datetime, int], str]:
    """Return the names of events by first instant and number, which a later one may have by now."""
    made = Event.created_at.in_([one.at for one in imports])
    query = select(Event.created_at, Event.id, Event.name)
    found = session.execute(query.where(Event.foundation_id == foundation.id, made))
    return {(at, number): name for at, number, name in found}


def _find_touches(
    session: Session, foundation: Foundation, numbers: Collection[int]
) -> list[Touch]:
    """Return the acts that stand and were about these events."""
    acts = (
        select_lines(foundation)
        .join(ActSubject, ActSubject.entry_id == Entry.id)
        .add_columns(ActSubject.subject_id)
        .where(ActSubject.subject == "event", Entry.taken_back_at.is_(None))
        .where(Entry.act.not_in((IMPORTED, TOOK_BACK)))
    )
    found: list[Touch] = []
    for condition in where_in(table_of("act_subject").c.subject_id, sorted(numbers)):
        found += [(row[0], row[1], row[2]) for row in session.execute(acts.where(condition))]
    return sorted(found, key=lambda touch: touch[0].id)


def _tell(stays: Mapping[int, str], touches: Collection[Touch], about: Names) -> list[str]:
    """Say who did what to events that stay: "Lin decided on SeaGL and FOSDEM."."""
    done: dict[tuple[str | None, str], tuple[Entry, dict[int, str], list[str]]] = {}
    for entry, who, number in touches:
        if number in stays:
            _, names, people = done.setdefault((who, entry.act), (entry, {}, []))
            names[number] = stays[number]
            people += set(about.get(entry.id, {}).get("person", ())) - {who, *people}
    said = [
        f"{who or 'Whereabouts'} {say_act(entry, _named(names, people))}."
        for (who, _act), (entry, names, people) in done.items()
    ]
    told = {number for _entry, names, _people in done.values() for number in names}
    rest = [name for number, name in stays.items() if number not in told]
    if rest:
        said.append(ngettext("%(names)s is in use.", "%(names)s are in use.", len(rest),
                             names=say_some(rest, MOST_NAMED)))  # fmt: skip
    return said


def _named(events: Mapping[int, str], people: list[str]) -> dict[str, list[str]]:
    return {"event": list(events.values())} | ({"person": people} if people else {})
