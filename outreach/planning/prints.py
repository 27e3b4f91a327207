"""What a printed brief says, and what has changed since it was printed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, BriefPrint, Event, Foundation, Issue, Match
from models.events import NOT_CALLED_OFF
from outreach.issues.at_events.concerns import SURELY_THERE, is_past
from outreach.issues.fates import Fate, fate_of, say_fate
from outreach.language import gettext as _

ASK_SAYS = (
    "kind", "question", "audience", "symptom", "since", "steps", "then", "way_back",
    "answer_url", "helper_id", "good_until",
)  # fmt: skip
"""What a card shows of an ask; changing anything else changes no paper."""
MOST_PRINTS = 20
_LAST = (
    select(BriefPrint, Event.name, Event.starts_on)
    .join(Event, Event.id == BriefPrint.event_id)
    .outerjoin(Event.decision)
    .where(
        Event.foundation_id == bindparam("foundation_id", type_=Integer),
        Event.ends_on >= bindparam("today", type_=Date),
        BriefPrint.id.in_(select(func.max(BriefPrint.id)).group_by(BriefPrint.event_id)),
        NOT_CALLED_OFF,
    )
    .order_by(Event.starts_on, Event.id)
    .limit(MOST_PRINTS)
)


@dataclass(frozen=True, slots=True)
class Stale:
    """A printed brief of a coming event that no longer says what is true."""

    event_id: int
    event: str
    starts: date
    printed: datetime
    changes: tuple[str, ...]


def digest(*parts: Any) -> str:
    """Return a short fingerprint of texts and lists of them."""
    spelled = json.dumps(parts, default=str, ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]


def digest_ask(ask: Ask | None) -> str:
    """Return the fingerprint of what a card shows; "" where there is none."""
    if ask is None:
        return ""
    last_day = [ask.ends_on] if ask.ends_on else []  # what was printed before there was one
    return digest(*(getattr(ask, name) for name in ASK_SAYS), *last_day)


def say_change(printed: dict[str, Any], fate: Fate | None, said: str | None) -> str | None:
    """Say what has changed about one printed issue, None where nothing has.

    `fate` is what became of it, None where it is gone; `said` the fingerprint of its card as
    it is now, None where it is not to be shown any more.
    """
    key = printed["key"]
    if fate is None:
        return _("%(issue)s is gone from its tracker", issue=key)
    if fate != printed["fate"]:
        return f"{key}: {say_fate(fate)}"
    if said is None:
        return _("%(issue)s is off the brief", issue=key)
    if said == printed["said"]:
        return None
    if not said:
        return _("%(issue)s: its card was removed", issue=key)
    if printed["said"]:
        return _("%(issue)s: its card says something else", issue=key)
    return _("%(issue)s: it has a card now", issue=key)


def find_stale(session: Session, foundation: Foundation, today: date) -> list[Stale]:
    """Return the coming events whose last printed brief has an issue or a card that changed."""
    prints = _last_prints(session, foundation, today)
    ids = {issue["id"] for row in prints for issue in row.BriefPrint.issues}
    if not ids:
        return []
    issues = {
        row.id: row
        for row in session.execute(
            select(Issue.id, Issue.state, Issue.state_note).where(
                Issue.id.in_(ids), Issue.foundation_id == foundation.id
            )
        )
    }
    cards = _cards(session, prints, ids)
    found = [_stale(row, issues, cards[row.BriefPrint.event_id], today) for row in prints]
    return [stale for stale in found if stale.changes]


def find_print(session: Session, event_ids: Collection[int]) -> BriefPrint | None:
    """Return the last print of the brief of one of these events."""
    return session.scalar(
        select(BriefPrint)
        .where(BriefPrint.event_id.in_(event_ids))
        .order_by(BriefPrint.printed_at.desc(), BriefPrint.id.desc())
        .limit(1)
    )


def _last_prints(session: Session, foundation: Foundation, today: date) -> Sequence[Any]:
    return session.execute(_LAST, {"foundation_id": foundation.id, "today": today}).all()


def _cards(
    session: Session, prints: Sequence[Any], issue_ids: Collection[int]
) -> dict[int, list[Ask]]:
    """Return by event which cards its brief may show of these issues.

    Those that were printed, those for this very event, and those for an audience of it; on an
    issue that was put there by hand those for anybody.
    """
    printed = {one["ask"] for row in prints for one in row.BriefPrint.issues if one["ask"]}
    audience = select(Match.segment_id).where(
        Match.event_id == Event.id, Match.gathers >= SURELY_THERE
    )
    by_hand = select(BriefIssue.issue_id).where(BriefIssue.event_id == Event.id)
    rows = session.execute(
        select(Event.id, Ask)
        .join(Ask, Ask.foundation_id == Event.foundation_id)
        .where(
            Event.id.in_({row.BriefPrint.event_id for row in prints}),
            Ask.issue_id.in_(issue_ids),
            or_(
                Ask.id.in_(printed),
                Ask.event_id == Event.id,
                and_(
                    Ask.event_id.is_(None),
                    or_(Ask.segment_id.in_(audience), Ask.issue_id.in_(by_hand)),
                ),
            ),
        )
        .order_by(Ask.id)
    )
    cards: dict[int, list[Ask]] = defaultdict(list)
    for event_id, ask in rows:
        cards[event_id].append(ask)
    return cards


def _card(printed: dict[str, Any], event_id: int, cards: Sequence[Ask]) -> Ask | None:
    """Return the card of an issue as it is now: the event's own, else what was printed."""
    about = [ask for ask in cards if ask.issue_id == printed["id"]]
    own_first = sorted(about, key=lambda a: (a.event_id != event_id, a.id != printed["ask"], a.id))
    return next(iter(own_first), None)


def _stale(row: Any, issues: dict[int, Any], cards: Sequence[Ask], today: date) -> Stale:
    printed: BriefPrint = row.BriefPrint
    changes = (
        say_change(
            one,
            _fate(issues.get(one["id"])),
            _said(_card(one, printed.event_id, cards), today),
        )
        for one in printed.issues
    )
    return Stale(
        event_id=printed.event_id,
        event=row.name,
        starts=row.starts_on,
        printed=printed.printed_at,
        changes=tuple(filter(None, changes)),
    )


def _said(ask: Ask | None, today: date) -> str | None:
    """Return the fingerprint of a card, None where its last day is over."""
    return None if is_past(ask, today) else digest_ask(ask)


def _fate(issue: Any) -> Fate | None:
    return fate_of(issue.state, issue.state_note) if issue else None
