"""What a sign-up is: taken, offered, waiting, or gone (left, removed, passed).

Nothing else sets a sign-up's state; only Undo puts a whole row back. Each act here flushes,
and expects that shift and person are locked, that the caller has checked what it must, and
that the caller tells who has to hear of it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from models import Cover, Person, Shift, SignUp, Swap

Gone = Literal["left", "removed"]


class Origin(NamedTuple):
    """Where a sign-up was made, as hashes; kept while nobody knows who made it."""

    browser: str | None = None
    network: str | None = None


KNOWN = Origin()


def take(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    *,
    reason: str = "",
    placed_by: Person | None = None,
    is_lead: bool = False,
    form_key: str | None = None,
    origin: Origin = KNOWN,
) -> SignUp:
    """Put a person on a shift; `row` is theirs on it, where they had to do with it before.

    Who put themselves there has said yes; whom staff put there (`placed_by`) has not answered.
    """
    taken = _free_of_its_past(session, shift, row, person, now, form_key, origin)
    taken.state, taken.reason, taken.is_lead = "taken", reason, is_lead
    taken.confirmed_at = None if placed_by else now
    taken.placed_by_id = placed_by.id if placed_by else None
    session.flush()
    return taken


def queue(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    number: int,
    *,
    reason: str = "",
    form_key: str | None = None,
    origin: Origin = KNOWN,
) -> SignUp:
    """Put a person on the waiting list of a shift, at this number."""
    waiting = _free_of_its_past(session, shift, row, person, now, form_key, origin)
    waiting.state, waiting.queue_no, waiting.reason = "waiting", number, reason
    waiting.confirmed_at = None
    session.flush()
    return waiting


def offer(session: Session, waiting: SignUp, until: datetime, now: datetime) -> None:
    """Ask who waits to take a place, until an instant."""
    waiting.state, waiting.offer_ends_at, waiting.changed_at = "offered", until, now
    session.flush()


def accept(session: Session, offered: SignUp, now: datetime, reason: str) -> None:
    """Let somebody take the place that they were offered."""
    offered.state, offered.offer_ends_at, offered.reason = "taken", None, reason
    offered.confirmed_at = offered.changed_at = now
    session.flush()


def pass_on(session: Session, offered: SignUp, now: datetime) -> None:
    """End an offer without a yes."""
    offered.state, offered.offer_ends_at, offered.changed_at = "passed", None, now
    session.flush()


def let_go(session: Session, sign_up: SignUp, state: Gone, now: datetime) -> None:
    """Free the place of a sign-up, with the swaps and the cover that are about it."""
    sign_up.state, sign_up.changed_at, sign_up.offer_ends_at = state, now, None
    sign_up.is_lead, sign_up.stays_on_at = False, None
    session.flush()
    either = or_(Swap.mine_id == sign_up.id, Swap.theirs_id == sign_up.id)
    session.execute(
        update(Swap).where(either, Swap.state == "offered").values(state="void", answered_at=now)
    )
    session.execute(update(Cover).where(Cover.leaving_id == sign_up.id).values(leaving_id=None))


def forget_origin(session: Session, person_ids: Collection[int]) -> None:
    """Forget where the sign-ups of these people were made: it is known who they are."""
    theirs = update(SignUp).where(SignUp.person_id.in_(person_ids), SignUp.network.is_not(None))
    session.execute(theirs.values(browser=None, network=None))


def _free_of_its_past(
    session: Session,
    shift: Shift,
    row: SignUp | None,
    person: Person,
    now: datetime,
    form_key: str | None,
    origin: Origin,
) -> SignUp:
    """Return the person's one row on the shift, new or used again; who is new is added with it."""
    if row is None:
        row = SignUp(shift_id=shift.id, person=person, created_at=now)
        session.add(row)
    row.form_key, row.changed_at, row.queue_no = form_key or row.form_key, now, None
    row.browser, row.network = origin
    row.placed_by_id = row.offer_ends_at = row.arrived_at = row.left_at = row.stays_on_at = None
    row.is_lead = row.was_missed = False
    return row
