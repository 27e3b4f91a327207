"""Whether a shift can be taken now, and whether by this person."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Person
from outreach.calendars.clock import say_day
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import sign_up_opens_at
from outreach.staffing.roster.commitments import commitments_near
from outreach.staffing.rules import Breach, Helper, NeedsReason, breaches_of
from outreach.staffing.signups.locks import Crowd, LockedShift

LONGEST_REASON = 300


def check_open(ground: LockedShift, now: datetime) -> None:
    """Refuse a shift that volunteers cannot take: not yet, not any more, not at all.

    Whether we go may still be open: who stands there is part of the answer.
    """
    check_runs(ground, now)
    opens_at = sign_up_opens_at(ground.booth, ground.event)
    if now < opens_at:
        day = say_day(opens_at.astimezone(ground.zone).date())
        raise Refused(
            _("Sign-up for %(event)s opens on %(day)s.", event=ground.event.name, day=day)
        )


def check_runs(ground: LockedShift, now: datetime) -> None:
    """Refuse a shift that does not take place any more, or that is over."""
    check_happens(ground)
    if now >= ground.shift.ends_at:
        raise Refused(_("%(shift)s is over.", shift=ground.label))


def check_happens(ground: LockedShift) -> None:
    """Refuse a shift that does not take place."""
    if ground.foundation.removed_at is not None:
        raise Refused(_("The pages of this foundation were removed."))
    if ground.decision == "cancelled":
        raise Refused(_("%(event)s was cancelled.", event=ground.event.name))
    if ground.decision == "no_go":
        raise Refused(_("We do not go to %(event)s.", event=ground.event.name))
    if ground.shift.cancelled_at is not None:
        raise Refused(_("%(shift)s was cancelled.", shift=ground.label))


def check_belongs(ground: LockedShift, person: Person) -> None:
    """Refuse somebody of another foundation."""
    if person.foundation_id != ground.event.foundation_id:
        raise Refused(_("That person belongs to another foundation."))


def check_person(
    session: Session,
    ground: LockedShift,
    person: Person,
    crowd: Crowd | None,
    reason: str,
    *,
    whose: str = "your",
    without: Collection[int] = (),
    more: Sequence[Breach] = (),
) -> str:
    """Refuse a double booking, and what else the shift would break unless a reason is given.

    Return the reason in one line, empty where nothing is broken: a reason marks an exception.
    Shift and person are locked. The shifts `without` are given up in the same act; `more` are
    breaches that the caller knows of.
    """
    commitments = commitments_near(session, [person.id], [ground.slot])[person.id]
    breaches = breaches_of(
        ground.slot,
        [one for one in commitments if one.shift_id not in without],
        ground.rules,
        ground.zone,
        helper=Helper(person.id, person.first_name, person.is_experienced),
        company=crowd.helpers if crowd else None,
        whose=whose,
    )
    double = next((breach for breach in breaches if breach.is_double), None)
    if double is not None:
        raise Refused(double.sentence)
    breaches = [*more, *breaches]
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Refused(
            _(
                "Keep the reason under %(longest_reason)s characters.",
                longest_reason=LONGEST_REASON,
            ),
            "reason",
        )
    if breaches and not reason:
        raise NeedsReason(breaches)
    return reason if breaches else ""
