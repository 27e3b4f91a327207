"""What people are told about their place on a shift, in the words' keys that letters want."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Person, SignUp
from outreach.staffing import letters
from outreach.staffing.booths import coordinators_of
from outreach.staffing.places import Ground


def tell(
    session: Session,
    now: datetime,
    kind: str,
    to: Person,
    ground: Ground,
    sign_up: SignUp,
    **facts: Any,
) -> None:
    """Tell one person what became of a place.

    Each act is a fact of its own: a standing clock must not make the second time the first.
    """
    shift = ground.shift
    letters.tell(
        session,
        now,
        kind,
        to,
        f"sign-up {sign_up.id}, act {secrets.token_hex(6)}",
        event_id=ground.event.id,
        shift_id=shift.id,
        sign_up_id=sign_up.id,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
        sequence=shift.sequence,
        **facts,
    )


def alarm(session: Session, now: datetime, ground: Ground, sign_up: SignUp) -> None:
    """Tell the coordinators at once that somebody dropped out."""
    for person in coordinators_of(session, ground.event):
        if person.id != sign_up.person_id:
            tell(session, now, "dropped_out", person, ground, sign_up)
