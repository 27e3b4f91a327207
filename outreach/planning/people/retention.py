"""Retention: some time after their last shift a volunteer's contact and links are forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Ask,
    Event,
    Foundation,
    Issue,
    MoneyRequest,
    Person,
    PersonalLink,
    Proposal,
    ProposalSpeaker,
    Shift,
    SignUp,
    SignUpAnswer,
    TeamMember,
)
from models.talks import TURNED_DOWN
from outreach.calendars.clock import say_full_date, say_list
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.money.states import OPEN
from outreach.planning.people.forgetting import forget_contact
from outreach.staffing.volunteers.personal_links import LASTS

AHEAD = timedelta(days=30)
"""So far the preview looks."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """When the contact of a person goes, and what still holds it."""

    person: Person
    due: datetime
    held_by: tuple[str, ...] = ()

    def say(self, foundation: Foundation) -> str:
        """Say it: "90 days after the last shift, on 29 October 2024"."""
        if self.held_by:
            return _("Kept for now: %(why)s.", why=say_list(self.held_by))
        day = say_full_date(self.due.astimezone(foundation.zone).date())
        return _("Forgotten on %(day)s, 90 days after the last shift.", day=day)


def find_forgettings(
    session: Session,
    foundation: Foundation,
    now: datetime,
    until: datetime,
    *only: ColumnElement[bool],
) -> list[Forgetting]:
    """Return whose contact is due to go until an instant, the first first; who is held is named.

    What holds it is what is open `now`.
    """
    last = func.max(Shift.ends_at)
    has_any = or_(
        Person.email.is_not(None),
        Person.phone.is_not(None),
        select(PersonalLink.token_hash).where(PersonalLink.person_id == Person.id).exists(),
        select(SignUpAnswer.id).where(SignUpAnswer.person_id == Person.id).exists(),
    )
    found = session.execute(
        select(Person, last)
        .join(SignUp, SignUp.person_id == Person.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(Person.foundation_id == foundation.id, Person.role == "volunteer", has_any, *only)
        .group_by(Person.id)
        .having(last <= until - LASTS)
        .order_by(last, Person.id)
    ).all()
    held = _find_held(session, [person.id for person, _last in found], now)
    return [Forgetting(one, last + LASTS, tuple(held.get(one.id, ()))) for one, last in found]


def find_forgetting(
    session: Session, foundation: Foundation, person: Person, now: datetime
) -> Forgetting | None:
    """Return when the contact of this person goes; None where nothing is due."""
    far = now + timedelta(days=36500)
    found = find_forgettings(session, foundation, now, far, Person.id == person.id)
    return next(iter(found), None)


def list_due(session: Session, foundation: Foundation, real: datetime) -> list[Person]:
    """Return whose contact goes now."""
    now = foundation.now(real)
    due = find_forgettings(session, foundation, now, now)
    return [one.person for one in due if not one.held_by]


def forget_due(session: Session, person_id: int, real: datetime) -> None:
    """Forget one contact that was found due, if it still is."""
    person = session.get(Person, person_id)
    if person is None:
        return
    foundation = session.get_one(Foundation, person.foundation_id)
    if person in list_due(session, foundation, real):
        forget_contact(session, foundation, person, real)


def has_old_answers(session: Session, foundation: Foundation, real: datetime) -> bool:
    """Tell whether answers at sign-up are due to go."""
    due = select(SignUpAnswer.id).where(_are_old(foundation, real)).limit(1)
    return session.scalar(due) is not None


def forget_answers(session: Session, foundation: Foundation, real: datetime) -> None:
    """Forget answers at sign-up some time after the last shift, of staff too, whatever is open."""
    session.execute(delete(SignUpAnswer).where(_are_old(foundation, real)))


def _are_old(foundation: Foundation, real: datetime) -> ColumnElement[bool]:
    since = foundation.now(real) - LASTS
    shifts = select(SignUp.id).where(SignUp.person_id == SignUpAnswer.person_id)
    lately = shifts.join(Shift, Shift.id == SignUp.shift_id).where(Shift.ends_at > since)
    ours = select(Person.id).where(Person.foundation_id == foundation.id)
    over = and_(shifts.exists(), ~lately.exists())
    # Who never took a shift has no last one: then the answer itself is old.
    never = and_(~shifts.exists(), SignUpAnswer.said_at <= since)
    return and_(SignUpAnswer.person_id.in_(ours), or_(over, never))


def say_forgettings(count: int) -> str:
    """Say how many contacts go soon."""
    if not count:
        return _("No contact goes within 30 days")
    return ngettext(
        "%(num)s contact goes within 30 days", "%(num)s contacts go within 30 days", count
    )


def _find_held(session: Session, numbers: Sequence[int], now: datetime) -> dict[int, list[str]]:
    """Return what each of these people still has open: claims and follow-ups are found here."""
    held: dict[int, list[str]] = {}
    for words, query in _holds(now - LASTS):
        theirs = query.where(query.selected_columns[0].in_(numbers)).distinct()
        for number in session.scalars(theirs):
            held.setdefault(number, []).append(words)
    return held


def _holds(since: datetime) -> list[tuple[str, Select[Any]]]:
    """Return why a contact stays, each with the people it holds."""
    day = since.date()
    lately = Event.ends_on >= day
    has_shift = (
        select(SignUp.id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .where(SignUp.person_id == PersonalLink.person_id, Shift.ends_at > since)
        .exists()
    )
    return [
        (
            _("the link was used lately"),
            select(PersonalLink.person_id).where(PersonalLink.renewed_at > since, ~has_shift),
        ),
        (
            _("on the team of an event"),
            select(TeamMember.person_id).join(Event, Event.id == TeamMember.event_id).where(lately),
        ),
        (
            _("speaks at an event"),
            select(ProposalSpeaker.person_id)
            .join(Proposal, Proposal.id == ProposalSpeaker.proposal_id)
            .join(Event, Event.id == Proposal.event_id)
            .where(lately, Proposal.state.not_in(TURNED_DOWN)),
        ),
        (
            _("an open claim for money"),
            select(MoneyRequest.person_id).where(MoneyRequest.state.in_(OPEN)),
        ),
        (
            _("helps with an open ask"),
            select(Ask.helper_id)
            .join(Issue, Issue.id == Ask.issue_id)
            .where(Issue.state == "open", or_(Ask.ends_on.is_(None), Ask.ends_on >= day)),
        ),
    ]
