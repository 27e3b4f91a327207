"""How somebody wants to be told of deadlines, and the address of their calendar of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, NoticeChoice, Person
from models.checklists import NOTICE_KINDS
from outreach.accounts import history
from outreach.accounts.tokens import has_token_shape, new_token, sign, token_hash
from outreach.language import N_

HOW = {
    "mail": N_("a letter on the day that one is 21, 7 or 2 days away"),
    "daily": N_("the same in the morning, with all that is due within a week"),
    "none": N_("no letters: I copy the text below, or look at the board"),
}
KINDS = {
    "checklist": N_("items of checklists, and what a plan lacks"),
    "call": N_("calls that close"),
    "talk": N_("answers that we owe"),
    "weekly": N_("on Mondays: new matches, gaps and calls (staff)"),
}


def choice_of(session: Session, person: Person) -> NoticeChoice:
    """Return what somebody chose; who never did is told of everything at once."""
    return session.get(NoticeChoice, person.id) or _standard(person)


def _standard(person: Person) -> NoticeChoice:
    return NoticeChoice(person_id=person.id, how="mail", kinds=list(NOTICE_KINDS))


def choose(
    session: Session,
    foundation: Foundation,
    person: Person,
    how: str,
    kinds: Collection[str],
    real: datetime,
) -> history.Entry | None:
    """Let somebody be told in this way of these kinds; None where that is so already."""
    with history.act(
        session, real, person, foundation, "chose notices", person, if_changed=True
    ) as act:
        choice = choice_of(session, person)
        choice.how, choice.kinds = how, [kind for kind in NOTICE_KINDS if kind in kinds]
        session.add(choice)
    return act.changed


def renew_feed(
    session: Session, foundation: Foundation, person: Person, key: str, real: datetime
) -> history.Entry:
    """Give somebody's calendar a new address; the one before opens nothing any more."""
    with history.act(session, real, person, foundation, "made a calendar", person) as act:
        choice = choice_of(session, person)
        choice.seed = new_token()
        choice.feed_hash = token_hash(_token(key, choice.seed))
        session.add(choice)
    return act.entry


def find_feed_token(choice: NoticeChoice, key: str) -> str | None:
    """Return what opens somebody's calendar, as far as this installation's secret makes it."""
    token = _token(key, choice.seed) if choice.seed else None
    return token if token and token_hash(token) == choice.feed_hash else None


def find_feed_owner(session: Session, token: str) -> Person | None:
    """Return whose calendar of deadlines this is: somebody of staff, of a foundation that is."""
    if not has_token_shape(token):
        return None
    return session.scalar(
        select(Person)
        .join(NoticeChoice, NoticeChoice.person_id == Person.id)
        .join(Foundation, Foundation.id == Person.foundation_id)
        .where(NoticeChoice.feed_hash == token_hash(token))
        .where(Person.role == "staff", Foundation.removed_at.is_(None))
    )


def _token(key: str, seed: str) -> str:
    return sign(key, f"{seed}:deadlines")
