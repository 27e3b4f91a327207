"""Why these people gather there: the thread from segment to event, issue and people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Ask, Decision, Event, Foundation, Issue, IssueSegment, Match, Segment
from models.events import NOT_CALLED_OFF
from outreach.calendars.clock import first_of, say_count, say_number, say_some
from outreach.issues.at_events.concerns import SURELY_THERE
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.matching.engine import terms
from outreach.matching.store.stops import days_near, trip_of
from outreach.matching.store.stored import explain
from outreach.planning.decisions.decisions import find_current
from outreach.planning.dossier import list_team
from outreach.planning.fit.fit_sentences import (
    FitSentence,
    say_what,
    say_where,
    say_who,
    say_with_whom,
)
from outreach.planning.fit.overview import ComingEvent
from outreach.planning.trips.near import TripOffer

MOST_OTHERS = 8
MAPPED, MOST_NAMED, MOST_EVIDENCE = 2, 5, 3
"""Events and people on the line map, rows of evidence below a reason."""
GOOD, FAIR = 60, 30
"""From these scores on it is worth going, or may be."""
NEAR_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer to "why go there?" for a segment and one event or trip."""

    segment: Segment
    events: Sequence[Event]
    match: terms.ExplainedMatch
    per_event: Sequence[terms.ExplainedMatch]
    sentences: Sequence[FitSentence]
    others: Sequence[ComingEvent]
    people: Sequence[str]
    issue: Issue | None
    decisions: dict[int, Decision]

    @property
    def place(self) -> str:
        """Return the city, or the event's name where the city is not known."""
        return self.events[0].city or self.events[0].name

    @property
    def say_apart(self) -> str:
        """Say how near the events of a trip are: "same city, 0 days apart"."""
        return TripOffer(self.events[0], tuple(self.events[1:])).say_apart()

    @property
    def is_trip(self) -> bool:
        """Tell whether it is about more than one event."""
        return len(self.events) > 1

    @property
    def headline(self) -> str:
        """Say whether to go: "Go to Denver. Visual effects people are there."."""
        score, who = self.match.score, self.segment.short_name
        named = {"place": self.place, "segment": who.lower()}
        if score is None:
            return _("Nothing is known yet about %(segment)s in %(place)s.", **named)
        if score >= GOOD:
            return _("Go to %(place)s. %(segment)s people are there.", **named | {"segment": who})
        if score >= FAIR:
            return _("%(place)s may be worth it for %(segment)s.", **named)
        return _("Little speaks for %(place)s for %(segment)s.", **named)

    @property
    def say_score(self) -> str:
        """Say the score: "82", "?"."""
        return "?" if self.match.score is None else f"{self.match.score:.0f}"

    @property
    def say_go(self) -> str:
        """Say on the button for what it is a Go: "Go for both"."""
        if not self.is_trip:
            return _("Go")
        if len(self.events) == 2:
            return _("Go for both")
        return _("Go for all %(number)s", number=say_number(len(self.events)))

    @property
    def say_more_events(self) -> str:
        """Say how many events the line map does not name: "and 2 more"."""
        return first_of(self.events, MAPPED)[1]

    @property
    def say_people(self) -> str:
        """Say who goes, as far as there is room: "Ada, Lin and 3 more"."""
        return say_some([name.split()[0] for name in self.people], MOST_NAMED) or _("nobody named")

    @property
    def is_decided(self) -> bool:
        """Tell whether every event of the trip is a go already."""
        states = {self.decisions[e.id].state for e in self.events if e.id in self.decisions}
        return states == {"go"} and len(self.decisions) == len(self.events)

    @property
    def say_known(self) -> str:
        """Say what the score rests on."""
        number = say_number(self.match.known)
        return ngettext(
            "of 100, from the %(number)s reason that is known.",
            "of 100, from the %(number)s reasons that are known.",
            self.match.known,
            number=number,
        )

    @property
    def say_left_out(self) -> str:
        """Say how many reasons are not known."""
        left = len(self.match.unknown)
        return (
            say_count(
                "%(Number)s is not known and left out.",
                "%(Number)s are not known and left out.",
                left,
            )
            if left
            else _("All six are known.")
        )

    @property
    def say_gates(self) -> str:
        """Say how the four gates stand."""
        states = [gate.state for gate in self.match.gates]
        closed, unknown = states.count("closed"), states.count("unknown")
        if closed:
            return say_count(
                "%(Number)s of four gates is closed", "%(Number)s of four gates are closed", closed
            )
        if unknown:
            return say_count(
                "No gate is closed, %(number)s is not known",
                "No gate is closed, %(number)s are not known",
                unknown,
            )
        return _("All four gates are open")

    @property
    def by_date(self) -> list[terms.Reason]:
        """Return the reasons by the day of their newest evidence, the unknown ones last."""
        return sorted(self.match.reasons, key=lambda r: (not r.known, newest(r) or date.min))


def newest(reason: terms.Reason) -> date | None:
    """Return the day of a reason's newest evidence."""
    return max((row.dated for row in reason.evidence if row.dated), default=None)


