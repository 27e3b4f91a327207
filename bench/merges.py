"""Times one merge of two events with booths: `python -m bench.merges`."""

import secrets
import time
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.__main__ import met, say
from bench.crowd import Ground, lay_fair, lay_ground
from bench.scratch import scratch
from models import DuplicateOffer, Foundation, Match, Person, Segment, SignUp
from models.database import make_engine, make_sessions
from outreach.catalog.merging.merge import merge_duplicate
from outreach.planning.following import follow_acts

SHIFTS, PEOPLE, MATCHES = 100, 500, 40
TIMES = 5
MOST_MILLISECONDS = 100.0


def lay_pair(engine: Engine, ground: Ground) -> tuple[int, int]:
    """Fill an event, and offer to merge it into another; return the offer and who stays."""
    now = datetime.now(UTC)
    kept_id = lay_fair(engine, ground)
    with make_sessions(engine).begin() as session:
        ours = session.scalars(select(Foundation)).one()
        stamps = {"confirmed_at": now, "created_at": now, "changed_at": now}
        session.add_all(
            SignUp(shift_id=ground.shifts[number % SHIFTS], person_id=person, **stamps)
            for number, (person, _link) in enumerate(ground.people)
        )
        for number in range(MATCHES):
            name = f"Segment {number}"
            segment = Segment(foundation_id=ours.id, slug=f"s{number}", name=name, short_name=name)
            session.add(segment)
            session.flush()
            session.add(
                Match(segment_id=segment.id, event_id=ground.event_id, score=50, known=0.5,
                      rank=0.5, gathers=False, sentence="It is near.")
            )  # fmt: skip
        pair = {"kept_id": kept_id, "other_id": ground.event_id}
        offer = DuplicateOffer(foundation_id=ours.id, sentence="Alike.", offered_at=now, **pair)
        session.add(offer)
        session.flush()
        return offer.id, kept_id


def merge(session: Session, offer_id: int, kept_id: int) -> float:
    """Merge them as the page does, without keeping it; return the seconds of processor time."""
    offer = session.get_one(DuplicateOffer, offer_id)
    lead = session.scalars(select(Person).where(Person.role == "staff")).first()
    now = datetime.now(UTC)
    begun = time.thread_time()
    merge_duplicate(session, offer, kept_id, now, lead)
    follow_acts(session, now)
    session.flush()
    taken = time.thread_time() - begun
    session.rollback()
    return taken


def main() -> None:
    """Merge the pair a few times."""
    with scratch("merges") as urls:
        engine = make_engine(urls["merges"])
        ground = lay_ground(engine, secrets.token_hex(), SHIFTS, PEOPLE, places=PEOPLE)
        offer_id, kept_id = lay_pair(engine, ground)
        taken = []
        for _ in range(1 + TIMES):
            with make_sessions(engine)() as session:
                taken.append(1000 * merge(session, offer_id, kept_id))
        engine.dispose()
    first, again = taken[0], median(taken[1:])
    say(f"\n| merge with {SHIFTS} shifts, {PEOPLE} sign-ups, {MATCHES} matches | ms | to reach |")
    say("|---|---:|---:|")
    say(f"| under the lock, the first in a process | {first:.0f} | |")
    say(f"| under the lock | {again:.0f} | {met(again, MOST_MILLISECONDS)} |")


if __name__ == "__main__":
    main()
