"""Writes the letter about deadlines when it leaves, from what is true then, or drops it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation, Message, NoticeChoice, Person
from outreach.calendars.clock import say_count, say_day_month, say_list
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.planning.deadlines.notices import (
    WEEKLY,
    find_near,
    find_readers,
    is_told_weekly,
    notice_kind,
    wanted_by,
)
from outreach.planning.deadlines.told import Deadline
from outreach.planning.season.weekly import write_week
from outreach.staffing.letters.told_about import Desk, page

NO_MORE = Dropped("What it told of is no more.")
UNWANTED = Dropped("The reader wants no letters about deadlines.")
WEEK = 7


def write(session: Session, message: Message, real: datetime, desk: Desk) -> Written | Dropped:
    """Return the letter as it is true now; or why it is dropped. Nothing is written."""
    reader = session.get(Person, message.person_id) if message.person_id else None
    if reader is None:
        return NO_MORE
    foundation = session.get_one(Foundation, reader.foundation_id)
    how, kinds = wanted_by(session.get(NoticeChoice, reader.id))
    now = foundation.now(real)
    if message.kind == WEEKLY:
        if not is_told_weekly(reader, how, kinds):
            return UNWANTED
        return write_week(session, foundation, reader, now, desk)
    if how == "none":
        return UNWANTED
    told = {(mark[0], mark[1]): mark[3] for mark in message.facts["marks"]}
    mine = list_own(session, foundation, reader, now, kinds)
    due = [
        one
        for one in mine
        if (mark := told.get((one.source, one.number))) and one.days(now.date()) <= mark
    ]
    if not due:
        return NO_MORE
    if how == "daily":
        due = [one for one in mine if one in due or one.days(now.date()) <= WEEK]
    return _written(foundation, reader, due, now, desk)


def list_own(
    session: Session, foundation: Foundation, reader: Person, now: datetime, kinds: Collection[str]
) -> list[Deadline]:
    """Return somebody's deadlines of these kinds that are late or near."""
    near = find_near(session, foundation, now)
    mine = find_readers(session, foundation, near).get(reader.id, ())
    return [one for one in mine if notice_kind(one) in kinds]


def _written(
    foundation: Foundation, reader: Person, due: Sequence[Deadline], now: datetime, desk: Desk
) -> Written:
    first, today = due[0], now.date()
    subject = compose(_("$what, $event: $left_time"), what=first.what, event=first.event,
                      left_time=first.say_left(today))  # fmt: skip
    if len(due) > 1:
        subject = say_count("%(Number)s deadline", "%(Number)s deadlines", len(due))
        events = [compose("$event", event=name) for name in dict.fromkeys(o.event for o in due)]
        subject = _("%(deadlines)s: %(events)s", deadlines=subject, events=say_list(events))
    body = page(
        reader,
        foundation,
        _("This waits for you:") + "\n" + say_as_text(due, now),
        _("The checklists:\n%(addresses)s", addresses="\n".join(_addresses(due, desk))),
        _("How you are told of deadlines:\n%(address)s", address=f"{desk.base_url}/notices"),
    )
    return Written(subject, body, stop_url=None)


def _addresses(due: Sequence[Deadline], desk: Desk) -> list[str]:
    events = dict.fromkeys(one.event_id for one in due)
    return [f"{desk.base_url}/events/{number}/checklist" for number in events]


def say_as_text(due: Sequence[Deadline], now: datetime) -> str:
    """Say deadlines one a line, for a letter or to copy into a chat."""
    today = now.date()
    return "\n".join(
        compose(
            _("- $day_time, $left_time: $what ($event)"),
            day_time=say_day_month(one.by),
            left_time=one.say_left(today),
            what=one.what,
            event=one.event,
        )
        for one in due
    )
