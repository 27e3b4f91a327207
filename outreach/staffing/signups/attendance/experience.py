"""Experience follows from the hours that people stood: counted when somebody comes or leaves.

What is counted stands with the person, so that no page and no sign-up counts it again. Time goes
on by itself: `recount_at` says when a shift ends that is to be counted then, and the worker does.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Foundation, Person, SignUp
from outreach.accounts.putting_back import TakingBack
from outreach.calendars.spans import whole_minutes
from outreach.staffing.house_rules import house_rules_of
from outreach.staffing.roster.stood import Stand, carried_over, load_stands, time_stood
from outreach.staffing.signups.ways_back import put_back_shifts

BATCH = 100
"""How many people one transaction counts."""


def recount(
    session: Session, foundation: Foundation, person_ids: Collection[int], now: datetime
) -> None:
    """Count what these people stood on shifts that are over for them."""
    stands = load_stands(session, SignUp.person_id.in_(person_ids))
    rules = house_rules_of(foundation)
    for number in sorted(person_ids):
        over, later = _split(stands.get(number, ()), now)
        stood = time_stood(over, now)
        # By statement: it must not refuse who changes the person at the same moment.
        session.execute(
            update(Person)
            .where(Person.id == number)
            .values(
                minutes_stood=whole_minutes(stood),
                has_stood_enough=rules.is_enough(stood),
                recount_at=later,
            )
        )


def _split(stands: Iterable[Stand], now: datetime) -> tuple[list[Stand], datetime | None]:
    """Return the shifts that are over for somebody, and when the next of those begun is."""
    begun = carried_over((one for one in stands if one.starts <= now or one.arrived), now)
    over = [one for one in begun if one.left or one.ends <= now]
    ends = [one.ends for one in begun if one.arrived and not one.left and one.ends > now]
    return over, min(ends, default=None)


def count_later(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Let the worker count these people: what they stood changed otherwise."""
    session.execute(update(Person).where(Person.id.in_(person_ids)).values(recount_at=now))


def find_uncounted(session: Session, foundation: Foundation, now: datetime) -> list[int]:
    """Return whose shift ended since they were counted."""
    due = select(Person.id).where(Person.foundation_id == foundation.id, Person.recount_at <= now)
    return list(session.scalars(due.order_by(Person.id)))


def recount_due(session: Session, foundation: Foundation, now: datetime) -> int:
    """Count some of them; the caller commits and calls again until it returns 0."""
    some = find_uncounted(session, foundation, now)[:BATCH]
    if some:
        recount(session, foundation, some, now)
    return len(some)


def put_back_noted(taking: TakingBack) -> None:
    """Take back what was noted of somebody on the day, and count again."""
    put_back_shifts(taking)
    people = taking.session.scalars(
        select(SignUp.person_id).where(SignUp.id.in_(taking.keys("sign_up")))
    )
    recount(taking.session, taking.foundation, list(people), taking.now)
