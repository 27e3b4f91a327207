"""What an event's checklist waited for, as a line of what needs somebody."""

from collections.abc import Iterable
from datetime import date

from outreach.calendars.clock import say_count
from outreach.language import gettext as _
from outreach.planning.deadlines.told import LateList
from outreach.planning.season.needs import MOST_NEEDS, NeedsYou


def needs_of_items(late: Iterable[LateList], today: date) -> list[NeedsYou]:
    """Ask for the late items of each checklist, a line an event, as far as there is room."""
    by_name = sorted(late, key=lambda one: one.items[0].event)
    return [need_of_items(one, today) for one in by_name[:MOST_NEEDS]]


def need_of_items(late: LateList, today: date) -> NeedsYou:
    """Ask for what an event's checklist waited for, and nobody has done."""
    first = late.items[0]
    said = [
        _("%(what)s, %(left)s", what=item.what, left=item.say_left(today)) for item in late.items
    ]
    return NeedsYou(
        act="checklist",
        due=today,
        title=say_count(
            "%(event)s: %(number)s item of the checklist is late",
            "%(event)s: %(number)s items of the checklist are late", late.count, event=first.event,
        ),
        sentence=f"{'; '.join(said)}.",
        button=_("Open the checklist"),
        event_id=first.event_id,
    )  # fmt: skip
