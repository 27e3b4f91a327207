"""Letters about staffing: posted in the transaction of the act, written when they leave.

What each kind says, and whether it is true still, is in `writing`.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.outbox import LONGEST_KEY, post

KINDS = frozenset(
    "confirmed placed changed cancelled removed left waiting offered passed "
    "cover_asked cover_closed swap_offered swap_done swap_refused "
    "reminder_day reminder_hour dropped_out short_of_people contact".split()
)


def tell(
    session: Session, now: datetime, kind: str, to: Person, fact: str, **facts: Any
) -> Message | None:
    """Post a letter of this kind to one person; None when the fact was told them already.

    `fact` names what happened so that a second time is another fact ("sign-up 12 at
    2024-07-25T15:14"); kind and person are added to it. `facts` are the keys of the rows that
    the letter tells of (sign_up_id, shift_id, cover_id, swap_id, event_id) and the state told
    (sequence, starts_at as ISO text): plain values that JSON holds.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no letter of the kind {kind}")
    return post(session, now, to, "", "", fact_key(kind, to.id, fact), kind, facts)


def fact_key(kind: str, person_id: int, fact: str) -> str:
    """Name a fact in the width of its column; a long one ends in its hash."""
    key = f"{kind} to {person_id}: {fact}"
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: LONGEST_KEY - 33]} {digest}"
