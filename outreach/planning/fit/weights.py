"""Changing how much each reason counts, and seeing first what a change would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, Segment
from outreach.accounts import history
from outreach.calendars.clock import say_list, say_number
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.matching.engine.terms import REASON_CODES, Weights
from outreach.matching.engine.weight_learning import Lesson
from outreach.matching.store.answers_replayed import learn_weights
from outreach.matching.store.stored import rank_with, weights_of
from outreach.refusal import Refused

SHOWN = 10
WEIGHED, LEARNT, CAPPED = "weighed", "learnt", "capped"


@dataclass(frozen=True, slots=True)
class Move:
    """An event whose place in a segment's order would change or stay. Places count from 1."""

    event_id: int
    name: str
    starts: date
    before: int | None
    after: int
    score: float | None

    @property
    def say_score(self) -> str:
        """Say the score under the new weights: "82", "?"."""
        return "?" if self.score is None else f"{self.score:.0f}"

    @property
    def words(self) -> str:
        """Say the move: "up 3", "down 1", "stays", "new"."""
        if self.before is None:
            return "new"
        steps = self.before - self.after
        return f"up {steps}" if steps > 0 else f"down {-steps}" if steps < 0 else "stays"


def set_weights(
    session: Session,
    foundation: Foundation,
    weights: Weights,
    person: Person,
    real: datetime,
    verb: str = WEIGHED,
) -> history.Entry | None:
    """Let these weights rule from now on; return the line of the history, None where they did."""
    wait_for_others(session, foundation.id)
    before = weights_of(foundation)
    with history.act(session, real, person, foundation, verb, foundation) as act:
        act.detail["change"] = [_say(before, weights), _say(weights, before)]
        foundation.weights = weights_as_dict(weights)
    return act.changed


def _say(weights: Weights, others: Weights) -> str:
    """Say the weights that others differ in: "issue 90, talk 5"."""
    differ = [code for code in REASON_CODES if weights.of(code) != others.of(code)]
    return ", ".join(f"{code} {weights.of(code):g}" for code in differ)


def use_learnt(
    session: Session,
    foundation: Foundation,
    seen: Weights,
    person: Person,
    now: datetime,
    real: datetime,
) -> history.Entry | None:
    """Let the weights rule that the answers ask for.

    `seen` are those that the person was shown: they are refused where the answers, or what is
    known of the events, ask for others by now.
    """
    wait_for_others(session, foundation.id)
    lesson = learn_weights(session, foundation, now)
    if not lesson.is_enough:
        raise Refused(say_missing(lesson))
    if lesson.weights != seen:
        raise Refused("Your decisions say something else by now; look at the weights again.")
    return set_weights(session, foundation, lesson.weights, person, real, LEARNT)


def say_missing(lesson: Lesson) -> str:
    """Say how many answers are missing: "Seven more No-go answers are needed."."""
    kinds = zip(lesson.missing, ("Go", "No-go"), strict=True)
    missing = [(count, f"{say_number(count)} more {kind}") for count, kind in kinds if count]
    one = sum(count for count, _ in missing) == 1
    said = say_list([words for _, words in missing])
    return f"{said[0].upper()}{said[1:]} {'answer is' if one else 'answers are'} needed."


def say_lesson(lesson: Lesson) -> str:
    """Say how far the fitted weights agree with the answers, beside those that rule."""
    right, at_present = lesson.right or 0.0, lesson.right_at_present or 0.0
    named = {"right": f"{100 * right:.0f}", "at_present": f"{100 * at_present:.0f}"}
    said = _(
        "Of 100 pairs of a Go and a No-go these weights put %(right)s in the right order, each"
        " judged without its own answer; the present ones put %(at_present)s.",
        **named,
    )
    gain = "" if right > at_present else _("So there is no gain in using them.")
    return f"{said} {gain}".rstrip()


def set_cap(
    session: Session, foundation: Foundation, cap: int | None, person: Person, real: datetime
) -> history.Entry | None:
    """Set the most that one event may cost, None for no cap."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, person, foundation, CAPPED, foundation) as act:
        foundation.event_cap = cap
    return act.changed


def weights_as_dict(weights: Weights) -> dict[str, float]:
    """Spell weights by the code of their reason."""
    return {code: weights.of(code) for code in REASON_CODES}


def preview_weights(
    session: Session, foundation: Foundation, segment: Segment, weights: Weights, now: datetime
) -> Sequence[Move]:
    """Show the first SHOWN coming events of a segment under new weights, and where they were."""
    today = now.date()
    both = (weights_of(foundation), weights)
    before, after = rank_with(session, foundation, segment, both, now)
    coming = {
        str(row.id): row
        for row in session.execute(
            select(Event.id, Event.name, Event.starts_on).where(
                Event.foundation_id == foundation.id, Event.ends_on >= today
            )
        )
    }
    old = [hit.event for hit in before if hit.event in coming]
    places = {event: place for place, event in enumerate(old, start=1)}
    new = [hit for hit in after if hit.event in coming][:SHOWN]
    return [
        Move(
            event_id=int(hit.event),
            name=coming[hit.event].name,
            starts=coming[hit.event].starts_on,
            before=places.get(hit.event),
            after=place,
            score=hit.score,
        )
        for place, hit in enumerate(new, start=1)
    ]
