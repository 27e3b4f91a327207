"""Go, No-go, proposed, cancelled: taken with one click, undone with another."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Person
from outreach.accounts.audit import record
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.staffing.booth.booths import CALLED_OFF
from outreach.staffing.signups.call_off import tell_called_off, tell_on_again

LONGEST_REASON = 300


def decide(
    session: Session,
    foundation: Foundation,
    events: Sequence[Event],
    state: str,
    reason: str,
    person: Person,
    today: date,
    real: datetime,
) -> str:
    """Record one decision for each of `events`; return the batch that `undo` takes back.

    `today` is the planning day, `real` the instant for the audit. A no-go needs a reason: it
    stays visible next season. An event that stands so already is left as it is; where all do,
    as after a double click, the answer is the batch that stands.
    """
    reason = " ".join(reason.split())
    if state == "no_go" and not reason:
        raise Refused("Say why not, in a few words: next season will ask.", "reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Keep the reason under {LONGEST_REASON} characters.", "reason")
    wait_for_others(session, foundation.id)
    standing = find_current(session, [event.id for event in events])
    events = [event for event in events if not _is(standing.get(event.id), state, reason)]
    newest = max(standing.values(), key=lambda decision: decision.id, default=None)
    if newest and newest.batch and not events:
        return newest.batch
    batch = secrets.token_hex(8)
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
        detail = {"state": state, "reason": reason}
        record(session, real, person, foundation, "decided", "event", event.id, detail)
    session.flush()
    before = {event.id: _state_of(standing.get(event.id)) for event in events}
    _tell_people(session, before, dict.fromkeys(before, state), foundation.now(real))
    return batch


def undo(
    session: Session, foundation: Foundation, batch: str, person: Person, real: datetime
) -> list[int]:
    """Take a batch back and restore what stood before; return the events that changed.

    Refused when something newer was decided about one of the events meanwhile.
    """
    wait_for_others(session, foundation.id)
    decisions = session.scalars(
        select(Decision)
        .join(Event)
        .where(Decision.batch == batch, Event.foundation_id == foundation.id)
        .where(Decision.undone_at.is_(None))
        .execution_options(populate_existing=True)
    ).all()
    for decision in decisions:
        if not decision.is_current:
            raise Refused("Something newer was decided meanwhile; it stays as it is.")
        decision.is_current, decision.undone_at = False, real
    session.flush()
    for decision in decisions:
        _restore_previous(session, decision.event_id)
    now_stands = find_current(session, [decision.event_id for decision in decisions])
    before: dict[int, str | None] = {one.event_id: one.state for one in decisions}
    after = {event_id: _state_of(now_stands.get(event_id)) for event_id in before}
    _tell_people(session, before, after, foundation.now(real))
    for decision in decisions:
        detail = {"undone": decision.state}
        record(session, real, person, foundation, "undid", "event", decision.event_id, detail)
    return [decision.event_id for decision in decisions]


def _state_of(decision: Decision | None) -> str | None:
    return decision.state if decision else None


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
