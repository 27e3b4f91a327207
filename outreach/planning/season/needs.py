"""What needs somebody this week: at most five lines, each a verb, an object and one button."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from textwrap import shorten

from models import Proposal
from models.events import CALLED_OFF, PLANNED
from outreach.calendars.clock import (
    say_coming,
    say_count,
    say_day,
    say_days_ago,
    say_days_left,
    say_list,
    say_number,
    say_time,
)
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.planning.calls.closing import Closing
from outreach.planning.money.claims import ClaimsEnd
from outreach.planning.prints import Stale
from outreach.planning.season.booth_gaps import Short, Strayed
from outreach.talks.words import say_owed

MOST_NEEDS = 5
NEWS_DAYS = 14
"""How long a newly matched issue counts as news."""
LOOK_AHEAD = 60
"""Days ahead within which an event makes an issue of its audience urgent."""
MOST_NEWS = 40
"""New issues of one segment that are looked at."""
CALL_AHEAD = 21
URGENT = 7
"""Days before its end from which a call, or an empty shift, is never pushed out by other needs."""
MOST_CHANGES = 2
"""Changes since a print that one line tells."""
DECIDE_AHEAD = 30
"""Days ahead of the limit from which a pending decision is shown."""


@dataclass(frozen=True, slots=True)
class NeedsYou:
    """One line of "needs you". `act` names the page behind the button."""

    act: str
    due: date
    title: str
    sentence: str
    button: str
    event_id: int | None = None
    segment_slug: str | None = None
    issue_id: int | None = None
    shift_id: int | None = None
    proposal_id: int | None = None
    request_id: int | None = None
    call_id: int | None = None
    """The call that a talk can be sent to."""
    clock: str = ""
    """The time of day that it is about, where it is about one."""


@dataclass(frozen=True, slots=True)
class SegmentNews:
    """A segment with news: an issue that was matched to it, and the trip where it gathers."""

    slug: str
    short_name: str
    issue_id: int
    issue_key: str
    symptom: str
    matched: date
    wants_testers: bool
    city: str
    event_id: int
    event_names: tuple[str, ...]
    event_ids: frozenset[int]
    starts: date
    decision: str | None
    on_brief: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits for an answer or that has an open call."""

    event_id: int
    name: str
    starts: date
    decision: str | None
    decided: date | None
    call: Closing | None
    owner: str | None = None
    next_on: date | None = None
    """When its owner decides or looks again."""
    decide_before: timedelta = timedelta(days=90)


def needs_of(
    audiences: Iterable[SegmentNews],
    pending: Iterable[Pending],
    duplicates: int,
    today: date,
    stale: Iterable[Stale] = (),
    short: Iterable[Short] = (),
    strayed: Iterable[Strayed] = (),
    owed: Iterable[Proposal] = (),
    claims: Iterable[ClaimsEnd] = (),
    lists: Iterable[NeedsYou] = (),
) -> list[NeedsYou]:
    """Collect the needs, nearest first, at most MOST_NEEDS of them.

    An event whose audience has news is decided where the news is explained, so it gets no
    second line.
    """
    told, pending = _one_each(audiences), list(pending)
    found = _needs_of_news(told, today)
    calls = [need_of_answer(one, today) for one in owed]
    soonest = sorted(short, key=lambda event: (event.due(today), event.name))
    gaps = [need_of_gap(event, today) for event in soonest[:MOST_NEEDS]]
    asked = frozenset[int]().union(*(audience.event_ids for audience in told))
    for event in pending:
        decision = None if event.event_id in asked else need_of_decision(event, today)
        found.extend(filter(None, (decision,)))
        calls.extend(filter(None, (need_of_call(event, today),)))
    found.extend(need_of_stale(printed, today) for printed in stale)
    found.extend(need_of_strayed(event, today) for event in strayed)
    found.extend(filter(None, (need_of_owner(pending, today),)))
    found.extend(need_of_claims(trip, today) for trip in claims)
    if duplicates:
        found.append(_need_of_duplicates(duplicates, today))
    return _nearest(found, (calls, gaps, list(lists)), today)


