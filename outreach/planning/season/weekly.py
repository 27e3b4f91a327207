"""The letter of the week to staff: new matches, gaps and calls, as they are when it leaves."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.planning.deadlines.told import WantedDeadlines, list_deadlines
from outreach.planning.season.audiences import find_audiences
from outreach.planning.season.booth_gaps import find_staffing, short_events
from outreach.planning.season.lines import find_coming
from outreach.planning.season.needs import CALL_AHEAD, need_of_news
from outreach.staffing.letters.told_about import Desk, page

NEW = timedelta(days=7)
MOST_OF_EACH = 12
NOTHING = Dropped("There is nothing to tell of this week.")


def write_week(
    session: Session, foundation: Foundation, reader: Person, now: datetime, desk: Desk
) -> Written | Dropped:
    """Write what is new and what is open; dropped where there is nothing."""
    said = tell_week(session, foundation, now)
    if not said:
        return NOTHING
    body = page(
        reader,
        foundation,
        *said,
        _("All of it:\n%(address)s", address=f"{desk.base_url}/season"),
        _("How you are told of deadlines:\n%(address)s", address=f"{desk.base_url}/notices"),
    )
    return Written(compose(_("The week of $foundation"), foundation=foundation.name), body)


def tell_week(session: Session, foundation: Foundation, now: datetime) -> list[str]:
    """Say what is new and what is open, a paragraph each, only what there is."""
    parts = (
        (_("New matches:"), _news(session, foundation, now)),
        (_("Nobody is there yet:"), _gaps(session, foundation, now)),
        (_("Calls that close within three weeks:"), _calls(session, foundation, now)),
    )
    return [_part(head, lines) for head, lines in parts if lines]


def _part(head: str, lines: Iterable[str]) -> str:
    shown = list(dict.fromkeys(lines))[:MOST_OF_EACH]
    return "\n".join([head, *(compose("- $line", line=line) for line in shown)])


def _news(session: Session, foundation: Foundation, now: datetime) -> list[str]:
    today = now.date()
    new = (one for one in find_audiences(session, foundation, today) if one.matched > today - NEW)
    return [need.title for one in new if (need := need_of_news(one, today))]


def _gaps(session: Session, foundation: Foundation, now: datetime) -> list[str]:
    served = {
        line.id: line.name for line in find_coming(session, foundation, now) if line.is_served
    }
    staffing = find_staffing(session, list(served), now)
    return [
        _("%(event)s: %(gap)s", event=short.name, gap=short.sentence)
        for short in short_events(served, staffing, now.date())
    ]


def _calls(session: Session, foundation: Foundation, now: datetime) -> list[str]:
    until = now.date() + timedelta(days=CALL_AHEAD)
    calls = list_deadlines(session, foundation, now, WantedDeadlines(kind="call", until=until))
    return [
        _("%(event)s: %(what)s, %(left)s", event=one.event, what=one.what,
          left=one.say_left(now.date()))
        for one in calls
    ]  # fmt: skip