def first_evidence(reason: terms.Reason) -> tuple[Sequence[terms.EvidenceRow], str]:
    """Return the first rows of evidence behind a reason, and the line that counts the others."""
    return first_of(reason.evidence, MOST_EVIDENCE)


def find_best_event(session: Session, segment: Segment, today: date) -> int | None:
    """Return the coming event that fits the segment best."""
    return session.scalar(
        select(Match.event_id)
        .join(Event, Event.id == Match.event_id)
        .where(Match.segment_id == segment.id, Event.ends_on >= today)
        .order_by(Match.rank.desc())
        .limit(1)
    )


def explain_fit(
    session: Session, foundation: Foundation, segment: Segment, event: Event, now: datetime
) -> Fit:
    """Explain why the segment should be met at the event, and at what lies beside it."""
    candidates = _candidates(session, segment, now.date())
    events = _trip(session, segment, event)
    matches = explain(session, foundation, segment, [one.id for one in events], now)
    joined = join_matches(matches)
    issue, ask = _issue(session, segment, events)
    team = list_team(session, events)
    names = list(dict.fromkeys(member.person.name for member in team))
    knowing = {m.person.name for m in team if segment.id in {s.id for s in m.person.segments}}
    here = {one.id for one in events}
    return Fit(
        segment=segment,
        events=events,
        match=joined,
        per_event=matches,
        sentences=(
            say_who(segment, joined),
            say_where(events, joined, now.date()),
            say_what(issue, ask, joined),
            say_with_whom(names, knowing, ask, segment),
        ),
        others=[one for one in candidates if one.id not in here][:MOST_OTHERS],
        people=names,
        issue=issue,
        decisions=find_current(session, here),
    )


def join_matches(matches: Sequence[terms.ExplainedMatch]) -> terms.ExplainedMatch:
    """Join the matches of one trip: each reason as strong as at its best stop."""
    first = max(matches, key=lambda match: match.rank)
    if len(matches) == 1:
        return first
    reasons = tuple(
        _best_of(options) for options in zip(*(m.reasons for m in matches), strict=True)
    )
    gates = tuple(_worst_of(options) for options in zip(*(m.gates for m in matches), strict=True))
    points = sum(reason.points for reason in reasons if reason.known)
    known = sum(reason.weight for reason in reasons if reason.known)
    return replace(
        first,
        score=round(100 * points / known, 1) if known else None,
        points=round(points, 1),
        known_weight=known,
        reasons=reasons,
        gates=gates,
    )


def _best_of(options: Sequence[terms.Reason]) -> terms.Reason:
    best = max(options, key=lambda reason: (reason.known, reason.points))
    rows = {row: None for option in (best, *options) for row in option.evidence}
    return replace(best, evidence=tuple(rows))


def _worst_of(options: Sequence[terms.Gate]) -> terms.Gate:
    """A gate of a trip is as open as its least open stop."""
    order = {"closed": 0, "unknown": 1, "open": 2}
    return min(options, key=lambda gate: order[gate.state])


def _trip(session: Session, segment: Segment, event: Event) -> list[Event]:
    """Return the event with those beside it at which the segment gathers too."""
    near = session.scalars(
        select(Event)
        .join(Match, and_(Match.event_id == Event.id, Match.segment_id == segment.id))
        .outerjoin(Event.decision)
        .where(
            *days_near(event.starts_on, event.ends_on),
            (Match.gathers >= SURELY_THERE) | (Event.id == event.id),
            NOT_CALLED_OFF | (Event.id == event.id),
        )
        .order_by(Match.rank.desc())
        .limit(NEAR_CANDIDATES)
    ).all()
    return trip_of(event, near)


def _candidates(session: Session, segment: Segment, today: date) -> list[ComingEvent]:
    """Return the other coming events of the segment, best first."""
    rows = session.execute(
        select(
            Event.id,
            Event.name,
            Event.city,
            Event.starts_on,
            Match.score,
            Match.known,
            Match.sentence,
            Decision.state,
        )
        .join(Event, Event.id == Match.event_id)
        .outerjoin(Event.decision)
        .where(Match.segment_id == segment.id, Event.ends_on >= today)
        .order_by(Match.rank.desc())
        .limit(MOST_OTHERS + 6)
    )
    return [ComingEvent(*row[:7], state=row.state or "idea") for row in rows]


def _issue(
    session: Session, segment: Segment, events: Sequence[Event]
) -> tuple[Issue | None, Ask | None]:
    """Return the open issue that concerns the segment most: one with an ask, then the newest.

    An ask for another event is none here; one for these events goes before a general one.
    """
    asked = and_(
        Ask.issue_id == Issue.id,
        Ask.segment_id == segment.id,
        or_(Ask.event_id.is_(None), Ask.event_id.in_([event.id for event in events])),
    )
    row = session.execute(
        select(Issue, Ask)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .outerjoin(Ask, asked)
        .where(
            IssueSegment.segment_id == segment.id,
            IssueSegment.state != "rejected",
            Issue.state == "open",
        )
        .order_by(
            Ask.id.is_(None),
            IssueSegment.matched_at.desc(),
            Issue.id,
            Ask.event_id.is_(None),
            Ask.id,
        )
        .limit(1)
    ).first()
    return (row.Issue, row.Ask) if row else (None, None)
