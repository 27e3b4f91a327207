"""Talks in the calendar: by the venue's clock, with an identity, tentative while it may move."""

from datetime import UTC, date, datetime

from icalendar import Calendar
from sqlalchemy.orm import Session

from models import Proposal
from outreach.calendars.entries import Head
from outreach.calendars.writing import write
from outreach.talks.calendar_entries import load_entries
from tests import cast

SLOT = {"starts_at": datetime(2024, 7, 31, 21, 15, tzinfo=UTC),
        "ends_at": datetime(2024, 7, 31, 22, tzinfo=UTC)}  # fmt: skip


def test_only_what_has_a_slot_and_as_sure_as_it_is(session: Session) -> None:
    ours = cast.add_clocked(session)
    event = cast.add_event(session, ours, ends=date(2024, 8, 1))
    for title, state, more in (("A", "confirmed", SLOT | {"room": "401"}), ("B", "accepted", SLOT),
                               ("C", "confirmed", SLOT | {"is_provisional": True}),
                               ("D", "confirmed", {}), ("E", "rejected", SLOT)):  # fmt: skip
        cast.add_proposal(session, event, title=title, state=state, **more)
    at_event = Proposal.event_id == event.id
    entries = load_entries(session, ours, cast.NOW, at_event, has_names=True)
    content = write(Head("Ours 2024", "season"), entries)
    told = [one for one in Calendar.from_ical(content).walk("VEVENT") if "“" in one["SUMMARY"]]
    assert [(one["SUMMARY"][-13:-10], str(one["STATUS"])) for one in told] == [
        ("“A”", "CONFIRMED"), ("“B”", "TENTATIVE"), ("“C”", "TENTATIVE"),
    ]  # fmt: skip
    assert told[0]["DTSTART"].dt.isoformat() == "2024-07-31T15:15:00-06:00"
    assert told[0]["LOCATION"] == "401, Denver"
    assert len({one["UID"] for one in told}) == 3
