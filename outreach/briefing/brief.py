"""Gathers the brief of an event, or of the trip that it belongs to, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import (
    Booth,
    Brief,
    BriefIssue,
    BriefPrint,
    Event,
    Foundation,
    Issue,
    Person,
    Proposal,
    TeamMember,
    Tracker,
)
from models.talks import ON_STAGE
from outreach.accounts import history
from outreach.briefing.changes import Changes, compare_prints
from outreach.briefing.words import MOST, count_letters
from outreach.calendars.clock import first_of, say_list
from outreach.issues.at_events.concerns import Concern, find_concerns
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.dossier import list_team
from outreach.planning.prints import find_print
from outreach.planning.trips.near import find_trip
from outreach.staffing.booth.booths import find_booth, say_off, zone_of
from outreach.staffing.booth.hours import BoothDays, by_day, from_stored
from outreach.staffing.roster.days import RosterShift
from outreach.staffing.roster.load import load_shifts
from outreach.talks.load import list_talks

MOST_ASKS = 2
"""Ask cards at most; beside shifts there is one."""
MOST_FURTHER = 6
MOST_ROWS = 26
"""Shifts on a page; a line of our own words and a further issue count twice."""
SECOND_CARD = 8
"""As so many of them counts a second card."""
MOST_BESIDE_TWO = 750
"""Letters of our own words beside which a second card still fits."""
MOST_TEAM = 8
MOST_TALKS = 2
EMPTY = Brief(goal="", points=[], questions=[], contacts=[], links=[])


@dataclass(frozen=True, slots=True)
class BoothBrief:
    """What the people at the booth carry in their pocket."""

    events: Sequence[Event]
    words: Brief
    asks: Sequence[Concern]
    further: Sequence[Concern]
    audiences: Sequence[str]
    team: Sequence[TeamMember]
    talks: Sequence[Proposal]
    """Where both sides said yes: others are no talk to come to."""
    slots: Sequence[RosterShift]
    """The event's own shifts, all of them."""
    booth_days: BoothDays
    read: datetime | None
    left_out: Sequence[Concern] = ()
    """Further issues that have no room on the printed page."""
    outdated: Sequence[Concern] = ()
    """Cards that ask for what no longer needs anybody; they are not printed."""
    printed: BriefPrint | None = None
    changes: Changes = Changes()
    off: str = ""
    """Says that we do not go there; "" where we do."""

    @property
    def days(self) -> list[tuple[date, list[RosterShift]]]:
        """Return the shifts by the day that they belong to."""
        day_of = self.booth_days.day_of
        return by_day((day_of(one.starts, one.slot.kind), one) for one in self.slots)

    @property
    def also_open(self) -> Sequence[Concern]:
        """Return the further issues where the page has no end."""
        return [*self.further, *self.left_out]

    @property
    def first_team(self) -> tuple[Sequence[TeamMember], str]:
        """Return who goes, as many as fit, and the line that counts the others."""
        return first_of(self.team, MOST_TEAM)

    @property
    def headline(self) -> str:
        """Say what to ask first, else the goal; where we do not go, that alone."""
        if self.off:
            return self.off
        if self.asks and self.asks[0].ask:
            return self.asks[0].ask.question
        if self.words.goal or not self.audiences:
            return self.words.goal or _("Meet people.")
        return _("Meet %(people)s.", people=say_list(self.audiences))


