"""Why these people gather there: the thread from segment to event, issue and people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models import Ask, Decision, Event, Foundation, Issue, IssueSegment, Match, Segment
from outreach.calendars.words import say_coming, say_date, say_list, say_number, say_span
from outreach.matching import terms
from outreach.matching.gathered import as_stop
from outreach.matching.stored import explain
from outreach.matching.trips import find_trips
from outreach.planning.concerns import SURELY_THERE
from outreach.planning.dossier import list_team

MOST_OTHERS = 8
NEAR_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence comes from."""

    words: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Strand:
    """One of the four half sentences that read as one; `known` False is shown as unknown."""

    head: str
    text: str
    source: Source | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another event of the segment, by its stored match."""

    id: int
    name: str
    city: str | None
    starts: date
    score: int | None
    known: int
    sentence: str
    state: str


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer to "why go there?" for a segment and one event or trip."""

    segment: Segment
    events: Sequence[Event]
    match: terms.Match
    per_event: Sequence[terms.Match]
    strands: Sequence[Strand]
    others: Sequence[Candidate]
    people: Sequence[str]
    issue: Issue | None
    decisions: dict[int, Decision]

    @property
    def place(self) -> str:
        """Return the city, or the event's name where the city is not known."""
        return self.events[0].city or self.events[0].name

    @property
    def is_decided(self) -> bool:
        """Tell whether every event of the trip is a go already."""
        states = {self.decisions[e.id].state for e in self.events if e.id in self.decisions}
        return states == {"go"} and len(self.decisions) == len(self.events)

    @property
    def by_date(self) -> list[terms.Reason]:
        """Return the reasons by the day of their newest evidence, the unknown ones last."""
        return sorted(self.match.reasons, key=lambda r: (not r.known, newest(r) or date.min))


def newest(reason: terms.Reason) -> date | None:
    """Return the day of a reason's newest evidence."""
    return max((row.dated for row in reason.evidence if row.dated), default=None)


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
    candidates = _candidates(session, foundation, segment, event)
    events = _trip(session, segment, event)
    matches = explain(session, foundation, segment, [one.id for one in events], now)
    joined = join_matches(matches)
    issue, ask = _issue(session, segment)
    team = list_team(session, events)
    names = list(dict.fromkeys(member.person.name for member in team))
    knowing = {m.person.name for m in team if segment.id in {s.id for s in m.person.segments}}
    decisions = session.scalars(
        select(Decision).where(
            Decision.event_id.in_([one.id for one in events]), Decision.is_current
        )
    )
    here = {one.id for one in events}
    return Fit(
        segment=segment,
        events=events,
        match=joined,
        per_event=matches,
        strands=(
            _who(segment, joined),
            _where(events, joined, now.date()),
            _what(issue, ask, joined),
            _with_whom(names, knowing, ask, segment),
        ),
        others=[one for one in candidates if one.id not in here][:MOST_OTHERS],
        people=names,
        issue=issue,
        decisions={decision.event_id: decision for decision in decisions},
    )


def join_matches(matches: Sequence[terms.Match]) -> terms.Match:
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
    reach = timedelta(days=7)
    near = session.scalars(
        select(Event)
        .join(Match, and_(Match.event_id == Event.id, Match.segment_id == segment.id))
        .outerjoin(Decision, and_(Decision.event_id == Event.id, Decision.is_current))
        .where(
            Event.starts_on <= event.ends_on + reach,
            Event.ends_on >= event.starts_on - reach,
            (Match.gathers >= SURELY_THERE) | (Event.id == event.id),
            Decision.state.is_(None)
            | Decision.state.in_(["proposed", "go"])
            | (Event.id == event.id),
        )
        .order_by(Match.rank.desc())
        .limit(NEAR_CANDIDATES)
    ).all()
    by_key = {str(one.id): one for one in near}
    for trip in find_trips(as_stop(one) for one in near):
        if str(event.id) in trip.keys:
            return [by_key[key] for key in trip.keys]
    return [event]


