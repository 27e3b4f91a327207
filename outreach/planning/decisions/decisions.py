"""Go, No-go, proposed, cancelled: taken with one click, undone with another."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Person
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back
from outreach.calendars.clock import say_list
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.staffing.booth.booths import CALLED_OFF
from outreach.staffing.signups.call_off import tell_called_off, tell_on_again

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
) -> history.Entry | None:
    """Record one decision for each of `events`, in one act; return its line of the history.

    `today` is the planning day, `real` the instant for the audit. A no-go needs a reason: it
    stays visible next season. An event that stands so already is left as it is; where all do,
    as after a double click, the answer is the line of the decision that stands.
    """
    reason = " ".join(reason.split())
    if state == "no_go" and not reason:
        raise Refused("Say why not, in a few words: next season will ask.", "reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Keep the reason under {LONGEST_REASON} characters.", "reason")
    wait_for_others(session, foundation.id)
    standing = find_current(session, [event.id for event in events])
    events = [event for event in events if not _is(standing.get(event.id), state, reason)]
    if not events:
        return _find_newest(session, standing)
    before = _states(session, [event.id for event in events])
    with history.act(session, real, person, foundation, DECIDED, events[0]) as act:
        act.detail["state"], batch = state, secrets.token_hex(8)
        _end_current(session, [event.id for event in events])
        for event in events:
            session.add(
                Decision(
                    event_id=event.id,
                    state=state,
                    reason=reason,
                    person_id=person.id,
                    decided_on=today,
                    recorded_at=real,
                    batch=batch,
                )
            )
    _tell_people(session, before, dict.fromkeys(before, state), foundation.now(real))
    return act.entry


def _find_newest(session: Session, standing: Mapping[int, Decision]) -> history.Entry | None:
    """Return the line of the newest of these decisions."""
    events = [session.get_one(Event, event_id) for event_id in standing]
    found = [entry for one in events for entry in history.list_acts(session, one, DECIDED)]
    return max(found, key=lambda entry: entry.id, default=None)


def _put_back(taking: TakingBack) -> None:
    """Let what stood before stand again; the decision stays as one that was taken back.

    Refused when something newer was decided about one of the events meanwhile.
    """
    session = taking.session
    subjects = history.find_subjects(session, taking.entry)
    events = sorted(number for kind, number in subjects if kind == "event")
    before = _states(session, events)
    made = [one["key"][0] for one in taking.changes if one["before"] is None]
    if made:
        _end_made(session, made, taking.real)
    else:
        put_back(taking)
    after = _states(session, events)
    _tell_people(session, before, after, taking.now)
    names = [session.get_one(Event, event_id).name for event_id in events]
    taking.said = f"{say_list(names)} {'stands' if len(names) == 1 else 'stand'} as before"


def _end_made(session: Session, numbers: Collection[int], real: datetime) -> None:
    decisions = session.scalars(
        select(Decision).where(Decision.id.in_(numbers)).execution_options(populate_existing=True)
    ).all()
    if len(decisions) < len(numbers) or not all(one.is_current for one in decisions):
        raise Refused("Something newer was decided meanwhile; it stays as it is.")
    for decision in decisions:
        decision.is_current, decision.undone_at = False, real
    session.flush()
    for decision in decisions:
        _restore_previous(session, decision.event_id)


history.teach(history.Way(_put_back), "event", DECIDED)


def _states(session: Session, event_ids: Collection[int]) -> dict[int, str | None]:
    """Return what stands about each event."""
    standing = find_current(session, event_ids)
    return {one: standing[one].state if one in standing else None for one in event_ids}


def _tell_people(
    session: Session,
    before: Mapping[int, str | None],
    after: Mapping[int, str | None],
    now: datetime,
) -> None:
    """Tell who signed up for a shift that we do not go, or that we do after all."""
    was, is_now = (
        {e for e, state in one.items() if state in CALLED_OFF} for one in (before, after)
    )
    tell_called_off(session, is_now - was, now)
    tell_on_again(session, was - is_now, now)


def find_current(session: Session, event_ids: Iterable[int]) -> dict[int, Decision]:
    """Return the standing decision of each event that has one."""
    rows = session.scalars(
        select(Decision)
        .where(Decision.event_id.in_(list(event_ids)), Decision.is_current)
        .execution_options(populate_existing=True)
    )
    return {decision.event_id: decision for decision in rows}


def _is(decision: Decision | None, state: str, reason: str) -> bool:
    """Tell whether an event stands so already, by a click that Undo can take back."""
    if decision is None or decision.batch is None:
        return False
    return (decision.state, decision.reason) == (state, reason)


def _end_current(session: Session, event_ids: list[int]) -> None:
    session.execute(
        update(Decision)
        .where(Decision.event_id.in_(event_ids), Decision.is_current)
        .values(is_current=False)
    )


def _restore_previous(session: Session, event_id: int) -> None:
    previous = session.scalar(
        select(Decision)
        .where(Decision.event_id == event_id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if previous is not None:
        previous.is_current = True
        session.flush()