def gather_brief(session: Session, event: Event, today: date | None = None) -> BoothBrief:
    """Gather everything that the brief of this event prints: its shifts first, issues beside.

    Cards whose last day was before `today` are left out and said to be.
    """
    events = find_trip(session, event)
    concerns = find_concerns(session, events, today=today)
    outdated = [concern for concern in concerns if concern.is_outdated]
    asked = [concern for concern in concerns if concern.ask and concern not in outdated]
    booth = find_booth(session, event.id)
    slots = load_shifts(session, Booth.event_id == event.id) if booth else []
    words = _words(session, [event, *events])
    first, cards = asked[:MOST_ASKS], asked[: MOST_ASKS if _has_room_for_two(slots, words) else 1]
    rest = [one for one in concerns if one not in first and one not in outdated]
    lines = [*first[len(cards) :], *([one for one in rest if one.on_brief] or rest)]
    room = _room(slots, words, cards)
    printed = find_print(session, [event.id])
    return BoothBrief(
        events=events,
        words=words,
        asks=cards,
        further=lines[:room],
        left_out=lines[room:],
        outdated=outdated,
        printed=printed,
        changes=compare_prints(printed, [*cards, *lines[:room]], concerns, words),
        audiences=list(dict.fromkeys(concern.segment for concern in asked))[:3],
        team=_once(list_team(session, events)),
        talks=list_talks(session, events, Proposal.state.in_(ON_STAGE))[:MOST_TALKS],
        slots=slots,
        off=say_off(session, event),
        booth_days=BoothDays(from_stored(booth.hours) if booth else (), zone_of(event)),
        read=session.scalar(
            select(func.max(Tracker.synced_at)).where(Tracker.foundation_id == event.foundation_id)
        ),
    )


def _has_room_for_two(slots: Sequence[RosterShift], words: Brief) -> bool:
    """Tell whether a second card fits: not beside shifts, nor beside many words."""
    letters = count_letters({part: getattr(words, part) for part in MOST})
    return not slots and sum(letters.values()) <= MOST_BESIDE_TWO


def _room(slots: Sequence[RosterShift], words: Brief, cards: Sequence[Concern]) -> int:
    """Return how many further issues are printed: they give way to all else."""
    lines = len(words.points) + len(words.questions) + len(words.links)
    rows = len(slots) + 2 * lines + SECOND_CARD * (len(cards) > 1)
    return max(0, min(MOST_FURTHER, (MOST_ROWS - rows) // 2))


def add_issue(
    session: Session,
    foundation: Foundation,
    event: Event,
    issue: Issue,
    person: Person,
    real: datetime,
) -> history.Entry | None:
    """Put an issue on the event's brief; None where it is there."""
    wait_for_others(session, foundation.id)
    with history.act(
        session, real, person, foundation, "added to brief", event, if_changed=True
    ) as act:
        act.detail["name"] = issue.key
        if session.get(BriefIssue, (event.id, issue.id)) is None:
            session.add(BriefIssue(event_id=event.id, issue_id=issue.id, added_at=real))
    return act.changed


def drop_issue(
    session: Session,
    foundation: Foundation,
    event: Event,
    issue: Issue,
    person: Person,
    real: datetime,
) -> history.Entry | None:
    """Take an issue off the event's brief; None where it is not there."""
    here = (BriefIssue.event_id == event.id, BriefIssue.issue_id == issue.id)
    with history.act(
        session, real, person, foundation, "took off brief", event, if_changed=True
    ) as act:
        act.detail["name"] = issue.key
        session.execute(delete(BriefIssue).where(*here))
    return act.changed


def find_version(session: Session, event: Event) -> int:
    """Return the version of the event's own words, 0 while it has none."""
    return session.scalar(select(Brief.version).where(Brief.event_id == event.id)) or 0


def find_words(session: Session, event: Event) -> Brief:
    """Return the words that the event's brief shows: its own, else those of its trip."""
    return _words(session, [event, *find_trip(session, event)])


def _words(session: Session, events: Sequence[Event]) -> Brief:
    """Return the texts of the first of these events that has some."""
    ids = [event.id for event in events]
    found = {
        brief.event_id: brief
        for brief in session.scalars(select(Brief).where(Brief.event_id.in_(ids)))
    }
    return next((found[id_] for id_ in ids if id_ in found), EMPTY)


def _once(team: Sequence[TeamMember]) -> list[TeamMember]:
    kept: dict[int, TeamMember] = {}
    for member in team:
        kept.setdefault(member.person_id, member)
    return list(kept.values())
