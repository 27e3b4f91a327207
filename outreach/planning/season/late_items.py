"""What an event's checklist waited for, as a line of what needs somebody."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, islice

from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.planning.checklists.standing import DECIDE
from outreach.planning.deadlines.told import Deadline
from outreach.planning.season.needs import NeedsYou

MOST_ITEMS, MOST_LATE = 2, 200
"""Late items that one line names, and that are looked at."""


def needs_of_items(items: Iterable[Deadline], today: date) -> list[NeedsYou]:
    """Ask for the late items of each checklist, a line an event.

    Not that a decision is owed: Season says that of every event, listed or not.
    """
    named = (one for one in islice(items, MOST_LATE) if one.code != DECIDE)
    by_event = sorted(named, key=lambda one: one.event_id)
    listed = groupby(by_event, key=lambda one: one.event_id)
    return [need_of_items(list(some), today) for _event, some in listed]


def need_of_items(items: Sequence[Deadline], today: date) -> NeedsYou:
    """Ask for what an event's checklist waited for, and nobody has done."""
    first = items[0]
    said = [
        _("%(what)s, %(left)s", what=item.what, left=item.say_left(today))
        for item in items[:MOST_ITEMS]
    ]
    return NeedsYou(
        act="checklist",
        due=today,
        title=say_count(
            "%(event)s: %(number)s item of the checklist is late",
            "%(event)s: %(number)s items of the checklist are late", len(items), event=first.event,
        ),
        sentence=f"{'; '.join(said)}.",
        button=_("Open the checklist"),
        event_id=first.event_id,
    )  # fmt: skip