def _nearest(
    others: Sequence[NeedsYou], pressing: Sequence[Sequence[NeedsYou]], today: date
) -> list[NeedsYou]:
    """Return the nearest needs; a call, a gap or a checklist of this week always has a place.

    What else waits can wait another day, what is missed this week cannot be made up for.
    """
    kinds = {"why": 0, "brief": 0, "print": 0, "own": 2}

    def order(need: NeedsYou) -> tuple[date, int, str]:
        return (need.due, kinds.get(need.act, 1), need.title)

    kept = sorted((*others, *chain(*pressing)), key=order)[:MOST_NEEDS]
    reserved = [min(kind, key=order) for kind in pressing if kind]
    reserved = [need for need in reserved if (need.due - today).days <= URGENT]
    for need in reserved:
        if need not in kept:
            kept.remove(next(other for other in reversed(kept) if other not in reserved))
            kept.append(need)
    return sorted(kept, key=order)


def _one_each(audiences: Iterable[SegmentNews]) -> list[SegmentNews]:
    """Keep the soonest event of each issue, so that one piece of news is told once."""
    kept: dict[int, SegmentNews] = {}
    for audience in sorted(audiences, key=lambda item: item.starts):
        kept.setdefault(audience.issue_id, audience)
    return list(kept.values())


def _needs_of_news(told: Iterable[SegmentNews], today: date) -> list[NeedsYou]:
    """Tell all news of one segment about one trip in one line, in the words of the first."""
    groups: dict[tuple[str, frozenset[int]], list[SegmentNews]] = {}
    for audience in told:
        if not (audience.decision == "go" and audience.on_brief):
            groups.setdefault((audience.slug, audience.event_ids), []).append(audience)
    needs = (need_of_news(group[0], today, len(group) - 1) for group in groups.values())
    return [need for need in needs if need]


def need_of_news(audience: SegmentNews, today: date, more: int = 0) -> NeedsYou | None:
    """Connect a new issue, and so many `more`, with the place where those hit gather next.

    Undecided, it asks why go; decided, it belongs on the brief; there, it needs nobody.
    """
    decided = audience.decision == "go"
    if decided and audience.on_brief:
        return None
    others = f" and {more if more < MOST_NEWS - 1 else 'many'} more" if more else ""
    news = f"{audience.short_name}: new issue {audience.issue_key}{others}"
    when = say_days_left(max((audience.starts - today).days, 0))
    wanted = "Testers are wanted." if audience.wants_testers else "It is open."
    meeting = (
        f"These people gather in {audience.city} {when}: {say_list(list(audience.event_names))}."
    )
    return NeedsYou(
        act="brief" if decided else "why",
        due=today,
        title=f"{news} for the {audience.city} brief"
        if decided
        else f"{news}. Why go to {audience.city}?",
        sentence=f"{audience.symptom} {wanted} {meeting}",
        button="Add to brief" if decided else f"Why {audience.city}?",
        event_id=audience.event_id,
        segment_slug=audience.slug,
        issue_id=audience.issue_id,
    )


def need_of_stale(stale: Stale, today: date) -> NeedsYou:
    """Ask for a new print where the one at the booth says what is no longer true."""
    when = say_days_left(max((stale.starts - today).days, 0))
    told = ". ".join(stale.changes[:MOST_CHANGES])
    more = len(stale.changes) - MOST_CHANGES
    others = f" And {say_number(more)} more." if more > 0 else ""
    return NeedsYou(
        act="print",
        due=today,
        title=f"Print the {stale.event} brief again",
        sentence=f"Changed since the print of {say_day(stale.printed.date())}: {told}.{others}"
        f" It opens {when}.",
        button="Open the brief",
        event_id=stale.event_id,
    )


def need_of_gap(short: Short, today: date) -> NeedsYou:
    """Ask for people where a shift of ours has too few."""
    first = short.gaps[0]
    return NeedsYou(
        act="cover",
        due=short.due(today),
        title=f"Find {short.sought} for {short.name}, {short.missing} missing",
        sentence=short.sentence,
        button=first.places.say_seek,
        event_id=short.event_id,
        shift_id=first.shift_id,
        clock=say_time(first.starts),
    )


def need_of_strayed(event: Strayed, today: date) -> NeedsYou:
    """Ask to move shifts that are on days without the event: people would come for nothing."""
    return NeedsYou(
        act="hours",
        due=today,
        title=f"Move the shifts of {event.name}",
        sentence=event.sentence,
        button="Change the hours",
        event_id=event.event_id,
    )


CALL_TITLES = {
    "talks": N_("Submit a talk to %(event)s"),
    "stand": N_("Apply for a stand at %(event)s"),
    "sponsors": N_("Answer the call for sponsors of %(event)s"),
    "travel": N_("Ask %(event)s for travel money"),
    "volunteers": N_("Name volunteers for %(event)s"),
}


