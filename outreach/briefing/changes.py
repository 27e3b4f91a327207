"""Records that a brief was printed, and compares what lies at the booth with what is true now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Brief, BriefPrint, Event, Foundation, Person
from outreach.accounts import history
from outreach.calendars.clock import say_opening_number
from outreach.issues.at_events.concerns import Concern
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.prints import digest, digest_ask, say_change


@dataclass(frozen=True, slots=True)
class Changes:
    """What a print does not show yet: sentences, and the issues that are new on the page."""

    sentences: tuple[str, ...] = ()
    new: frozenset[int] = frozenset()

    @property
    def say_new(self) -> str:
        """Say how many issues are new; "" where none is."""
        number = say_opening_number(len(self.new))
        return (
            ngettext(
                "%(number)s issue is new.",
                "%(number)s issues are new.",
                len(self.new),
                number=number,
            )
            if self.new
            else ""
        )

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.sentences or self.new)


def compare_prints(
    printed: BriefPrint | None, shown: Sequence[Concern], known: Sequence[Concern], words: Brief
) -> Changes:
    """Compare the last print with what the page shows now; `known` are all issues in question."""
    if printed is None:
        return Changes()
    on_page = {concern.issue_id for concern in shown}
    by_id = {concern.issue_id: concern for concern in known}
    sentences = [_change(one, by_id.get(one["id"]), on_page) for one in printed.issues]
    if printed.words != digest_words(words):
        sentences.append(_("our own words changed"))
    new = on_page - {one["id"] for one in printed.issues}
    return Changes(tuple(filter(None, sentences)), frozenset(new))


def stamp_print(shown: Sequence[Concern], words: Brief) -> str:
    """Return the fingerprint of all that a print of these would say, for the button beside it."""
    return digest([_line(concern) for concern in shown], digest_words(words))


def record_print(
    session: Session,
    foundation: Foundation,
    event: Event,
    shown: Sequence[Concern],
    words: Brief,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Record what was printed; `now` is the planning clock that the page shows."""
    with history.act(session, real, by, foundation, "printed brief", event) as act:
        printed = BriefPrint(
            event_id=event.id,
            person_id=by.id,
            printed_at=now,
            words=digest_words(words),
            issues=[_line(concern) for concern in shown],
        )
        session.add(printed)
    return act.entry


def digest_words(words: Brief) -> str:
    """Return the fingerprint of the brief's own words."""
    return digest(words.goal, words.points, words.questions, words.contacts, words.links)


def _line(concern: Concern) -> dict[str, Any]:
    return {
        "id": concern.issue_id,
        "key": concern.key,
        "fate": concern.fate,
        "ask": concern.ask.id if concern.ask else None,
        "said": digest_ask(concern.ask),
    }


def _change(printed: dict[str, Any], concern: Concern | None, on_page: set[int]) -> str | None:
    if concern is None:
        return _("%(issue)s is off the brief", issue=printed["key"])
    if concern.is_outdated or concern.issue_id in on_page:
        return say_change(printed, concern.fate, digest_ask(concern.ask))
    return say_change(printed, concern.fate, None)