def _candidates(
    session: Session, foundation: Foundation, segment: Segment, event: Event
) -> list[Candidate]:
    """Return the other coming events of the segment, best first."""
    today = min(event.starts_on, foundation.clock.date()) if foundation.clock else event.starts_on
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
        .outerjoin(Decision, and_(Decision.event_id == Event.id, Decision.is_current))
        .where(Match.segment_id == segment.id, Event.ends_on >= today)
        .order_by(Match.rank.desc())
        .limit(MOST_OTHERS + 6)
    )
    return [Candidate(*row[:7], state=row.state or "idea") for row in rows]


def _issue(session: Session, segment: Segment) -> tuple[Issue | None, Ask | None]:
    """Return the open issue that concerns the segment most: one with an ask, then the newest."""
    row = session.execute(
        select(Issue, Ask)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .outerjoin(Ask, and_(Ask.issue_id == Issue.id, Ask.segment_id == segment.id))
        .where(
            IssueSegment.segment_id == segment.id,
            IssueSegment.state != "rejected",
            Issue.state == "open",
        )
        .order_by(Ask.id.is_(None), IssueSegment.matched_at.desc(), Issue.id)
        .limit(1)
    ).first()
    return (row.Issue, row.Ask) if row else (None, None)


def _source_of(row: terms.Row) -> Source:
    dated = f", {say_date(row.dated)}" if row.dated else ""
    return Source(f"{row.source}{dated}", row.url)


def _who(segment: Segment, match: terms.Match) -> Strand:
    community = match.reasons[0]
    stated = [row for row in community.evidence if isinstance(row, terms.Gathering)]
    source = _source_of(stated[0]) if stated else Source("segment profile")
    tools = say_list(segment.software[:3])
    text = f"They work with {tools}." if tools else segment.summary.partition(". ")[0]
    return Strand(segment.who or segment.short_name, text, source)


def _where(events: Sequence[Event], match: terms.Match, today: date) -> Strand:
    first = events[0]
    place = first.city or first.name
    stops = [f"{one.name} ({say_span(one.starts_on, one.ends_on)})" for one in events]
    known = match.reasons[0].known
    verb = "gather in" if known else "may gather in"
    count = say_number(len(events))
    trip = f": {count} events, one city, one trip." if len(events) > 1 else "."
    coming = say_coming(first.starts_on, today)
    return Strand(
        f"{verb} {place} {coming.replace('on ', 'from ', 1)},",
        f"{say_list(stops)}{trip}",
        _source_of(match.reasons[0].evidence[0]) if known else None,
        known,
    )


def _what(issue: Issue | None, ask: Ask | None, match: terms.Match) -> Strand:
    if issue is None:
        return Strand(
            "with no open issue of theirs", "None is linked to this segment yet.", None, False
        )
    head = (
        "where a fix waits for testers,"
        if ask and ask.kind == "test"
        else "where an open issue hits them,"
    )
    live = next(reason for reason in match.reasons if reason.code == "issue")
    source = _source_of(live.evidence[0]) if live.known else Source(issue.key, issue.url)
    text = ask.symptom if ask and ask.symptom else issue.title
    return Strand(head, f"{text.rstrip('.')}: {issue.key}, {issue.state}.", source)


def _with_whom(
    names: Sequence[str], knowing: set[str], ask: Ask | None, segment: Segment
) -> Strand:
    asked = "ask them to try it" if ask and ask.kind == "test" else "meet them"
    if not names:
        return Strand(f"and nobody yet to {asked}.", "No one is named for it.", None, False)
    first = [name.split()[0] for name in names]
    experts = [name.split()[0] for name in names if name in knowing]
    know = "knows" if len(experts) == 1 else "know"
    text = f"{say_list(first)}." + (
        f" {say_list(experts)} {know} {segment.short_name.lower()}." if experts else ""
    )
    count = "one of us" if len(names) == 1 else f"{say_number(len(names))} of us"
    return Strand(f"and {count} can {asked}.", text, Source("people list"))
