"""Approvals: which bodies a foundation asks, and who said yes for them; silence is no yes."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Approval, Event, Foundation, Person
from outreach.accounts import history
from outreach.calendars.clock import say_full_date
from outreach.catalog.facts import clean
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

FROM = ("proposed", "go")
"""The states from which a body may have to approve."""
MOST_BODIES, LONGEST_BODY, LONGEST_NAME = 6, 60, 120
ASKED, APPROVED, UNAPPROVED = "asked for approvals", "approved event", "took an approval away"


def bodies_asked(foundation: Foundation, state: str | None) -> list[str]:
    """Return which bodies must have approved an event about which this is decided."""
    if state not in FROM:
        return []
    due = FROM[: FROM.index(state) + 1]
    return [body for body, since in foundation.approvals.items() if since in due]


def ask_for_approvals(
    session: Session,
    foundation: Foundation,
    bodies: Mapping[str, list[str]],
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Let these bodies be asked, by the state from which they must approve."""
    wait_for_others(session, foundation.id)
    wanted: dict[str, str] = {}
    for since in FROM:
        for body in filter(None, map(clean, bodies[since])):
            if len(body) > LONGEST_BODY:
                raise Refused(_("At most %(most)s characters fit.", most=LONGEST_BODY), since)
            if body in wanted:
                raise Refused(_("“%(body)s” is named twice.", body=body), since)
            wanted[body] = since
    if len(wanted) > MOST_BODIES:
        raise Refused(_("Name at most %(most)s bodies.", most=MOST_BODIES), "proposed")
    with history.act(session, real, by, foundation, ASKED, foundation, if_changed=True) as act:
        foundation.approvals = wanted
    return act.changed


def list_approvals(session: Session, event: Event) -> list[Approval]:
    """Return the approvals of an event, the oldest first."""
    given = select(Approval).where(Approval.event_id == event.id)
    return list(session.scalars(given.order_by(Approval.approved_on, Approval.id)))


def approve(
    session: Session,
    foundation: Foundation,
    event: Event,
    body: str,
    approved_by: str,
    approved_on: date,
    link: str | None,
    by: Person,
    today: date,
    real: datetime,
) -> history.Entry:
    """Note that somebody said yes for a body, and where it can be read."""
    wait_for_others(session, foundation.id)
    if body not in foundation.approvals:
        raise Refused(_("Nobody asks “%(body)s” for its approval.", body=body), "body")
    if approved_on > today:
        raise Refused(_("An approval was given on a day that has come."), "approved_on")
    if any(one.whose == body for one in list_approvals(session, event)):
        raise Refused(_("“%(body)s” has approved it already.", body=body), "body")
    with history.act(session, real, by, foundation, APPROVED, event) as act:
        act.detail["name"] = body
        session.add(
            Approval(
                event_id=event.id,
                whose=body,
                approved_by=clean(approved_by),
                approved_on=approved_on,
                link=link or None,
                noted_by_id=by.id,
            )
        )
    return act.entry


def take_approval_away(
    session: Session,
    foundation: Foundation,
    event: Event,
    approval_id: int,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Take an approval away that was noted wrongly, or that was called back."""
    wait_for_others(session, foundation.id)
    approval = session.get(Approval, approval_id)
    if approval is None or approval.event_id != event.id:
        raise Refused(_("That approval is gone already."))
    whose = approval.whose
    return history.remove(session, foundation, approval, by, real, UNAPPROVED, whose, event)


def say_approval(approval: Approval) -> str:
    """Say who approved it and when."""
    return _(
        "%(body)s: %(name)s, %(day)s",
        body=approval.whose,
        name=approval.approved_by,
        day=say_full_date(approval.approved_on),
    )
