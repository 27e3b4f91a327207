"""Go, No-go, proposed, cancelled: taken with one click, kept and taken back by the history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Person
from models.events import CALLED_OFF, PLANNED
from outreach.accounts import history
from outreach.locking import wait_for_others
from outreach.planning.decisions.owners import give_owner
from outreach.refusal import Refused

LONGEST_REASON = 300
DECIDED = "decided"


def decide(
    session: Session,
    foundation: Foundation,
    events: Sequence[Event],
    state: str,
    reason: str,
    person: Person,
    today: date,
    real: datetime,
    told_why: str = "",
) -> history.Entry | None:
    """Record one decision for each of `events`, in one act; return its line of the history.

    `today` is the planning day, `real` the instant for the audit. A no-go needs a reason: it
    stays visible next season. What is proposed or gone to and nobody's is the person's from then
    on. An event that stands so already is left as it is; where all do, as after a double click,
    the answer is the line of the decision that stands.
    """
    reason, told_why = (" ".join(words.split()) for words in (reason, told_why))
    _check_words(state, reason, told_why)
    wait_for_others(session, foundation.id)
    standing = find_current(session, [event.id for event in events])
    events = [event for event in events if not _is(standing.get(event.id), state, reason)]
    if not events:
        return _find_newest(session, standing)
    with history.act(session, real, person, foundation, DECIDED, events[0]) as act:
        act.detail["state"] = state
        for event in events:
            if event.id in standing:
                standing[event.id].is_current = False
        session.flush()
        session.add_all(
            Decision(
                event_id=event.id,
                state=state,
                reason=reason,
                told_why=told_why if state in CALLED_OFF else "",
                person_id=person.id,
                decided_on=today,
                recorded_at=real,
            )
            for event in events
        )
        if state in PLANNED:
            give_owner(session, events, person)
    return act.entry


def _check_words(state: str, reason: str, told_why: str) -> None:
    if state == "no_go" and not reason:
        raise Refused("Say why not, in a few words: next season will ask.", "reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Keep the reason under {LONGEST_REASON} characters.", "reason")
    if len(told_why) > LONGEST_REASON:
        raise Refused(f"Keep it under {LONGEST_REASON} characters.", "told_why")


def _find_newest(session: Session, standing: Mapping[int, Decision]) -> history.Entry | None:
    """Return the line of the newest of these decisions."""
    events = [session.get_one(Event, event_id) for event_id in standing]
    found = [entry for one in events for entry in history.list_acts(session, one, DECIDED)]
    return max(found, key=lambda entry: entry.id, default=None)


def find_current(session: Session, event_ids: Iterable[int]) -> dict[int, Decision]:
    """Return the standing decision of each event that has one."""
    rows = session.scalars(
        select(Decision)
        .where(Decision.event_id.in_(list(event_ids)), Decision.is_current)
        .execution_options(populate_existing=True)
    )
    return {decision.event_id: decision for decision in rows}


def _is(decision: Decision | None, state: str, reason: str) -> bool:
    """Tell whether an event stands so already."""
    return decision is not None and (decision.state, decision.reason) == (state, reason)