def need_of_call(event: Pending, today: date) -> NeedsYou | None:
    """Remind of a call that closes soon."""
    if event.call is None or event.decision in CALLED_OFF:
        return None
    due = event.call.due(today)
    if (due - today).days > CALL_AHEAD:
        return None
    is_for_talks = event.call.kind == "talks"
    return NeedsYou(
        act="send" if is_for_talks else "call",
        due=due,
        title=CALL_TITLES[event.call.kind] % {"event": event.name},
        sentence=event.call.say_need(today),
        button=_("Send a talk") if is_for_talks else _("See the call"),
        event_id=event.event_id,
        call_id=event.call.call_id,
    )


def need_of_answer(proposal: Proposal, today: date) -> NeedsYou:
    """Ask for the yes or no that an event waits for."""
    return NeedsYou(
        act="talk",
        due=max(proposal.answer_by or today, today),
        title=say_owed(proposal, today).removesuffix("."),
        sentence=f"“{shorten(proposal.title, 80, placeholder='…')}” is accepted, not confirmed.",
        button="Confirm or decline",
        event_id=proposal.event_id,
        proposal_id=proposal.id,
    )


def need_of_owner(pending: Iterable[Pending], today: date) -> NeedsYou | None:
    """Ask for an owner of what is proposed or gone to and nobody's, the soonest first."""
    nobodys = [one for one in pending if one.decision in PLANNED and not one.owner]
    if not nobodys:
        return None
    first = min(nobodys, key=lambda one: one.starts)
    more = len(nobodys) - 1
    others = say_count("%(Number)s more has no owner.", "%(Number)s more have no owner.", more)
    said = _("Nobody watches what is due there and when it is decided.")
    return NeedsYou(
        act="own",
        due=today,
        title=_("Nobody owns %(event)s", event=first.name),
        sentence=f"{said} {others}" if more else said,
        button=_("I own it"),
        event_id=first.event_id,
    )


def need_of_look(event: Pending, today: date) -> NeedsYou | None:
    """Remind on the day on which the owner meant to decide or to look again, and after it."""
    if event.decision not in PLANNED or event.next_on is None or event.next_on > today:
        return None
    late = _("It was due on %(day)s.", day=say_day(event.next_on))
    said = late if event.next_on < today else _("It is due today.")
    title = _("Decide on %(event)s") if event.decision == "proposed" else _("Look at %(event)s")
    return NeedsYou(
        act="event",
        due=today,
        title=title % {"event": event.name},
        sentence=_("%(due)s %(name)s owns it.", due=said, name=event.owner)
        if event.owner
        else said,
        button=_("Decide") if event.decision == "proposed" else _("Look again"),
        event_id=event.event_id,
    )


def need_of_claims(trip: ClaimsEnd, today: date) -> NeedsYou:
    """Ask for what was spent on a trip, while it can be handed in."""
    named = {"event": trip.name, "day": say_day(trip.by)}
    return NeedsYou(
        act="claims",
        due=max(trip.by, today),
        title=_("Claims for %(event)s end on %(day)s", **named)
        if trip.by >= today
        else _("Claims for %(event)s ended on %(day)s", **named),
        sentence=say_count(
            "%(Number)s person has not handed in what was spent.",
            "%(Number)s people have not handed in what was spent.",
            len(trip.requests),
        ),
        button=_("See the money"),
        event_id=trip.event_id,
        request_id=trip.requests[0] if len(trip.requests) == 1 else None,
    )


def need_of_decision(event: Pending, today: date) -> NeedsYou | None:
    """Remind of a proposal that has no answer yet; a day that was set for it counts alone."""
    if event.next_on:
        return need_of_look(event, today)
    if event.decision != "proposed" or event.decided is None:
        return None
    limit = event.starts - event.decide_before
    if (limit - today).days > DECIDE_AHEAD or event.starts < today:
        return None
    since = say_days_ago((today - event.decided).days)
    said = f"the limit, {event.decide_before.days} days before, " + (
        f"is {say_coming(limit, today)}." if limit >= today else "has passed."
    )
    return NeedsYou(
        act="event",
        due=max(limit, today),
        title=f"Decide on {event.name}",
        sentence=f"Proposed {since}; {said}",
        button="Decide",
        event_id=event.event_id,
    )


def _need_of_duplicates(count: int, today: date) -> NeedsYou:
    return NeedsYou(
        act="duplicates",
        due=today,
        title="Merge or keep",
        sentence=ngettext(
            "One pair of events looks like the same event twice.",
            "%(num)s pairs of events look like the same event twice.",
            count,
        ),
        button="Look at them",
    )
