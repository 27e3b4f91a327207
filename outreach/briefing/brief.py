"""Gathers the brief of an event, or of the trip that it belongs to, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
    Talk,
    TeamMember,
    Tracker,
)
from outreach.accounts import history
from outreach.briefing.changes import Changes, compare_prints
from outreach.briefing.page import CARD, COLUMN, PrintedAsk, Room, Texts, fit_page, lines
from outreach.calendars.clock import say_list, say_moment, say_some
from outreach.issues.at_events.concerns import Concern, find_concerns, say_trackers
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.locking import wait_for_others
from outreach.planning.dossier import find_trip, list_talks, list_team
from outreach.planning.prints import find_print
from outreach.staffing.roster.days import RosterShift
from outreach.staffing.roster.load import load_shifts

MOST_ASKS = 2
"""Ask cards at most; what fits beside them `outreach.briefing.page` finds out."""
MOST_SHORT = 3
"""Shifts that did not fit and lack somebody are named up to so many."""
PARTS = {"slots": "rows", "team": "rows"}
"""What a part takes the room of, where that has another name."""
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
    talks: Sequence[Talk]
    slots: Sequence[RosterShift]
    read: datetime | None
    room: Room
    """How many of each part fit the page."""
    outdated: Sequence[Concern] = ()
    """Cards that ask for what no longer needs anybody; they are not printed."""
    printed: BriefPrint | None = None
    changes: Changes = Changes()

    @property
    def trackers(self) -> str:
        """Name where the issues on the page come from."""
        return say_trackers([*self.asks, *self.further])

    def fitting(self, part: str) -> Sequence[Any]:
        """Return what fits the page of a part, of our words or of what is known."""
        rows = getattr(self, part, None)
        whole: Sequence[Any] = getattr(self.words, part) if rows is None else rows
        return whole[: getattr(self.room, PARTS.get(part, part))]

    @property
    def say_more(self) -> str:
        """Say what did not fit of the shifts, else of the team; "" where all of it did."""
        if not self.slots:
            more = len(self.team[self.room.rows :])
            return ngettext("And %(num)s more.", "And %(num)s more.", more) if more else ""
        rest = self.slots[self.room.rows :]
        if not rest:
            return ""
        said = ngettext("And %(num)s more shift.", "And %(num)s more shifts.", len(rest))
        short = [
            _("%(count)s on %(time)s", count=slot.missing, time=say_moment(slot.starts, slot.zone))
            for slot in rest
            if slot.missing
        ]
        missing = _("Missing: %(places)s.", places=say_some(short, MOST_SHORT)) if short else ""
        return f"{said} {missing}".rstrip()

    @property
    def headline(self) -> str:
        """Say what to ask first, else the goal."""
        return _headline(self.asks, self.words, self.audiences)


def gather_brief(session: Session, event: Event, today: date | None = None) -> BoothBrief:
    """Gather everything that the brief of this event prints, as much as fits one page.

    Cards whose last day was before `today` are left out and said to be.
    """
    events = find_trip(session, event)
    concerns = find_concerns(session, events, today=today)
    outdated = [concern for concern in concerns if concern.is_outdated]
    asked = [concern for concern in concerns if concern.ask and concern not in outdated]
    cards = asked[:MOST_ASKS]
    rest = [one for one in concerns if one not in cards and one not in outdated]
    added = [concern for concern in rest if concern.on_brief] or rest
    words = _words(session, [event, *events])
    team, talks = _once(list_team(session, events)), list_talks(session, events)
    slots = load_shifts(session, Booth.event_id.in_([one.id for one in events]))
    audiences = list(dict.fromkeys(concern.segment for concern in asked))[:3]
    room = fit_page(_texts(words, cards, audiences, len(slots or team), talks, added))
    further = [*cards[room.cards :], *added][: room.further]
    cards = cards[: room.cards]
    printed = find_print(session, [event.id])
    return BoothBrief(
        events=events,
        words=words,
        asks=cards,
        further=further,
        outdated=outdated,
        printed=printed,
        changes=compare_prints(printed, [*cards, *further], concerns, words),
        audiences=audiences,
        team=team,
        talks=talks,
        slots=slots,
        room=room,
        read=session.scalar(
            select(func.max(Tracker.synced_at)).where(Tracker.foundation_id == event.foundation_id)
        ),
    )


def _texts(
    words: Brief,
    cards: Sequence[Concern],
    audiences: Sequence[str],
    rows: int,
    talks: Sequence[Talk],
    further: Sequence[Concern],
) -> Texts:
    """Spell what wants to be on the page, each text about as long as it is printed."""
    return Texts(
        headline=_headline(cards, words, audiences),
        intro=f"Goal. {words.goal} Who. {say_list(list(audiences))}.",
        cards=[_card(concern) for concern in cards],
        rows=[""] * rows,
        talks=[f"{talk.title}, with speaker, day, time and room {talk.room}" for talk in talks],
        further=[_line(concern) for concern in further],
        points=[f"{one['head']} {one['text']}    " for one in words.points],
        questions=[f"{one['q']:<{COLUMN}} {one['a']}" for one in words.questions],
        links=[f"{one['label']}: {one['url']}" for one in words.links],
        contacts=[f"{one['who']}, {one.get('phone', '')}" for one in words.contacts],
    )


def _headline(asks: Sequence[Concern], words: Brief, audiences: Sequence[str]) -> str:
    if asks and asks[0].ask:
        return asks[0].ask.question
    return words.goal or f"Meet {say_list(list(audiences)) or 'people'}."


def _card(concern: Concern) -> PrintedAsk:
    """Return the texts of an ask card, a text for each of its lines."""
    ask = concern.ask
    if ask is None:
        return PrintedAsk(concern.title, ())
    ends = f"{ask.ends_on or ''} {ask.good_until}".strip()
    helped = f"{concern.helper or ''} knows this one. Good until {ends}."
    texts = [
        *filter(None, [ask.audience, ask.then]),
        *(_stacked(steps) for steps in (ask.steps, ask.way_back) if steps),
        f"{concern.state_words}, {ask.since}.",
        *([helped] if concern.helper or ends else []),
        f"{concern.why}. {concern.tracker}.",
    ]
    return PrintedAsk(ask.question, texts, has_code=bool(ask.answer_url))


def _stacked(steps: Sequence[str]) -> str:
    """Fill each command up to whole lines: it begins on one of its own, in wider letters."""
    wide = [f"{step}{step[: len(step) // 4]}" for step in steps]
    return "".join(text.ljust(CARD * lines(text, CARD)) for text in wide)


def _line(concern: Concern) -> str:
    """Return an issue's line as it is printed, with where it comes from and why."""
    return f"new {concern.key}: {concern.title[:48]} {concern.tracker}; {concern.why[:48]}"


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
    with history.act(session, real, person, foundation, "added to brief", event) as act:
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
    with history.act(session, real, person, foundation, "took off brief", event) as act:
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
