"""The part of a letter that a calendar program reads: places on shifts, or their end."""

from collections.abc import Collection

from outreach.calendars.entries import Head, Sender, identity
from outreach.calendars.writing import write
from outreach.messages.written import CalendarPart, Method
from outreach.staffing.letters.own_entries import load_entries
from outreach.staffing.letters.told_about import ToldAbout


def calendar_of(scene: ToldAbout, sign_ups: Collection[int], link: str) -> CalendarPart | None:
    """Return the reader's places as one calendar: to be entered, moved or struck out.

    Their identity is of shift and person and outlives every move, so that what was entered once
    is changed and never doubled. Nobody reads what a calendar program would answer, so it
    publishes and asks nothing; where all of it has ended it cancels.
    """
    foundation, sender = scene.foundation, scene.desk.sender_address
    scope = foundation.calendar_scope
    entries = load_entries(
        scene.session,
        scene.reader,
        foundation.calendar_scope,
        foundation.name,
        scene.now,
        sign_ups,
        link,
    )
    if not entries:
        return None
    method: Method = "CANCEL" if all(one.is_cancelled for one in entries) else "PUBLISH"
    by = Sender(foundation.name, sender) if sender else None
    title = entries[0].title
    uid = identity(scope, "calendar", title)
    return CalendarPart(method, write(Head(title, uid, method, by, is_asked_for=False), entries))
