"""What may leave now: facts that wait, those that leave as one mail, and who sends them.

Facts for one reader with the same word in `together` leave as one mail. The oldest that waits
stands for all: whichever worker has claimed it has them all, and no second mail leaves beside.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from models import Foundation, Message
from outreach.messages.outbox import PATIENCE

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 480, 480, 480, 480))
"""After each try that failed; together two days, then it is given up."""
BATCH = 10
LEASE = timedelta(minutes=2)
"""How long a claimed mail is a worker's own."""
SKEW = timedelta(minutes=5)
"""How far workers' clocks may differ, and the time that one may stand in line to claim."""
MOST_PATIENCE = timedelta(minutes=10)
"""Somebody who does one thing after the other hears of the first after so long at the latest."""
REST = timedelta(minutes=1)
"""After a mail so long no other one leaves that would have been told together with it."""

_other, _young = aliased(Message), aliased(Message)


def claim(session: Session, now: datetime, most: int = BATCH) -> Sequence[int]:
    """Claim due mail in one statement, whichever database it is; return its keys, oldest first.

    Not the example's, whose addresses are invented. A claim or a wait that ends later than any
    can was made by a clock that stood wrong, and holds nobody up.
    """
    due = (
        _due(now)
        .order_by(Message.due_at, Message.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Message)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    claimed = (
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(claimed_until=now + LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(claimed))


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether something waits that may leave now; it only reads."""
    return session.scalar(_due(now).limit(1)) is not None


def gather(session: Session, message: Message, *, locks: bool = False) -> Sequence[Message]:
    """Return all that waits to leave as one mail with this fact, itself among it, oldest first."""
    if message.together is None:
        return [message] if message.state == "waiting" else []
    waiting = select(Message).where(
        Message.person_id == message.person_id,
        Message.together == message.together,
        Message.state == "waiting",
    )
    if locks:
        waiting = waiting.with_for_update()
    return session.scalars(waiting.order_by(Message.id)).all()


def _due(now: datetime) -> Select[int]:
    """Select mail that may leave now and that no worker has."""
    own = Foundation.id.is_(None) | (~Foundation.is_example & Foundation.removed_at.is_(None))
    together = and_(
        Message.together.is_not(None),
        ~_beside(_other, _other.state == "waiting", _other.id < Message.id),
        ~_beside(_other, _other.state == "sent", _other.sent_at > now - REST,
                 _other.sent_at <= now),
        _beside(_other, _other.state == "waiting", _is_in_time(_other, now),
                or_(~_other.is_by_reader, _other.created_at <= now - MOST_PATIENCE,
                    ~_is_busy(now))),
    )  # fmt: skip
    return (
        select(Message.id)
        .outerjoin(Foundation, Foundation.id == Message.foundation_id)
        .where(Message.state == "waiting", own)
        .where(or_(together, and_(Message.together.is_(None), _is_in_time(Message, now))))
        .where(
            or_(
                Message.claimed_until.is_(None),
                Message.claimed_until <= now,
                Message.claimed_until > now + LEASE + SKEW,
            )
        )
    )


def _beside(other: Any, *conditions: ColumnExpressionArgument[bool]) -> ColumnElement[bool]:
    """Tell of a mail whether one like this is told together with it."""
    same = (other.person_id == Message.person_id, other.together == Message.together)
    return select(other.id).where(*same, *conditions).correlate(Message).exists()


def _is_busy(now: datetime) -> ColumnElement[bool]:
    """Tell whether its reader has just done something, and may do more."""
    return _beside(
        _young,
        _young.state == "waiting",
        _young.is_by_reader,
        _young.created_at > now - PATIENCE,
        _young.created_at <= now,
    )


def _is_in_time(mail: Any, now: datetime) -> ColumnElement[bool]:
    return or_(mail.due_at <= now, mail.due_at > now + max(WAITS) + SKEW)
