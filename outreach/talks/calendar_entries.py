"""Talks that have a slot, as entries of a calendar."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Event, Proposal
from models.talks import SPEAKING
from outreach.calendars.entries import Entry, identity
from outreach.language import gettext as _
from outreach.talks.load import list_talks
from outreach.talks.words import say_speakers


def load_entries(session: Session, events: Sequence[Event], scope: str) -> list[Entry]:
    """Return an entry for each talk at these events; one that may still move is tentative."""
    slots = (Proposal.starts_at.is_not(None), Proposal.state.in_(SPEAKING))
    return [_entry(one, scope) for one in list_talks(session, events, *slots)]


def _entry(proposal: Proposal, scope: str) -> Entry:
    event = proposal.event
    assert proposal.starts_at and proposal.ends_at  # noqa: S101 - a slot is whole
    named = {"talk": proposal.title, "who": say_speakers(proposal), "event": event.name}
    is_sure = not (proposal.is_provisional or proposal.is_owed)
    return Entry(
        uid=identity(scope, "talk", proposal.id, 0),
        title=_("%(who)s: “%(talk)s”, %(event)s", **named),
        starts=proposal.starts_at,
        ends=proposal.ends_at,
        zone=event.timezone,
        place=", ".join(part for part in (proposal.room, event.city) if part),
        sequence=proposal.version - 1,
        stamp=event.created_at,
        standing="confirmed" if is_sure else "tentative",
    )
