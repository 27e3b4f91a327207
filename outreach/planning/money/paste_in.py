"""Takes a pasted money table over: people who are new, requests with their lines, in one act."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, MoneyLine, MoneyRequest, MoneyStop, Person
from models.money import STEPS
from outreach.accounts import history
from outreach.catalog.places.spelling import fold_name
from outreach.costs.sums import put_amount
from outreach.locking import wait_for_others
from outreach.planning.money import states
from outreach.planning.money.loading import trip_for
from outreach.planning.money.pasting import KnownEvent, Ledger, MoneyRow, stored_rate
from outreach.planning.money.requests import Doing, add_stops

PASTED = "pasted money"


def open_ledger(session: Session, foundation: Foundation, currency: str, doing: Doing) -> Ledger:
    """Return by what a table of this foundation is read."""
    events = session.execute(
        select(Event.id, Event.name, Event.starts_on, Event.ends_on).where(
            Event.foundation_id == foundation.id
        )
    )
    people = session.execute(
        select(Person.name, Person.id)
        .where(Person.foundation_id == foundation.id)
        .order_by(Person.id.desc())
    )
    stops = (
        select(MoneyStop.person_id, MoneyStop.event_id)
        .join(Event, Event.id == MoneyStop.event_id)
        .where(Event.foundation_id == foundation.id, MoneyStop.person_id.is_not(None))
    )
    return Ledger(
        currency=currency,
        own=foundation.currency,
        today=doing.today,
        events=[KnownEvent(*row) for row in events],
        people={fold_name(name): number for name, number in people},
        asked={(person or 0, event) for person, event in session.execute(stops)},
    )


def add_pasted(doing: Doing, rows: Sequence[MoneyRow]) -> history.Entry:
    """Add what the rows say; rows of one person and trip become lines of one request."""
    session = doing.session
    wait_for_others(session, doing.foundation.id)
    requests: dict[tuple[int, int], MoneyRequest] = {}
    people: dict[str, Person] = {}
    rated = set[tuple[int, str]]()
    with history.act(session, doing.real, doing.by, doing.foundation, PASTED) as act:
        for row in rows:
            person = people.setdefault(fold_name(row.name), _person_of(doing, row, people))
            act.concerns(person)
            request = requests.get((person.id, row.event.id))
            if request is None:
                request = _begin(doing, row, person)
                named = [session.get_one(Event, one.id) for one in (row.event, *row.others)]
                trip = named if row.others else trip_for(session, person, named[0])
                add_stops(session, request, trip)
                act.concerns(*trip)
                requests |= {(person.id, event.id): request for event in trip}
            line = MoneyLine(
                request_id=request.id, what=row.what, payer=row.payer,
                has_receipt=row.has_receipt, receipt_link=row.receipt_link,
            )  # fmt: skip
            for step in STEPS:
                put_amount(line, step, row.amounts[step])
            session.add(line)
            for rate in row.rates:
                if (request.id, rate.base) not in rated:
                    rated.add((request.id, rate.base))
                    session.add(stored_rate(rate, request.id))
            session.flush()
        act.detail["name"] = str(len(rows))
    return act.entry


def _person_of(doing: Doing, row: MoneyRow, people: dict[str, Person]) -> Person:
    known = people.get(fold_name(row.name))
    if known is not None:
        return known
    if row.person_id is not None:
        return doing.session.get_one(Person, row.person_id)
    person = Person(
        foundation_id=doing.foundation.id, name=row.name, role="volunteer", created_at=doing.real
    )
    doing.session.add(person)
    doing.session.flush()
    return person


def _begin(doing: Doing, row: MoneyRow, person: Person) -> MoneyRequest:
    request = MoneyRequest(
        foundation_id=doing.foundation.id,
        person_id=person.id,
        currency=doing.foundation.currency,
        asked_on=row.days["asked_on"] or doing.today,
        approved_on=row.days["approved_on"],
        approved_by_id=row.approver_id,
        spent_on=row.days["spent_on"],
        settled_on=row.days["settled_on"],
        approval_link=row.link,
        note=row.note,
        changed_at=doing.real,
    )
    states.begin(request, row.state)
    doing.session.add(request)
    doing.session.flush()
    return request
