"""A volunteer who cannot come looks for somebody who can, before letting go."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Person, Shift, SignUp
from outreach import language
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.cover.questions import open_cover
from outreach.staffing.cover.whom_to_ask import rank_people


def ask_the_best(session: Session, sign_up: SignUp, now: datetime, real: datetime) -> int:
    """Ask the few who fit best to take the place over; return how many were asked.

    The coordinators hear of it in any case and can ask more. Who was asked often today is spared.
    """
    if sign_up.state != "taken":
        raise Refused(_("You do not have this shift any more."))
    notices.refuse_unknown(session.get_one(Person, sign_up.person_id))
    shift, booth, event = session.execute(
        select(Shift, Booth, Event)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(Shift.id == sign_up.shift_id)
    ).one()
    with language.spoken(language.SOURCE):  # why they fit is kept for staff
        ranked = rank_people(session, event, booth, shift, for_staff=False)[0]
    asked = [one.candidate.helper.id for one in ranked if one.is_ticked]
    reasons = {one.candidate.helper.id: one.said for one in ranked if one.is_ticked}
    open_cover(session, shift, asked, None, now, real, sign_up, reasons)
    return len(asked)
